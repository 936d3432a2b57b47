"""The record of a decision: all that `explain` shows, as JSON text. It stays in the database and is never sent.

It holds what events leave out (the supplier's name, the values compared), so it is personal data: see the runbook.
"""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from rules.decide import Candidate, Decision, severity_in
from rules.findings import Finding, ReasonCode
from rules.model import Field, Invoice

_READ = (
    "invoice_number",
    "issue_date",
    "invoice_type",
    "billing_framework",
    "currency",
    "recipient_siret",
    "service_code",
    "commitment_number",
    "contract_number",
    "supplier_id",
    "supplier_name",
    "amount_excl_tax",
    "amount_tax",
    "amount_incl_tax",
    "amount_due",
    "portal_invoice_id",
    "resubmission",
    "reception_date",
)


def record_of(invoice: Invoice | None, decision: Decision) -> str:
    """The record of one decision. Money is written as text."""
    return json.dumps({"read": _read(invoice), "decision": _decision(decision)}, ensure_ascii=False)


def finding_of(entry: dict[str, Any]) -> Finding:
    """A finding as the rules know it, from its entry in a record."""
    return Finding(ReasonCode(entry["code"]), tuple(entry["values"].items()))


def primary_of(decision: dict[str, Any]) -> Finding:
    """The finding behind the primary reason of a recorded decision. `OK` is the reason when there is none."""
    code = decision["reason"]
    return next(
        (finding_of(entry) for entry in decision["findings"] if entry["code"] == code), Finding(ReasonCode(code))
    )


def _read(invoice: Invoice | None) -> dict[str, Any] | None:
    if invoice is None:
        return None
    return {
        "syntax": invoice.syntax,
        "profile": invoice.profile,
        "within": invoice.within,
        "is_credit_note": invoice.is_credit_note,
        "supplier_id_type": invoice.supplier_id_type,
        "fields": {name: _field(field) for name in _READ if (field := getattr(invoice, name)) is not None},
        "original_invoice_numbers": [_field(field) for field in invoice.original_invoice_numbers],
        "line_commitment_numbers": [_field(field) for field in invoice.line_commitment_numbers],
        "attachments": [attachment._asdict() for attachment in invoice.attachments],
    }


def _field(field: Field[Any]) -> dict[str, Any]:
    """One field; `seen` tells why a value is believed that was read from a page, and is absent from data."""
    read = {"raw": field.raw, "value": _text(field.value), "source": field.source}
    return read | {"seen": field.seen._asdict() | {"box": field.seen.box._asdict()}} if field.seen else read


def _decision(decision: Decision) -> dict[str, Any]:
    commitment = decision.commitment
    return {
        "outcome": decision.outcome,
        "reason": decision.reason,
        "findings": [
            {"code": f.code, "values": dict(f.values), "severity": severity_in(decision, f.code)}
            for f in decision.findings
        ],
        "warnings": list(decision.warnings),
        "recipient_siret": decision.recipient_siret,
        "service_code": decision.service_code,
        "commitment_number": commitment.number if commitment else None,
        "commitment_year": commitment.fiscal_year if commitment else None,
        "commitments": [c.number for c in decision.commitments],
        "labels": list(decision.labels),
        "match_rung": decision.match_rung,
        "candidates": [_candidate(candidate) for candidate in decision.candidates],
        "review_queue": decision.review_queue,
        "destination": decision.destination,
        "linked_to": decision.linked_to,
        "proposed_action": decision.proposed_action,
        "portal_reason": decision.portal_reason,
        "payment_deadline": _text(decision.payment_deadline),
        "waiting_until": _text(decision.waiting_until),
        "reference_as_of": _text(decision.reference_as_of),
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "number": candidate.number,
        "recipient_siret": candidate.recipient_siret,
        "fiscal_year": candidate.fiscal_year,
        "service_code": candidate.service_code,
        "points": candidate.points,
        "rank": candidate.rank,
        "evidence": [list(item) for item in candidate.evidence],
        "refused_by": candidate.refused_by,
    }


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)
