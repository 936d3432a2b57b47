"""What is told about a decision once it is committed: its metrics, and its one line in the log.

Nothing of the document goes into either: outcome and reason, the keys under which a person finds the rest, and sums.
The line also carries the decision's link of the chain, so that whoever keeps the log elsewhere keeps a head of it.
"""

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

import structlog

from rules.decide import Decision, Outcome
from rules.findings import ReasonCode
from rules.model import Invoice, Unreadable
from worker import metrics
from worker.metrics.labels import MOST_COMMITMENT_LABELS, NONE, Capped, cadre_of, field_of, format_of
from worker.store.chain import Link
from worker.store.decisions import Recorded
from worker.store.inbox import Delivery
from worker.tracing import NO_TRACING

log = structlog.get_logger(__name__)

_DUPLICATES = frozenset({ReasonCode.DUP_SAME_DELIVERY, ReasonCode.DUP_SAME_NUMBER_YEAR, ReasonCode.DUP_SUSPECT})
_KEY = re.compile(r"cpro:[0-9]{1,20}|sha256:[0-9a-f]{64}|document:[0-9a-f]{64}:[0-9]+", re.ASCII)
_EUROS = frozenset({None, "EUR"})
_commitment_label = Capped(MOST_COMMITMENT_LABELS)  # the body's own words; what they are, the reference data say


class Stopwatch:
    """Parts the time since its start into named stages, and tells of each as it ends."""

    __slots__ = ("_last", "_tell", "seconds")

    def __init__(self, tell: Callable[[str, float], object] = NO_TRACING.stage) -> None:
        self.seconds: dict[str, float] = {}
        self._tell = tell
        self._last = time.perf_counter()

    def ends(self, stage: str) -> None:
        """What has passed since the last stage was this one."""
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._tell(stage, now - self._last)
        self._last = now


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision as it was committed. `is_settled`: it is on an invoice that had waited."""

    recorded: Recorded
    link: Link
    delivery: Delivery
    reading: Invoice | Unreadable
    decision: Decision
    is_settled: bool
    seconds: dict[str, float] = field(default_factory=dict)


class Watch(Protocol):
    """Who is told about decisions."""

    def decided(self, decided: Decided) -> None:
        """A decision was committed. Must not fail."""
        ...


class NoWatch:
    """Tells nobody: to measure what telling costs."""

    def decided(self, decided: Decided) -> None:
        """Do nothing."""


class Observer:
    """Counts and logs."""

    def decided(self, decided: Decided) -> None:
        """Count a decision, then write its line."""
        recorded = decided.recorded
        _count(decided)
        log.info(
            "invoice_decided",
            outcome=recorded.outcome,
            reason=recorded.reason,
            invoice_key=loggable(recorded.invoice_key),
            delivery_id=recorded.delivery_id,
            event_id=recorded.event_id,
            chain_position=decided.link.position,
            chain_hash=decided.link.hash,
        )


def loggable(invoice_key: str) -> str:
    """The key of an invoice as the log may show it.

    That is the portal's number, or a hash over a whole document, from which nothing of it can be told. What a document
    gives as its portal id in other words than digits stays out of the log.
    """
    if _KEY.fullmatch(invoice_key):
        return invoice_key
    return f"key-sha256:{hashlib.sha256(invoice_key.encode()).hexdigest()}"


def _count(decided: Decided) -> None:
    decision = decided.decision
    if not decided.is_settled:
        invoice = None if isinstance(decided.reading, Unreadable) else decided.reading
        cadre = cadre_of(invoice.billing_framework if invoice else None)
        metrics.RECEIVED.labels(format_of(decided.reading), cadre).inc()
    metrics.DECISIONS.labels(decision.outcome.value, decision.reason.value).inc()
    for warning in decision.warnings:
        metrics.WARNINGS.labels(warning.value).inc()
    if decision.match_rung is not None:
        metrics.MATCH_RUNG.labels(decision.match_rung.value).inc()
    for stated in decision.findings:
        if stated.code in _DUPLICATES:
            metrics.DUPLICATES.labels(stated.code.value).inc()
        elif stated.code is ReasonCode.INT_UNKNOWN_VALUE:
            metrics.UNKNOWN_VALUES.labels(field_of(stated)).inc()
    _count_amount(decided)
    _time(decided)


def _count_amount(decided: Decided) -> None:
    """The border at which money becomes a float: Prometheus has nothing else."""
    invoice = decided.reading
    if decided.decision.outcome is not Outcome.ROUTED or isinstance(invoice, Unreadable) or invoice.is_credit_note:
        return
    amount = invoice.amount_incl_tax.value if invoice.amount_incl_tax else None
    if amount is None or amount <= Decimal(0) or (invoice.currency and invoice.currency.value) not in _EUROS:
        return
    for label in decided.decision.labels or (NONE,):
        metrics.ROUTED_AMOUNT.labels(label if label == NONE else _commitment_label(label)).inc(float(amount))


def _time(decided: Decided) -> None:
    recorded, delivery = decided.recorded, decided.delivery
    for stage, seconds in decided.seconds.items():
        metrics.PROCESSING.labels(stage).observe(seconds)
    if not decided.is_settled:
        metrics.FIRST_DECISION.observe(max((recorded.decided_at - delivery.received_at).total_seconds(), 0.0))
    waited = recorded.decided_at - (delivery.made_available_at or delivery.received_at)
    metrics.END_TO_END.labels(recorded.outcome).observe(
        max(waited.total_seconds(), 0.0), {"trace_id": recorded.event_id}
    )
