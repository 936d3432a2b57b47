"""How well invoices without XML are read, field by field: `make accuracy` prints the tables.

Three sets: real PDFs beside the checkout whose XML gives the truth; the generated invoices of `tests.pages`, of which
one half of the layouts is only measured on; and the same printed to pictures. Confidence is calibrated if, of what is
read with 0.95 or more, at least 97 % is right.
"""
