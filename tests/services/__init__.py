"""Servers that the tests start for themselves, on loopback and free ports, and end again. `install.sh` gets them."""
