"""The parts that events are made of. BT numbers are those of EN 16931.

Codes are text with a pattern, not enumerations: the list of reason codes grows, and a schema that enumerated it would
make every new code a breaking change for consumers who validate.
"""

import datetime as dt

from pydantic import Field

from rules.findings import Severity
from worker.wire.fields import Code, DecimalText, DocumentText, EvidenceCode, Sha256, Wire


class DocumentPlace(Wire):
    """Which document an invoice came in, and where in it."""

    sha256: Sha256 = Field(description="SHA-256 of the document as received")
    position: int = Field(ge=0, description="Place of the invoice in the document, counted from 0")


class Reason(Wire):
    """One thing that was found, in the order of the decision table."""

    code: Code = Field(description="Stable reason code. Codes are added, never renamed: accept those you do not know")
    severity: Severity = Field(description="How to take it")
    values: dict[str, str] = Field(
        description="The values compared, by name. Free text of the document, and whatever may name a natural person, "
        "is left out"
    )
    fr: str = Field(description="The finding as a sentence in French; a value left out is shown as a dash")
    en: str = Field(description="The same sentence in English")


class CommitmentRef(Wire):
    """A commitment (engagement) of the recipient."""

    number: str = Field(description="Number, exactly as in the body's reference data")
    fiscal_year: int | None = Field(description="Exercise; with recipient and number it is the commitment's key")
    service_code: str | None = Field(description="The service it was made for, where the reference data says so")


class Evidence(Wire):
    """What speaks for a candidate, or against it."""

    code: EvidenceCode = Field(description="Stable code of the kind of evidence. Accept codes you do not know")
    points: int = Field(description="Its weight; negative where it speaks against the candidate")


class Candidate(Wire):
    """A commitment that a reviewer may choose. Points put candidates in order; they never decide."""

    number: str = Field(description="Number, exactly as in the body's reference data")
    fiscal_year: int | None = Field(description="Exercise of the commitment")
    recipient_siret: str = Field(description="The budget that it belongs to, which may be another than the invoice's")
    service_code: str | None = Field(description="The service it was made for")
    points: int = Field(description="Sum of the evidence")
    rank: int = Field(ge=1, description="1 is the likeliest; candidates with equal points share a rank")
    evidence: tuple[Evidence, ...] = Field(description="What the points are made of")
    refused_by: Code = Field(description="The first rule that kept it from being chosen")


class InvoiceSummary(Wire):
    """What the invoice says of itself. No names, no bank details. A text over 500 characters is given as null."""

    invoice_number: DocumentText | None = Field(description="BT-1")
    issue_date: dt.date | None = Field(description="BT-2")
    invoice_type: DocumentText | None = Field(description="BT-3, code of UNTDID 1001 such as 380 or 381, as written")
    billing_framework: DocumentText | None = Field(description="BT-23, cadre de facturation such as A1 or B1")
    currency: DocumentText | None = Field(description="BT-5, ISO 4217 code as written")
    supplier_id: DocumentText | None = Field(
        description="BT-29 or BT-30, as written, the SIRET where there is one. Null for a private person, and where "
        "the identifier is made of a name"
    )
    supplier_id_type: DocumentText | None = Field(description="Kind of supplier_id: SIRET, SIREN, UE_HORS_FRANCE...")
    contract_number: DocumentText | None = Field(description="BT-12, numéro de marché as written")
    original_invoice_number: DocumentText | None = Field(description="BT-25, the first one, as written")
    portal_invoice_id: DocumentText | None = Field(description="The invoice's id on Chorus Pro (IdCPRO)")
    amount_excl_tax: DecimalText | None = Field(description="BT-109, a decimal number as text")
    amount_tax: DecimalText | None = Field(description="BT-110, a decimal number as text")
    amount_incl_tax: DecimalText | None = Field(description="BT-112, a decimal number as text")
    amount_due: DecimalText | None = Field(description="BT-115, a decimal number as text")
    syntax: str = Field(
        description="What it was read from: cii, ubl-invoice, ubl-creditnote, zugferd1, pivot, page or scan"
    )
    profile: DocumentText | None = Field(description="Last part of BT-24, in the words of Factur-X")
