"""Writes the hostile set: files made to crash, exhaust, mislead or escape whoever reads them. Harmless at rest.

The project is never imported here: the maker is a second reading of what is dangerous about a format.
"""
