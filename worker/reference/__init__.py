"""Reference files: which services and commitments a body has. CSV in; frozen rows, or every fault at once, out."""
