"""Benchmarks: ratios measured side by side in one run, never a time limit. `make bench` prints them all."""
