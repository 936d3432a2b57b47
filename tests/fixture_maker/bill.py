"""An invoice as its supplier means it, before any format: what all the writers of this package are given.

Amounts are computed here once, in decimals, so that net and VAT add up in every syntax unless a case says otherwise.
"""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from tests.fixture_maker import parties as p
from tests.fixture_maker.parties import Budget, Supplier
from tests.fixture_maker.reference import commitment

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """One line: what was sold, how many, at which net price. `order` is the order number when a line names one."""

    label: str
    quantity: int
    price: Decimal
    order: str | None = None

    @property
    def net(self) -> Decimal:
        """The net amount of the line."""
        return (self.quantity * self.price).quantize(CENT)


@dataclass(frozen=True)
class Bill:
    """One invoice or credit note. `stated_gross` overrides the total of an invoice that does not add up."""

    number: str
    supplier: Supplier
    budget: Budget
    lines: tuple[Line, ...]
    service: str | None = None
    commitment: str | None = None
    contract: str | None = None
    kind: str = "380"
    cadre: str | None = "A1"
    issued: dt.date = dt.date(2026, 11, 12)
    received: dt.date = dt.date(2026, 11, 20)
    currency: str = "EUR"
    vat_rate: Decimal = Decimal(20)
    origin: str | None = None
    portal_id: str | None = None
    resubmission: str | None = None
    buyer_siret: str | None = None
    stated_gross: Decimal | None = None

    @cached_property
    def net(self) -> Decimal:
        """Total without VAT (BT-109)."""
        return sum((line.net for line in self.lines), Decimal(0)).quantize(CENT)

    @cached_property
    def vat(self) -> Decimal:
        """Total VAT (BT-110)."""
        return (self.net * self.vat_rate / 100).quantize(CENT)

    @cached_property
    def gross(self) -> Decimal:
        """Total with VAT (BT-112)."""
        return self.net + self.vat if self.stated_gross is None else self.stated_gross

    @property
    def due(self) -> dt.date:
        """The day on which a public body should have paid: thirty days after the issue."""
        return self.issued + dt.timedelta(days=30)

    @property
    def recipient_siret(self) -> str:
        """The SIRET that the document names, which a case may have spoilt."""
        return self.budget.siret if self.buyer_siret is None else self.buyer_siret

    def but(self, **changes: object) -> "Bill":
        """Change some fields of the bill."""
        return replace(self, **changes)  # type: ignore[arg-type]


def bill(number: str, on: str, net: str, label: str = "Prestation conforme à la commande") -> Bill:
    """Make the ordinary bill: what the commitment `on` foresees, sent by its supplier."""
    c = commitment(on)
    return Bill(
        number, c.supplier, c.budget, (Line(label, 1, Decimal(net)),), c.service or None, c.number, c.contract or None
    )


def loose_bill(number: str, supplier: Supplier, budget: Budget, service: str | None, net: str) -> Bill:
    """Make a bill that names no commitment."""
    return Bill(number, supplier, budget, (Line("Fourniture sans bon de commande", 1, Decimal(net)),), service)


UNKNOWN_BUDGET = Budget(p.ELSEWHERE_SIRET, "Syndicat de la Basse-Lande")
