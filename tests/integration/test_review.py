"""Reviews on a real database: what is listed, what may be chosen, what is recorded and told."""

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.app import ListPublisher, replayed, started
from tests.manifest import CASES
from worker.bootstrap import Embedded
from worker.queueing.relay import drain
from worker.review import ChoiceRefused, Chosen, NotUnderReview, ReviewDesk, decision_of
from worker.store import decisions, schema
from worker.store.engine import reading

NAMES = ("commitment-ambiguous", "supplier-mismatch", "service-unknown", "amount-over")
AMBIGUOUS = "cpro:900002206"
MISMATCH = "cpro:900002302"


@pytest.fixture
def app() -> Iterator[Embedded]:
    """The application after four invoices that need a person."""
    cases = [case for case in CASES if case.id in NAMES]
    with started(cases[0].reference) as app:
        replayed(app, [file for case in cases for file in case.files])
        yield app


@pytest.fixture
def desk(app: Embedded) -> ReviewDesk:
    """The review desk of that application."""
    return ReviewDesk(engine=app.engine, clock=app.pipeline.clock, source=app.pipeline.source)


def test_list(desk: ReviewDesk) -> None:
    """Every invoice under review is listed once, and a queue shows only its own."""
    reasons = [item.reason for item in desk.waiting()]
    assert sorted(reasons) == ["AMT_OVER_REMAINING", "ENG_AMBIGUOUS", "SUP_MISMATCH", "SVC_UNKNOWN"]
    assert [item.reason for item in desk.waiting("service")] == ["AMT_OVER_REMAINING"]


def test_candidates_are_ranked_with_their_refusal(desk: ReviewDesk) -> None:
    """The commitments that may be meant come first, as a tie, each with the rule that refused it."""
    item = next(item for item in desk.waiting() if item.invoice_key == AMBIGUOUS)
    candidates = decision_of(item)["candidates"]
    meant = {(c["number"], c["rank"]) for c in candidates if c["refused_by"] == "ENG_AMBIGUOUS"}
    assert meant == {("2026-77", 1), ("20267-7", 1)}
    assert len(candidates) == 5


def test_resolve_by_commitment(app: Embedded, desk: ReviewDesk) -> None:
    """A chosen commitment gives the service, ends the review, reserves its amount, is stored as a label and told."""
    recorded = desk.resolve(AMBIGUOUS, Chosen(commitment_number="2026-77"), "finance", "seen with the supplier")
    assert (recorded.outcome, recorded.decision_number) == ("ROUTED", 1)
    assert AMBIGUOUS not in {item.invoice_key for item in desk.waiting()}
    with reading(app.engine) as connection:
        label = connection.execute(select(schema.resolutions)).one()
        reserved = connection.execute(select(schema.reservations)).one()
        assert decisions.in_force(connection, AMBIGUOUS).decision_number == 1
    assert (label.commitment_number, label.accepted_rank, label.reviewed_reason) == ("2026-77", 1, "ENG_AMBIGUOUS")
    assert (reserved.number, reserved.amount) == ("2026-77", Decimal("105.60"))
    event = _last_event(app)
    assert event["type"] == "invoice.review-resolved.v1"
    assert event["data"]["service_code"] == "SAAM D5"
    assert event["data"]["resolution"] == "chosen"


def test_resolve_to_none(app: Embedded, desk: ReviewDesk) -> None:
    """None of the proposed ends the review too, and closes the invoice: its number may be used again."""
    recorded = desk.resolve(MISMATCH, None, "finance")
    assert recorded.outcome == "REVIEW"
    assert MISMATCH not in {item.invoice_key for item in desk.waiting()}
    with reading(app.engine) as connection:
        closed = select(schema.invoices.c.closed).where(schema.invoices.c.invoice_key == MISMATCH)
        assert connection.execute(closed).scalar_one() is True
    assert _last_event(app)["data"]["resolution"] == "none"


def test_resolve_once(desk: ReviewDesk) -> None:
    """What was resolved cannot be resolved again, and what is not under review never."""
    desk.resolve(MISMATCH, None, "finance")
    with pytest.raises(NotUnderReview):
        desk.resolve(MISMATCH, None, "finance")
    with pytest.raises(NotUnderReview):
        desk.resolve("cpro:1", None, "finance")


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        (Chosen(commitment_number="2026-7"), "the commitment “2026-7” is not one of"),
        (Chosen(commitment_number="L26-0002"), "is not one of"),
        (Chosen(service_code="COMPTA-X"), "the service “COMPTA-X” is not an active service"),
        (Chosen(service_code="PRESSE"), "is not an active service"),
        (Chosen(commitment_number="2026-77", year=2025), "is not one of"),
    ],
)
def test_only_what_exists_can_be_chosen(app: Embedded, desk: ReviewDesk, chosen: Chosen, says: str) -> None:
    """A commitment of another budget, a closed service or a slip of the pen is refused, and nothing changes."""
    with pytest.raises(ChoiceRefused, match=says):
        desk.resolve(AMBIGUOUS, chosen, "finance")
    assert AMBIGUOUS in {item.invoice_key for item in desk.waiting()}
    with reading(app.engine) as connection:
        assert connection.execute(select(schema.resolutions)).all() == []


def test_a_service_alone_can_be_chosen(desk: ReviewDesk) -> None:
    """A service is enough, however its code is written."""
    key = next(item.invoice_key for item in desk.waiting() if item.reason == "SVC_UNKNOWN")
    recorded = desk.resolve(key, Chosen(service_code="saam  d5"), "service")
    assert json.loads(recorded.record)["resolution"]["service_code"] == "SAAM D5"


def _last_event(app: Embedded) -> dict:
    publisher = ListPublisher()
    drain(app.engine, publisher, app.pipeline.clock)
    return json.loads(publisher.events[-1].body)


def test_a_number_may_be_used_again_after_a_rejection() -> None:
    """Row 7: once the first invoice was closed by a person, another under its number is a reissue and goes its way."""
    case = next(case for case in CASES if case.id == "duplicate-number")
    first, again = case.files
    with started(case.reference) as app:
        (one,) = replayed(app, [first])
        with app.engine.begin() as connection:  # as the portal's answer to a rejection will do
            closing = schema.invoices.update().where(schema.invoices.c.invoice_key == one.decision.invoice_key)
            connection.execute(closing.values(closed=True))
        (two,) = replayed(app, [again])
    decision = decision_of(two.decision)
    assert "LIN_REISSUE" in [finding["code"] for finding in decision["findings"]]
    assert (decision["outcome"], decision["linked_to"]) == ("ROUTED", one.decision.invoice_key)
