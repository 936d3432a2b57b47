"""What the portal was asked and what it gave: for tests to count. Nothing here shapes an answer."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Asked:
    """One HTTP request: when, which path, what HTTP status was answered (0: none), and the fault played, if any."""

    at: dt.datetime
    path: str
    body: dict[str, object]
    status: int
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class StatusSet:
    """One status that a recipient set, with its reason (`motif`). Whether the answer arrived is another matter."""

    at: dt.datetime
    invoice_id: int
    status: str
    comment: str
    mandate_number: str


@dataclass
class Ledger:
    """Everything asked, downloaded and changed, in order."""

    asked: list[Asked] = field(default_factory=list)
    downloads: Counter[int] = field(default_factory=Counter)  # idFacture: how often its pivot or PDF was made
    status_changes: list[StatusSet] = field(default_factory=list)
    tokens: int = 0

    def count(self, ending: str) -> int:
        """How many requests there were for paths with that ending."""
        return sum(asked.path.endswith(ending) for asked in self.asked)
