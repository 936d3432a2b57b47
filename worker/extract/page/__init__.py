"""Reading an invoice from its page: words with boxes in, values with their evidence out. Pure.

words -> lines -> labels and what stands beside or below them -> sightings -> one value for each field
"""
