"""The reference data: what the public body knows of its budgets, services, commitments and contracts.

Every value is frozen. Identifiers are text: they are never parsed into numbers.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class CommitmentStatus(StrEnum):
    """Whether a commitment still takes invoices."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class AmountBasis(StrEnum):
    """Which total of an invoice a budget's commitments are counted in: taxes included or excluded."""

    TTC = "ttc"
    HT = "ht"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A budget of the public body: one SIRET, and what Chorus Pro demands of invoices sent to it."""

    siret: str
    name: str
    active: bool = True
    service_required: bool = False
    commitment_required: bool = False
    service_or_commitment_required: bool = False
    amount_basis: AmountBasis = AmountBasis.TTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service of a recipient (service exécutant). `commitment_required` None: the recipient's own flag holds."""

    recipient_siret: str
    code: str
    name: str
    active: bool = True
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    commitment_required: bool | None = None

    def usable_on(self, day: dt.date) -> bool:
        """Whether invoices may be routed here on that day."""
        return (
            self.active
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """An order of the public body (engagement). Its key is (recipient, number, fiscal year)."""

    number: str
    recipient_siret: str
    fiscal_year: int | None = None
    service_code: str | None = None
    supplier_id_type: str | None = None
    supplier_id: str | None = None
    contract_number: str | None = None
    status: CommitmentStatus = CommitmentStatus.OPEN
    amount: Decimal | None = None
    remaining: Decimal | None = None
    currency: str = "EUR"
    carried_over: bool = False
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    labels: tuple[str, ...] = ()


class ContractRole(StrEnum):
    """What a party declared on a contract is to it."""

    HOLDER = "holder"
    COCONTRACTOR = "cocontractor"
    SUBCONTRACTOR = "subcontractor"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractParty:
    """A party declared on a contract (marché). `role` is a `ContractRole`."""

    contract_number: str
    role: str
    supplier_id_type: str | None
    supplier_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What an invoice already routed takes from a commitment, until an import counts it in what remains."""

    invoice_key: str
    recipient_siret: str
    number: str
    fiscal_year: int | None
    amount: Decimal
