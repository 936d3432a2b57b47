"""One event and one message of each kind, to be validated, read back and spoiled."""

import datetime as dt
import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from rules.decide import Candidate, Decision, Outcome
from rules.findings import Finding, ReasonCode, finding
from rules.model import Commitment, Field, IdType, Invoice, PartyId, Syntax
from rules.normalise import Rung
from rules.sentences import Sentences, load
from rules.table import Action, Queue
from worker.events import Choice, Event, decision_event, resolved_event

R = ReasonCode
MOMENT = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))
KEY = "cpro:4712"
SHA256 = "0" * 63 + "a"
SIRET = "22400001800016"
COMMITMENT = Commitment(
    number="2026-0012", recipient_siret=SIRET, fiscal_year=2026, service_code="0012", labels=("spaser:social",)
)


@cache
def sentences(language: str) -> Sentences:
    """The catalogue of one language."""
    return load(Path(f"rules/reasons/{language}.toml").read_text(encoding="utf-8"))


def text(value: str, source: str = "/Invoice/ID") -> Field[str]:
    """A text field."""
    return Field(value, value, source)


def amount(value: str) -> Field[Decimal | None]:
    """An amount field."""
    return Field(value, Decimal(value), "/Invoice/Total")


def invoice(**changes: Any) -> Invoice:
    """An ordinary invoice."""
    given: dict[str, Any] = {
        "syntax": Syntax.CII,
        "profile": "EN 16931",
        "invoice_number": text("FA-é-001"),
        "issue_date": Field("20261102", dt.date(2026, 11, 2), "/Invoice/Date"),
        "invoice_type": text("380"),
        "currency": text("EUR"),
        "supplier_id": text("12345678200010"),
        "supplier_id_type": IdType.SIRET,
        "supplier_ids": (PartyId("12345678200010", IdType.SIRET, "/Invoice/Seller"),),
        "supplier_name": text("Menuiserie Jeanne Durand"),
        "amount_excl_tax": amount("1000.00"),
        "amount_incl_tax": amount("1200.00"),
    }
    return Invoice(**(given | changes))


def candidate(**changes: Any) -> Candidate:
    """A candidate of a review."""
    given: dict[str, Any] = {
        "number": "2026-0013",
        "fiscal_year": 2026,
        "recipient_siret": SIRET,
        "service_code": "0012",
        "points": 65,
        "rank": 1,
        "evidence": (("SUPPLIER_SIRET", 40), ("NUMBER_DISTANCE", 25)),
        "refused_by": R.ENG_NOT_FOUND,
    }
    return Candidate(**(given | changes))


def decision(outcome: Outcome = Outcome.ROUTED, *findings: Finding, **changes: Any) -> Decision:
    """A decision that ends in an outcome, with what belongs to it."""
    stated = findings or (finding(_REASONS[outcome]),)
    given: dict[str, Any] = {
        "outcome": outcome,
        "reason": stated[0].code,
        "findings": stated,
        "warnings": (),
        "recipient_siret": SIRET,
        "service_code": "0012",
        "commitment": None,
        "commitments": (),
        "labels": (),
        "match_rung": None,
        "candidates": (),
        "review_queue": None,
        "destination": None,
        "linked_to": None,
        "proposed_action": Action.NONE,
        "portal_reason": None,
        "payment_deadline": dt.date(2026, 12, 24),
        "waiting_until": None,
        "policy_version": "default@0123456789ab",
        "reference_as_of": MOMENT - dt.timedelta(hours=5),
    }
    return Decision(**(given | _BELONGING[outcome] | changes))


_REASONS = {
    Outcome.ROUTED: R.OK,
    Outcome.REVIEW: R.ENG_NOT_FOUND,
    Outcome.WAITING: R.REF_STALE,
    Outcome.DUPLICATE: R.DUP_SAME_DELIVERY,
    Outcome.QUARANTINED: R.INT_MALFORMED,
}
_BELONGING: dict[Outcome, dict[str, Any]] = {
    Outcome.ROUTED: {
        "commitment": COMMITMENT,
        "commitments": (COMMITMENT,),
        "labels": COMMITMENT.labels,
        "match_rung": Rung.N1,
    },
    Outcome.REVIEW: {
        "review_queue": Queue.FINANCE,
        "candidates": (candidate(), candidate(number="2026-0014", points=-5, rank=2)),
        "proposed_action": Action.REJECT,
        "portal_reason": "EJ_ERR",
    },
    Outcome.WAITING: {"waiting_until": MOMENT + dt.timedelta(hours=24)},
    Outcome.DUPLICATE: {"linked_to": "cpro:4711"},
    Outcome.QUARANTINED: {"recipient_siret": None, "service_code": None, "reference_as_of": None},
}


def event(decided: Decision, billed: Invoice | None = None, **changes: Any) -> Event:
    """The event of a decision."""
    given: dict[str, Any] = {
        "source": "/aiguilleur",
        "invoice_key": KEY,
        "decision_number": 0,
        "delivery_id": "chorus-pro:4712",
        "document_sha256": SHA256,
        "position": 0,
        "decided_at": MOMENT,
        "first_seen": MOMENT - dt.timedelta(days=1),
        "invoice": billed,
        "decision": decided,
        "fr": sentences("fr"),
        "en": sentences("en"),
    }
    return decision_event(**(given | changes))


def resolved(**changes: Any) -> Event:
    """The event of a reviewer's decision."""
    given: dict[str, Any] = {
        "source": "/aiguilleur",
        "invoice_key": KEY,
        "decision_number": 1,
        "decided_at": MOMENT,
        "resolved_by": "finance",
        "choice": Choice("2026-0013", 2026, "0012"),
        "accepted_rank": 1,
    }
    return resolved_event(**(given | changes))


def events() -> dict[str, Event]:
    """One event of each type, by type."""
    made = [event(decision(outcome), None if outcome is Outcome.QUARANTINED else invoice()) for outcome in Outcome] + [
        resolved(comment="Vu avec le service.")
    ]
    return {one.type: one for one in made}


def delivery() -> dict[str, Any]:
    """A message as its sender writes it."""
    return {
        "schema_version": 1,
        "delivery_id": "chorus-pro:4712",
        "source": "chorus-pro",
        "document": {"uri": "2026/11/0a.xml", "sha256": SHA256, "size": 1234, "media_type": "application/xml"},
        "portal_invoice_id": "4712",
        "portal_status": "MISE_A_DISPOSITION",
        "made_available_at": "2026-11-23T18:30:00+01:00",
        "received_at": "2026-11-24T09:00:00.25+01:00",
    }


def delivery_event() -> dict[str, Any]:
    """The same as a CloudEvent with an extension attribute."""
    return {
        "specversion": "1.0",
        "id": "1",
        "source": "/platform",
        "type": "invoice.received.v1",
        "time": "2026-11-24T08:00:00Z",
        "datacontenttype": "application/json",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "data": delivery(),
    }


def spoiled(content: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with another value at a dotted path; `...` takes the field away."""
    copy: dict[str, Any] = json.loads(json.dumps(content))
    *steps, last = path.split(".")
    place: Any = copy
    for step in steps:
        place = place[int(step) if isinstance(place, list) else step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return copy
