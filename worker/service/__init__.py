"""The background service: its parts, their health, and the process around them."""
