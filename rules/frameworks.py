"""Billing frameworks (BT-23, cadre de facturation): the classes in which the rules tell them apart.

Chorus Pro's historical cadres are A1 to A25 (without A11); the reform's are B, S and M with a digit (XP Z12-012,
BR-FR-08). An absent cadre is read as A1, the ordinary invoice. Peppol's process names stand in the same field and say
nothing about the cadre.
"""

from enum import StrEnum


class FrameworkClass(StrEnum):
    """What a cadre means for routing."""

    ORDINARY = "ordinary"
    ALREADY_PAID = "already_paid"
    OUT_OF_SCOPE = "out_of_scope"
    SUBCONTRACTOR = "subcontractor"
    COCONTRACTOR = "cocontractor"
    WORKS = "works"
    FINAL = "final"


def _numbered(prefix: str, *numbers: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{number}" for number in numbers)


_CLASSES: dict[str, FrameworkClass] = {
    **dict.fromkeys(_numbered("A", *range(4, 9), 15, 16, 17, 18, 19, 20, 22, 23, 24, 25), FrameworkClass.WORKS),
    **dict.fromkeys(("A1", "B1", "S1", "M1", "B7", "S7", "B8", "S8", "M8"), FrameworkClass.ORDINARY),
    **dict.fromkeys(("A2", "B2", "S2", "M2"), FrameworkClass.ALREADY_PAID),
    **dict.fromkeys(("A3", "A21"), FrameworkClass.OUT_OF_SCOPE),
    **dict.fromkeys(("A9", "A10", "S3"), FrameworkClass.SUBCONTRACTOR),
    **dict.fromkeys(("A12", "A13", "A14", "S6"), FrameworkClass.COCONTRACTOR),
    **dict.fromkeys(("B4", "S4", "M4"), FrameworkClass.FINAL),
}
CADRES = frozenset(_CLASSES)
WORKS = frozenset(_numbered("A", *range(4, 9), 10, *range(13, 21), *range(22, 26)))


def framework_class(code: str | None) -> FrameworkClass:
    """The class of a cadre; an absent or unknown one counts as ordinary."""
    return _CLASSES.get((code or "A1").strip().upper(), FrameworkClass.ORDINARY)


def is_works(code: str | None) -> bool:
    """Whether this is a works document (facture de travaux), for which amounts are never a ground for rejection."""
    return (code or "").strip().upper() in WORKS


def is_known(code: str) -> bool:
    """Whether the value is a cadre, or the name of a process in another network's words (an URN, `FEN0105A`)."""
    cadre = code.strip().upper()
    return cadre in _CLASSES or ":" in cadre or cadre.startswith("FEN")
