"""How well invoices without XML are read, field by field: `make accuracy` prints the tables.

Four sets: real PDFs beside the checkout whose XML gives the truth; the generated invoices of `tests.pages`, of which
one half of the layouts is only measured on; 40 pages printed by other programs (`fixtures/pages`), only measured on
too; and the generated ones printed to pictures. Confidence is calibrated if, of what is read with 0.95 or more, at
least 97 % is right.
"""
