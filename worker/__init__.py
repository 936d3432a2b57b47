"""The shell of Aiguilleur: everything that does I/O or knows a format or a protocol."""

__version__ = "0.1.0"
