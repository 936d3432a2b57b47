"""The core of Aiguilleur: pure functions on frozen values. No I/O, no clock, nothing of `worker`."""
