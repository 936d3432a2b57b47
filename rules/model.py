"""What the rules reason about: an invoice as read, the reference data, and what was decided before.

Every value is frozen. Names follow EN 16931 where it has a term (BT numbers in the comments) and the glossary of
CONTRIBUTING.md for what Chorus Pro adds. Identifiers are text: they are never parsed into numbers.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from rules.findings import Finding, ReasonCode
from rules.reference import (
    AmountBasis,
    Commitment,
    CommitmentStatus,
    ContractParty,
    ContractRole,
    Recipient,
    Reservation,
    Service,
)

__all__ = [
    "CREDIT_NOTE_TYPES",
    "Account",
    "Amount",
    "AmountBasis",
    "Attachment",
    "Box",
    "Commitment",
    "CommitmentStatus",
    "ContractParty",
    "ContractRole",
    "Day",
    "Field",
    "IdType",
    "Invoice",
    "PageEvidence",
    "PartyId",
    "PastInvoice",
    "Recipient",
    "Reservation",
    "Service",
    "Snapshot",
    "Syntax",
    "Text",
    "Unreadable",
]

T = TypeVar("T")


class Box(NamedTuple):
    """A rectangle on a page, in points (1/72 inch) from the top left corner of the page as it is shown."""

    left: float
    top: float
    right: float
    bottom: float


class PageEvidence(NamedTuple):
    """Why a value is believed that was read from a page: nothing but marks on paper says what it is.

    `words` are those that the value was made of; `rule` names how it was found; `confidence` is the measured share of
    right values among those that this rule finds in like circumstances, from 0 to 1.
    """

    page: int  # from 1
    box: Box
    words: str
    rule: str
    confidence: float


class Field(NamedTuple, Generic[T]):
    """One value of a document: the text exactly as written, what it means, and where it stands.

    `value` is None when the text could not be understood; a finding then says why. `seen` is set where the value was
    read from a page instead of structured data.
    """

    raw: str
    value: T
    source: str
    seen: PageEvidence | None = None


Text = Field[str]
Amount = Field[Decimal | None]
Day = Field[dt.date | None]


class Syntax(StrEnum):
    """What an invoice was read from: an XML vocabulary, or its page."""

    CII = "cii"
    UBL_INVOICE = "ubl-invoice"
    UBL_CREDIT_NOTE = "ubl-creditnote"
    ZUGFERD1 = "zugferd1"
    PIVOT = "pivot"
    PAGE = "page"  # no XML: read from the text of the page
    SCAN = "scan"  # no text either: read from the picture of the page


class IdType(StrEnum):
    """Kinds of party identifier: the seven of Chorus Pro (API names), and the SIREN of the reform."""

    SIRET = "SIRET"
    SIREN = "SIREN"
    UE_HORS_FRANCE = "UE_HORS_FRANCE"
    HORS_UE = "HORS_UE"
    RIDET = "RIDET"
    TAHITI = "TAHITI"
    AUTRE = "AUTRE"
    PARTICULIER = "PARTICULIER"


class PartyId(NamedTuple):
    """An identifier of a party. `type` is an `IdType` where the scheme is known, else the scheme as written."""

    value: str
    type: str | None
    source: str


class Account(NamedTuple):
    """A bank account: the sha256 of its IBAN, hexadecimal, and its last four characters. No IBAN enters the rules."""

    digest: str
    ending: str


class Attachment(NamedTuple):
    """A document that travels with an invoice (BG-24, or a PJ of the pivot). `size` is in bytes, decoded."""

    name: str | None
    description: str | None
    media_type: str | None
    kind: str | None
    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One invoice or credit note as it was read; absent data is None, never an empty string."""

    syntax: Syntax
    profile: str | None = None  # last segment of BT-24, in the words of Factur-X
    within: str = ""  # the file inside the document that the sources point into ("factur-x.xml"), or ""
    invoice_number: Text | None = None  # BT-1
    issue_date: Day | None = None  # BT-2
    invoice_type: Text | None = None  # BT-3
    billing_framework: Text | None = None  # BT-23, cadre de facturation
    currency: Text | None = None  # BT-5
    recipient_siret: Text | None = None  # BT-46 scheme 0009, or BT-47 in the historical circuit
    service_code: Text | None = None  # BT-46 scheme 0224, or BT-10 in the historical circuit
    commitment_number: Text | None = None  # BT-13, numéro d'engagement
    contract_number: Text | None = None  # BT-12, numéro de marché
    line_commitment_numbers: tuple[Text, ...] = ()
    supplier_id: Text | None = None  # the best of supplier_ids
    supplier_id_type: str | None = None
    supplier_ids: tuple[PartyId, ...] = ()  # BT-29, BT-30
    supplier_vat: Text | None = None  # BT-31
    supplier_name: Text | None = None  # BT-27
    payee_id: Text | None = None  # BT-60, or the party that cashes (factor), where it is named
    accounts: tuple[Account, ...] = ()  # BT-84: where payment is asked for
    amount_excl_tax: Amount | None = None  # BT-109
    amount_tax: Amount | None = None  # BT-110
    amount_incl_tax: Amount | None = None  # BT-112
    amount_due: Amount | None = None  # BT-115
    original_invoice_numbers: tuple[Text, ...] = ()  # BT-25
    portal_invoice_id: Text | None = None  # IdCPRO
    resubmission: Text | None = None  # Renvoi
    reception_date: Day | None = None  # DateReception
    attachments: tuple[Attachment, ...] = ()
    findings: tuple[Finding, ...] = ()
    content_hash: str | None = None  # sha256 of the canonical invoice unit, hexadecimal

    @property
    def is_credit_note(self) -> bool:
        """Whether this gives money back (UNTDID 1001 codes of credit notes that EN 16931 admits)."""
        return self.invoice_type is not None and self.invoice_type.value in CREDIT_NOTE_TYPES

    @property
    def exercise(self) -> int | None:
        """The year of issue, in whose exercise the invoice is looked for; None without a readable date."""
        return self.issue_date.value.year if self.issue_date and self.issue_date.value else None

    @property
    def original_invoice_number(self) -> Text | None:
        """The first preceding invoice named (BT-25), or None."""
        return self.original_invoice_numbers[0] if self.original_invoice_numbers else None


CREDIT_NOTE_TYPES = frozenset({"261", "262", "381", "396", "502", "503"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A document, or the rest of one, in which no invoice could be read. `message` says what it is and what to do."""

    reason: ReasonCode
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastInvoice:
    """What is known of an invoice decided earlier: enough to recognise it, and to inherit its route.

    `closed` tells that it was rejected or recycled, so that another invoice may take its number or its place.
    `original_number` is rung N1 of the first invoice that a credit note takes back.
    """

    invoice_key: str
    invoice_number: str | None
    supplier_id: str | None
    issue_date: dt.date | None
    portal_invoice_id: str | None
    content_hash: str | None
    outcome: str
    amount_incl_tax: Decimal | None
    service_code: str | None
    commitment_number: str | None
    commitment_year: int | None
    first_seen: dt.datetime
    invoice_type: str | None = None
    original_number: str | None = None
    closed: bool = False

    @property
    def is_credit_note(self) -> bool:
        """Whether it gave money back."""
        return self.invoice_type in CREDIT_NOTE_TYPES


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The reference data and the past that concern one invoice, read at one moment.

    `commitments` holds every commitment of the whole body whose number could be the invoice's (see `lookup`), those
    of the same contract, those of the same supplier at this recipient, and those of the original invoice of a credit
    note. `past` holds invoices of the same supplier only, and the invoice itself. `known_accounts` are digests, as in
    `Account`. The order of the tuples carries no meaning.
    """

    recipient: Recipient | None
    services: tuple[Service, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    contract_parties: tuple[ContractParty, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    known_accounts: tuple[str, ...] = ()
    past: tuple[PastInvoice, ...] = ()
    as_of: dt.datetime | None = None
