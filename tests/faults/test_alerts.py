"""Alerts under faults, shortly. `python -m tests.faults.alerting` plays every fault alone."""

from collections.abc import Iterator

import pytest

from tests.faults.alerting import FAULTS, play, told
from tests.faults.scene import Servers, servers
from tests.observability.deployed import alerts
from tests.services.postgres import PostgreSQL
from tests.services.rabbitmq import RabbitMQ
from tests.services.tools import Tool

# What no fault of this table raises, and why.
ELSEWHERE = {
    "BacklogGrows": "it takes more work than a run has; a story of promtool tells it",
    "CompletenessNotProven": "these runs have no portal; it takes 26 hours",
    "CredentialExpires": "these runs have no portal, so no password that ends",
    "DecidedLateSlow": "it takes days",
    "DecisionOverdue": "it takes an hour without a worker, when others have told long before",
    "FirstSeenTooLong": "it takes three weeks",
    "InvoicesMissing": "these runs have no portal: tests/portal/test_proof.py, and a story of promtool",
    "MassNotFound": "it takes half an hour of invoices on wrong reference data",
    "PaymentAtRisk": "it takes weeks",
    "PortalAccessDenied": "these runs have no portal: tests/portal/test_intake.py, and a story of promtool",
    "PortalInvoiceStuck": "these runs have no portal: tests/portal/test_intake.py, and a story of promtool",
    "QuarantineLeft": "it takes days",
    "ReferentialStale": "it takes 36 hours",
    "ReviewPilingUp": "it takes days",
    "SchemaDrift": "it is raised by an invoice, not by a fault: tests/observability/test_live.py",
    "SilenceOnWorkingDay": "it takes an afternoon",
    "VersionsDiffer": "it takes two programs",
    "WaitingTooLong": "it takes days",
    "WorkerThreadsMissing": "threads do not end alone: their process ends with them",
}


@pytest.fixture(scope="module")
def on(rabbitmq: RabbitMQ, postgres: PostgreSQL, promtool: Tool) -> Iterator[Servers]:
    """Servers that may be taken away."""
    _ = rabbitmq, postgres, promtool  # skips, or fails in CI, where a server is missing; a scene has its own
    with servers() as started:
        yield started


def test_every_alert_has_its_fault_or_a_reason() -> None:
    """An alert that no fault must raise is named with the reason, and none is named that does not exist."""
    raised = frozenset[str]().union(*(fault.must for fault in FAULTS.values()))
    follows = frozenset[str]().union(*(fault.may for fault in FAULTS.values()))
    assert raised.isdisjoint(ELSEWHERE)
    assert raised | set(ELSEWHERE) == {alert.name for alert in alerts()}
    assert follows <= raised | set(ELSEWHERE)


@pytest.mark.slow
def test_a_fault_raises_its_alerts_and_no_other(on: Servers) -> None:
    """Refused events, rubbish and an emptied queue, all at once: each is told, and nothing besides."""
    together = ["events refused", "messages malformed", "queue emptied"]
    verdict = play(together, on)
    assert verdict.is_right, told(together, verdict)


@pytest.mark.slow
def test_quiet_work_raises_nothing(on: Servers) -> None:
    """Invoices come in and are decided, and no alert fires."""
    verdict = play(["quiet"], on)
    assert verdict.is_right, told(["quiet"], verdict)
    assert verdict.fired == set()
