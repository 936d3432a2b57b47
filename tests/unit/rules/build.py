"""Invoices, reference data and cases for the tests of the rules: everything agrees, a test changes one thing."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import rules
from rules.assess import assess
from rules.case import Case
from rules.decision import Decision
from rules.findings import Finding, ReasonCode
from rules.model import (
    Box,
    Commitment,
    ContractParty,
    Field,
    IdType,
    Invoice,
    PageEvidence,
    PartyId,
    PastInvoice,
    Recipient,
    Reservation,
    Service,
    Snapshot,
    Syntax,
)
from rules.policy import Policy, load

R = ReasonCode
NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
MAIN, LAB = "22990001400015", "22990001400023"  # two budgets of one body
ROADS, ROADS_2 = "99901001000018", "99901001000026"  # two establishments of one firm
OFFICE, PRINTER = "99901002800010", "99901003600013"
KEY = "cpro:1"
DEFAULT = (Path(rules.__file__).parent / "policies" / "default.toml").read_text(encoding="utf-8")
POLICY = load(DEFAULT)
DIRINFRA = Service(recipient_siret=MAIN, code="DIRINFRA", name="Infrastructures")
CULTURE = Service(recipient_siret=MAIN, code="CULTURE", name="Culture")
CLOSED_SERVICE = Service(recipient_siret=MAIN, code="PRESSE", name="Presse", active=False)
BODY = Recipient(siret=MAIN, name="Département")


def policy(overlay: str) -> Policy:
    """The default policy with a body's own choices over it."""
    return load(DEFAULT, overlay)


def field(value: Any) -> Field[Any]:
    """A value as if it had been read."""
    return Field(str(value), value, "/somewhere")


def guess(value: Any, confidence: float = 0.99, page: int = 1) -> Field[Any]:
    """A value as if it had been read from a page."""
    seen = PageEvidence(page, Box(50.0, 100.0, 200.0, 112.0), str(value), "labelled", confidence)
    return Field(str(value), value, f"page {page}", seen)


_FIELDS = {
    "invoice_number": "F-1",
    "issue_date": dt.date(2026, 11, 2),
    "invoice_type": "380",
    "currency": "EUR",
    "recipient_siret": MAIN,
    "service_code": "DIRINFRA",
    "commitment_number": "2026-000101",
    "amount_excl_tax": Decimal("1000.00"),
    "amount_tax": Decimal("200.00"),
    "amount_incl_tax": Decimal("1200.00"),
}
_PLAIN = {"supplier_id_type", "supplier_ids", "findings", "content_hash", "accounts"}


def invoice(supplier: str | None = ROADS, supplier_type: str = IdType.SIRET, **changes: Any) -> Invoice:
    """An invoice of 1200.00 by `ROADS` for commitment 2026-000101; None takes a field away."""
    values: dict[str, Any] = {"content_hash": "hash-1"}
    if supplier:
        values |= {
            "supplier_id": field(supplier),
            "supplier_id_type": supplier_type,
            "supplier_ids": (PartyId(supplier, supplier_type, "/supplier"),),
        }
    for name, value in (_FIELDS | changes).items():
        if name in _PLAIN or isinstance(value, Field):
            values[name] = value
        elif isinstance(value, list):
            values[name] = tuple(field(item) for item in value)
        elif value is not None:
            values[name] = field(value)
    return Invoice(syntax=Syntax.PIVOT, **values)


def credit(*originals: str, **changes: Any) -> Invoice:
    """A credit note of 120.00 on these invoices, with a number of its own."""
    amounts = {"amount_excl_tax": Decimal(100), "amount_tax": Decimal(20), "amount_incl_tax": Decimal(120)}
    values = {"invoice_type": "381", "invoice_number": "A-1", "original_invoice_numbers": list(originals)}
    return invoice(**(values | amounts | changes))


def commitment(number: str = "2026-000101", **changes: Any) -> Commitment:
    """An open commitment of `ROADS` with 5000.00 left."""
    values: dict[str, Any] = {
        "recipient_siret": MAIN,
        "fiscal_year": 2026,
        "service_code": "DIRINFRA",
        "supplier_id_type": IdType.SIRET,
        "supplier_id": ROADS,
        "amount": Decimal(9000),
        "remaining": Decimal(5000),
    }
    return Commitment(number=number, **(values | changes))


def past(key: str = "cpro:0", **changes: Any) -> PastInvoice:
    """An earlier invoice F-0 of the same supplier, routed to commitment 2026-000101."""
    values: dict[str, Any] = {
        "invoice_number": "F-0",
        "supplier_id": ROADS,
        "issue_date": dt.date(2026, 6, 1),
        "portal_invoice_id": None,
        "content_hash": f"hash of {key}",
        "outcome": "ROUTED",
        "amount_incl_tax": Decimal("500.00"),
        "service_code": "DIRINFRA",
        "commitment_number": "2026-000101",
        "commitment_year": 2026,
        "first_seen": NOW - dt.timedelta(days=30),
    }
    return PastInvoice(invoice_key=key, **(values | changes))


def party(role: str, supplier: str = OFFICE, contract: str = "M-7") -> ContractParty:
    """A party declared on a contract."""
    return ContractParty(contract_number=contract, role=role, supplier_id_type=IdType.SIRET, supplier_id=supplier)


def reservation(amount: object, key: str = "cpro:9", number: str = "2026-000101", **changes: Any) -> Reservation:
    """What another invoice has taken."""
    values: dict[str, Any] = {"recipient_siret": MAIN, "fiscal_year": 2026}
    return Reservation(invoice_key=key, number=number, amount=Decimal(str(amount)), **(values | changes))


def snapshot(*commitments: Commitment, recipient: Recipient | None = BODY, **changes: Any) -> Snapshot:
    """Fresh reference data of one budget with two usable services and a closed one."""
    values: dict[str, Any] = {
        "services": (DIRINFRA, CULTURE, CLOSED_SERVICE),
        "as_of": NOW - dt.timedelta(hours=1),
    }
    return Snapshot(recipient=recipient, commitments=commitments, **(values | changes))


def case(
    read: Invoice | None = None,
    known: Snapshot | None = None,
    chosen: Policy = POLICY,
    **changes: Any,
) -> Case:
    """A case in which everything agrees."""
    values: dict[str, Any] = {"invoice_key": KEY, "now": NOW}
    return Case(
        invoice=read or invoice(), snapshot=known or snapshot(commitment()), policy=chosen, **(values | changes)
    )


def decide(
    read: Invoice | None = None, known: Snapshot | None = None, chosen: Policy = POLICY, **changes: Any
) -> Decision:
    """The decision of a case."""
    return assess(case(read, known, chosen, **changes), NOW)


def codes(findings: tuple[Finding, ...]) -> list[ReasonCode]:
    """The codes of findings, in their order."""
    return [stated.code for stated in findings]


def stated(decision: Decision, code: ReasonCode) -> dict[str, str]:
    """The values of a finding of a decision."""
    return dict(next(finding.values for finding in decision.findings if finding.code is code))
