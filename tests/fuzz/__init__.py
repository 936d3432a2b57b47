"""Fuzzing: inputs that chance makes, guided by what of our code they reach. `make fuzz SECONDS=60`."""
