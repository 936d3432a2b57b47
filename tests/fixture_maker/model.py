"""What a case is: the files that arrive, and what a person who knows the facts would decide about each invoice.

The decisions are declared by hand with the cases. Nothing here computes them, and nothing of the project is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Intended:
    """The decision meant for one invoice of a case. `index` counts the invoices of a file from 0.

    The last five are stated where the documents settle them: None leaves the question open, "" means that the decision
    names none. `action` is what would be proposed to the portal under the default policy.
    """

    outcome: str
    reason: str
    warnings: tuple[str, ...] = ()
    file: str = ""
    index: int = 0
    service: str | None = None
    commitment: str | None = None
    action: str | None = None
    portal_reason: str | None = None
    queue: str | None = None

    def to(self, service: str | None = None, commitment: str | None = None) -> "Intended":
        """Say where it goes."""
        return replace(self, service=service, commitment=commitment)

    def proposing(self, action: str, portal_reason: str | None = None) -> "Intended":
        """Say what is proposed to the portal, and for which of its reasons."""
        return replace(self, action=action, portal_reason=portal_reason)

    def because(self, portal_reason: str) -> "Intended":
        """Say for which reason of the portal, where the documents leave the action open."""
        return replace(self, portal_reason=portal_reason)


@dataclass(frozen=True)
class Case:
    """A folder of fixtures. `files` are delivered in the order of their names.

    `rows` are the rows of the decision table that the case shows, by taking effect or, in a near miss, by not doing so.
    """

    id: str
    syntax: str
    purpose: str
    files: Mapping[str, bytes]
    intended: tuple[Intended, ...]
    stale: bool = False
    rows: tuple[int, ...] = ()

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


def review(reason: str, queue: str | None = None) -> Intended:
    """Left to a person."""
    return Intended("REVIEW", reason, queue=queue)


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
    return tuple(replace(decision, file=name, index=index) for index, decision in enumerate(decisions))


def case(
    case_id: str,
    syntax: str,
    purpose: str,
    content: bytes,
    *intended: Intended,
    name: str = "invoice.xml",
    rows: tuple[int, ...] = (),
) -> Case:
    """Make a case of one file, with one decision per invoice in it."""
    return Case(case_id, syntax, purpose, {name: content}, at(name, *intended), rows=rows)


def sequence(
    case_id: str, syntax: str, purpose: str, *deliveries: tuple[str, bytes, Intended], rows: tuple[int, ...] = ()
) -> Case:
    """Make a case of several deliveries of one invoice each: (file name, content, decision)."""
    files = {name: content for name, content, _ in deliveries}
    if list(files) != sorted(files):
        raise ValueError(f"{case_id}: names do not sort in the order of delivery")
    intended = tuple(i for name, _, decision in deliveries for i in at(name, decision))
    return Case(case_id, syntax, purpose, files, intended, rows=rows)
