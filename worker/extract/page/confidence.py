"""How far a value read from a page can be trusted: measured shares, by the way in which it was found.

The shares are those of the tuning set of `make accuracy` (see `tests/pages`), rounded down; the measuring set checks
them. A way that was seen too rarely to be measured gets less.
"""

import re

from worker.extract.page.labels import Label
from worker.extract.page.search import How

SURE = 0.97
LIKELY = 0.9
DOUBTFUL = 0.6
_ALIKE = re.compile(r"[OQDIlSBZ](?=\d)|(?<=\d)[OQDIlSBZ]|0(?=[A-Z])|(?<=[A-Z])0")
_SCANNED = 0.97  # what reading from a picture leaves of it

_BY_HOW = {How.BESIDE: 0.99, How.CELL: 0.98, How.BELOW: 0.98, How.APART: 0.98, How.UNDER: 0.96, How.ABOVE: 0.95}
_BY_LABEL = {Label.REFERENCE: 0.85, Label.ORDER: 0.99, Label.COMMITMENT: 1.0}


def of_number(label: Label, how: How, *, strong: bool, plain: bool, contested: bool) -> float:
    """Of a value found by its label. `contested`: another value stands beside a label as good."""
    trust = _BY_HOW[how] * _BY_LABEL.get(label, 1.0)
    if not strong:
        trust *= 0.97
    if plain:
        trust *= 0.97
    return round(min(trust, DOUBTFUL if contested else 1.0), 3)


def scanned(trust: float, value: str) -> float:
    """The same of a picture, where O and 0, I and 1, S and 5 look alike beside each other."""
    return round(min(trust * _SCANNED, LIKELY if _ALIKE.search(value) else 1.0), 3)
