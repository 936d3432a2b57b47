"""From the bytes of a document to the invoices in it. Start with `reader.py`."""
