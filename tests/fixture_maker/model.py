"""What a case is: the files that arrive, and what a person who knows the facts would decide about each invoice.

The decisions are declared by hand with the cases. Nothing here computes them, and nothing of the project is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Intended:
    """The decision meant for one invoice of a case. `index` counts the invoices of a file from 0."""

    outcome: str
    reason: str
    warnings: tuple[str, ...] = ()
    file: str = ""
    index: int = 0


@dataclass(frozen=True)
class Case:
    """A folder of fixtures. `files` are delivered in the order of their names."""

    id: str
    syntax: str
    purpose: str
    files: Mapping[str, bytes]
    intended: tuple[Intended, ...]
    stale: bool = False

    @property
    def folder(self) -> str:
        """Where the case stands under the fixtures."""
        return f"{'invoices_stale' if self.stale else 'invoices'}/{self.syntax}/{self.id}"

    @property
    def reference(self) -> str:
        """The reference folder that the case is decided against."""
        return "reference_stale" if self.stale else "reference"


OK = Intended("ROUTED", "OK")


def routed(*warnings: str) -> Intended:
    """Routed, but somebody should look; the first warning is the reason."""
    return Intended("ROUTED", warnings[0], warnings) if warnings else OK


def review(reason: str) -> Intended:
    """Left to a person."""
    return Intended("REVIEW", reason)


def waiting(reason: str) -> Intended:
    """Decided later, when what is missing has arrived."""
    return Intended("WAITING", reason)


def duplicate(reason: str) -> Intended:
    """Already decided."""
    return Intended("DUPLICATE", reason)


def quarantined(reason: str) -> Intended:
    """Not readable as an invoice."""
    return Intended("QUARANTINED", reason)


def at(name: str, *decisions: Intended) -> tuple[Intended, ...]:
    """Place decisions on the invoices of one file, in order."""
    return tuple(
        Intended(decision.outcome, decision.reason, decision.warnings, name, index)
        for index, decision in enumerate(decisions)
    )


def case(
    case_id: str, syntax: str, purpose: str, content: bytes, *intended: Intended, name: str = "invoice.xml"
) -> Case:
    """Make a case of one file, with one decision per invoice in it."""
    return Case(case_id, syntax, purpose, {name: content}, at(name, *intended))


def sequence(case_id: str, syntax: str, purpose: str, *deliveries: tuple[str, bytes, Intended]) -> Case:
    """Make a case of several deliveries of one invoice each: (file name, content, decision)."""
    files = {name: content for name, content, _ in deliveries}
    if list(files) != sorted(files):
        raise ValueError(f"{case_id}: names do not sort in the order of delivery")
    return Case(case_id, syntax, purpose, files, tuple(i for name, _, d in deliveries for i in at(name, d)))
