"""What a hostile file is: how it is made, what it attacks, and what must become of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

LARGE = 300_000  # bytes; what is larger is never kept, only made when it is needed

READ = "decided"  # any decision but a quarantine: harmless once read right
ROUTED = "ROUTED"
REVIEW = "REVIEW"
QUARANTINED = "QUARANTINED"

MALFORMED = "INT_MALFORMED"
UNSAFE = "INT_UNSAFE"
TOO_LARGE = "INT_TOO_LARGE"
NO_INVOICE = "INT_NOT_AN_INVOICE"
NO_XML = "INT_NO_STRUCTURED_DATA"


@dataclass(frozen=True)
class Hostile:
    """One file. `reason` is that of a quarantine, any if empty; `finding` is one that a decided invoice must carry."""

    family: str
    name: str
    attacks: str
    make: Callable[[], bytes]
    outcome: str
    reason: str = ""
    why: str = ""
    finding: str = ""
    is_large: bool = False

    @property
    def path(self) -> str:
        """Where it stands under the folder of the set."""
        return f"{self.family}/{self.name}"


def refused(family: str, name: str, attacks: str, make: Callable[[], bytes], reason: str, why: str) -> Hostile:
    """A file that must end in quarantine."""
    return Hostile(family, name, attacks, make, QUARANTINED, reason, why)


def read(
    family: str,
    name: str,
    attacks: str,
    make: Callable[[], bytes],
    why: str,
    *,
    outcome: str = READ,
    finding: str = "",
) -> Hostile:
    """A file that is harmless once it is read right."""
    return Hostile(family, name, attacks, make, outcome, why=why, finding=finding)


def large(hostile: Hostile) -> Hostile:
    """The same, made only when it is needed."""
    return replace(hostile, is_large=True)
