"""Decisions as they are recorded, and pages of one invoice made from them."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

from lxml import html
from PIL import Image

from rules.decision import Candidate, Decision, Outcome
from rules.evidence import EvidenceCode
from rules.findings import Finding, ReasonCode, finding
from rules.model import Box, Field, Invoice, PageEvidence, Syntax
from rules.table import Action, Queue
from worker.cli.explained import load_labels, page_of
from worker.extract.shown import Shown, ShownPage
from worker.records import record_of
from worker.resources import load_sentences
from worker.store.decisions import Recorded

WIDTH, HEIGHT = 595.0, 842.0
PLACE = Box(100.0, 200.0, 160.0, 212.0)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=http://127.0.0.1/x onerror=alert(1)>',
    "</style></title></code><h1>OK</h1>",
    "&lt;b&gt; &amp;amp;",
    "javascript:alert(1)",
    "EJ\u202e7100\u202c",
    "ROU\u200bTED\u2066\ufeff",
    "\x00\x07\x1b[31m\x7f\x85",
    "e" + "\u0301" * 40,
    "\ud800",
    "A" * 100_000,
)


def seen(value: Any, page: int = 1, box: Box = PLACE, trust: float = 0.98) -> Field[Any]:
    """A value as if it had been read from a page."""
    words = str(value)
    return Field(words, value, f"page {page}", PageEvidence(page, box, words, "number apart", trust))


def invoice(**fields: Any) -> Invoice:
    """An invoice that was read from its page."""
    given: dict[str, Any] = {
        "invoice_number": seen("FA-2026-17"),
        "commitment_number": seen("2026-000101", box=Box(300.0, 240.0, 370.0, 252.0), trust=0.93),
        "amount_incl_tax": seen(Decimal("120.00"), box=Box(500.0, 700.0, 560.0, 712.0), trust=0.6),
        "currency": Field("EUR", "EUR", "page 1"),
    }
    return Invoice(**{"syntax": Syntax.PAGE, **given, **fields})


def decision(*findings: Finding, **fields: Any) -> Decision:
    """A decision that sends an invoice to a person, with a candidate."""
    given: dict[str, Any] = {
        "outcome": Outcome.REVIEW,
        "reason": ReasonCode.ENG_NOT_FOUND_CANDIDATES,
        "findings": findings or (finding(ReasonCode.ENG_NOT_FOUND_CANDIDATES, number="2026-000101", count="1"),),
        "warnings": (),
        "recipient_siret": "22990001400015",
        "service_code": None,
        "commitment": None,
        "match_rung": None,
        "candidates": (
            Candidate(
                number="2026-000110", recipient_siret="22990001400015", fiscal_year=2026, service_code="061", points=25,
                rank=1, evidence=((EvidenceCode.NUMBER_CLOSE.value, 25),), refused_by=ReasonCode.ENG_NOT_FOUND,
            ),
        ),
        "review_queue": Queue.FINANCE,
        "proposed_action": Action.RECYCLE,
        "portal_reason": "EJ_ERR",
        "payment_deadline": dt.date(2026, 12, 24),
        "waiting_until": None,
        "policy_version": "default@1",
        "reference_as_of": dt.datetime(2026, 11, 24, 5, tzinfo=dt.UTC),
    }  # fmt: skip
    return Decision(**(given | fields))


def recorded(read: Invoice | None, decided: Decision) -> Recorded:
    """A decision as the store gives it back."""
    return Recorded(
        invoice_key="sha256:1", decision_number=0, delivery_id="d", position=0,
        decided_at=dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC), outcome=decided.outcome, reason=decided.reason,
        policy_version=decided.policy_version, event_id="e", record=record_of(read, decided),
    )  # fmt: skip


def shown(*numbers: int, total: int | None = None) -> Shown:
    """White pages of A4."""
    stream = io.BytesIO()
    Image.new("L", (60, 84), 255).save(stream, "PNG")
    pages = tuple(ShownPage(number, WIDTH, HEIGHT, stream.getvalue()) for number in numbers or (1,))
    return Shown(pages, total or len(pages))


def text_of(
    read: Invoice | None, decided: Decision | None = None, pictures: Shown | None = None, language: str = "fr",
    note: str | None = None,
) -> str:  # fmt: skip
    """The page of an invoice."""
    latest = recorded(read, decided or decision())
    return page_of(latest, [latest], pictures, note, (load_sentences(language), load_labels(language)))


def tree_of(*arguments: Any, **named: Any) -> html.HtmlElement:
    """The same, parsed."""
    return html.document_fromstring(text_of(*arguments, **named))
