"""What the portal answers, as frozen values. Identifiers are text whatever JSON type they came in."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

SIRET_DIGITS = 14


class Kind(StrEnum):
    """The two kinds of invoices, which are searched apart."""

    INVOICE = "FACTURE"
    WORKS = "FACTURE_TRAVAUX"


class By(StrEnum):
    """The date by which a period is meant: of the current status, or of the deposit."""

    STATE = "state"
    DEPOSIT = "deposit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An invoice as a search lists it. `state_at` is the portal's own text: with the id it names one version."""

    portal_invoice_id: str
    status: str
    state_at: str
    recipient_siret: str | None
    deposited_on: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a search. `total` and `pages` are None where the portal does not say."""

    listed: tuple[Listed, ...]
    number: int
    pages: int | None
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """A structure that the account may act for."""

    structure_id: str
    siret: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureDetail:
    """What a structure demands of its invoices, and until when the technical account's password lasts."""

    active: bool
    service_required: bool
    commitment_required: bool
    service_or_commitment_required: bool
    password_expires_on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalService:
    """A service of a structure."""

    service_id: str
    code: str
    name: str
    active: bool
    valid_from: dt.date | None
    valid_to: dt.date | None
    commitment_required: bool | None = None
