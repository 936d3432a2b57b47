"""The measuring set for invoices without XML: invented invoices drawn as PDF pages, with what is printed on them.

An exam must not know its candidate: nothing here imports the worker or the rules. Half of the layouts are for tuning a
reader (`tune`), the other half only for measuring it (`measure`): no layout stands in both. Everything follows from
`SEED`; nothing is stored. `python -m tests.pages OUT` writes the files, `cases` hands them over one by one.
"""

from tests.pages.cases import PER_LAYOUT, SEED, cases
from tests.pages.truth import MEASURE, TUNE, Case, Truth

__all__ = ["MEASURE", "PER_LAYOUT", "SEED", "TUNE", "Case", "Truth", "cases"]
