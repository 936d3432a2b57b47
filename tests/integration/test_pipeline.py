"""The pipeline on SQLite and on PostgreSQL: what is written together, what a second execution changes, what waits."""

import datetime as dt
import json
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from tests.app import ListPublisher, replayed, started
from tests.manifest import CASES, NOW
from tests.places import FIXTURES
from worker.bootstrap import Embedded
from worker.clock import FixedClock
from worker.errors import DocumentAltered, DocumentMissing, TransientError
from worker.ports import StoredDocument
from worker.queueing.relay import drain
from worker.replay import Replay
from worker.store import decisions, inbox, outbox, schema
from worker.store.engine import reading
from worker.store.inbox import Delivery, DeliveryUnknown

PIVOTS = FIXTURES / "invoices" / "pivot"
REFERENCE = FIXTURES / "reference"
Start = Callable[..., AbstractContextManager[Embedded]]
MIXED = PIVOTS / "several-mixed-fates" / "invoice.xml"


@pytest.fixture
def start(store_url: str) -> Start:
    """Starts the application on one database and on the other."""
    return partial(started, database=store_url)


def _received(app: Embedded, path: Path, delivery_id: str = "d-1") -> Delivery:
    delivery = Delivery(
        delivery_id=delivery_id,
        source="test",
        document=app.documents.keep(path),
        media_type="application/xml",
        received_at=NOW,
    )
    app.pipeline.receive(delivery)
    return delivery


def _counts(app: Embedded) -> tuple[int, int]:
    with reading(app.engine) as connection:
        made = connection.execute(select(func.count()).select_from(schema.decisions)).scalar_one()
        events = connection.execute(select(func.count()).select_from(schema.outbox)).scalar_one()
    return made, events


def test_each_invoice_of_a_delivery_has_one_decision_and_one_event(start: Start) -> None:
    """Four invoices in one file give four decisions and four events."""
    with start(REFERENCE) as app:
        _received(app, MIXED)
        app.pipeline.process("d-1")
        assert _counts(app) == (4, 4)


def test_a_second_execution_changes_nothing(start: Start) -> None:
    """A delivery processed again, as after a lost acknowledgement, keeps its decisions and emits nothing new."""
    with start(REFERENCE) as app:
        _received(app, MIXED)
        app.pipeline.process("d-1")
        with reading(app.engine) as connection:
            first = decisions.of_delivery(connection, "d-1")
        app.pipeline.process("d-1")
        with reading(app.engine) as connection:
            assert decisions.of_delivery(connection, "d-1") == first
        assert _counts(app) == (4, 4)


def test_a_delivery_received_twice_is_one_delivery(start: Start) -> None:
    """The same delivery id a second time is refused without an error."""
    with start(REFERENCE) as app:
        delivery = _received(app, MIXED)
        assert app.pipeline.receive(delivery) is False


def test_a_crash_before_the_event_undoes_the_decision(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision without its event never stands: both are written, or neither, and the next attempt finishes."""
    with start(REFERENCE) as app:
        _received(app, MIXED)
        put, calls = outbox.put, []

        def dying(*arguments: object) -> None:
            calls.append(arguments)
            if len(calls) == 3:
                raise OSError("the machine is gone")
            put(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(outbox, "put", dying)
        with pytest.raises(OSError, match="gone"):
            app.pipeline.process("d-1")
        assert _counts(app) == (2, 2)
        app.pipeline.process("d-1")
        assert _counts(app) == (4, 4)


def test_a_delivery_is_finished_only_when_all_is_decided(start: Start) -> None:
    """The inbox row is open until the last invoice has its decision."""
    with start(REFERENCE) as app:
        _received(app, MIXED)
        finished = select(schema.deliveries.c.finished_at)
        with reading(app.engine) as connection:
            assert connection.execute(finished).scalar_one() is None
        app.pipeline.process("d-1")
        with reading(app.engine) as connection:
            assert connection.execute(finished).scalar_one() == NOW


def test_an_unknown_delivery_is_an_error_that_says_so(start: Start) -> None:
    """A message that names no delivery of the inbox is a permanent error."""
    with start(REFERENCE) as app, pytest.raises(DeliveryUnknown, match="no delivery d-9 in the inbox"):
        app.pipeline.process("d-9")


def test_a_document_that_is_gone_or_altered_is_never_decided(start: Start, tmp_path: Path) -> None:
    """The bytes decided are the bytes received: a missing or changed document is an error, not a decision."""
    copy = tmp_path / "invoice.xml"
    shutil.copy(MIXED, copy)
    with start(REFERENCE) as app:
        _received(app, copy)
        copy.write_bytes(b"<changed/>")
        with pytest.raises(DocumentAltered):
            app.pipeline.process("d-1")
        copy.unlink()
        with pytest.raises(DocumentMissing):
            app.pipeline.process("d-1")
        assert _counts(app) == (0, 0)


def test_the_document_store_keeps_content_once(start: Start, tmp_path: Path) -> None:
    """Two files of the same bytes are one document, readable after the originals are gone."""
    with start(None, tmp_path / "data") as app:
        copy = tmp_path / "copy.xml"
        shutil.copy(MIXED, copy)
        first, second = app.documents.keep(MIXED), app.documents.keep(copy)
        copy.unlink()
        assert first == second
        assert app.documents.open(second).read() == MIXED.read_bytes()
        assert len(list((tmp_path / "data" / "documents").rglob("*"))) == 2  # one folder, one file


def test_the_document_store_proves_what_it_returns(start: Start, tmp_path: Path) -> None:
    """A stored file that rots is noticed when it is read."""
    with start(None, tmp_path / "data") as app:
        stored = app.documents.keep(MIXED)
        (tmp_path / "data" / "documents" / stored.uri).write_bytes(b"rot")
        with pytest.raises(DocumentAltered):
            app.documents.open(stored)
        with pytest.raises(DocumentMissing):
            app.documents.open(StoredDocument("00/nothing", stored.sha256, stored.size))


def test_events_wait_while_nobody_takes_them(start: Start) -> None:
    """A refused publication leaves the events in the outbox, in order, and they go out later, once each."""
    with start(REFERENCE) as app:
        _received(app, MIXED)
        app.pipeline.process("d-1")
        publisher = ListPublisher(refuse_next=1)
        with pytest.raises(TransientError):
            drain(app.engine, publisher, app.pipeline.clock)
        with reading(app.engine) as connection:
            assert outbox.pending(connection) == 4
        assert drain(app.engine, publisher, app.pipeline.clock) == 4
        assert drain(app.engine, publisher, app.pipeline.clock) == 0
        assert len({event.id for event in publisher.events}) == len(publisher.events) == 4


def test_the_first_seen_date_survives(start: Start) -> None:
    """A corrected invoice that comes back keeps the moment at which it was first seen, and counts a new decision."""
    case = next(case for case in CASES if case.id == "recycled-and-corrected")
    with start(case.reference) as app:
        first, second = replayed(app, case.files)
        with reading(app.engine) as connection:
            past = decisions.standing(connection, second.decision.invoice_key)
    assert first.decision.invoice_key == second.decision.invoice_key
    assert past is not None
    assert (past.first_seen, past.decision_number) == (NOW, 1)


def test_a_new_attempt_inherits_its_age(start: Start) -> None:
    """A resubmission under another portal id was first seen when the attempt it takes over was."""
    case = next(case for case in CASES if case.id == "resubmitted-counts-once")
    earlier = NOW - dt.timedelta(days=9)
    with start(case.reference) as app:
        (first,) = replayed(app, case.files[:1])
        with app.engine.begin() as connection:
            connection.execute(update(schema.invoices).values(first_seen=earlier))
        publisher = ListPublisher()
        (second,) = replayed(app, case.files[1:2], publisher)
        with reading(app.engine) as connection:
            past = decisions.standing(connection, second.decision.invoice_key)
    assert first.decision.invoice_key != second.decision.invoice_key
    assert past is not None
    assert past.first_seen == earlier
    assert json.loads(publisher.events[0].body)["data"]["first_seen"].startswith(f"{earlier:%Y-%m-%d}")


def test_a_duplicate_leaves_the_decision_in_force(start: Start) -> None:
    """A delivery that comes again is recorded as a duplicate and does not touch what was decided."""
    case = next(case for case in CASES if case.id == "duplicate-delivery")
    with start(case.reference) as app:
        replayed(app, case.files)
        with reading(app.engine) as connection:
            (key,) = {d.invoice_key for d in decisions.of_delivery(connection, _first_delivery(app))}
            assert decisions.in_force(connection, key).outcome == "ROUTED"
            assert [d.outcome for d in decisions.of_invoice(connection, key)] == ["ROUTED", "DUPLICATE"]


def _first_delivery(app: Embedded) -> str:
    with reading(app.engine) as connection:
        return connection.execute(select(schema.decisions.c.delivery_id).limit(1)).scalar_one()


def test_waiting_ends_when_the_original_arrives(start: Start) -> None:
    """A credit note that waits for its invoice is decided when the invoice is there, not before."""
    case = next(case for case in CASES if case.id == "credit-note-inherits")
    invoice, credit_note = case.files
    with start(case.reference) as app:
        run = Replay(app, ListPublisher())
        (first,) = [d for made in run.run([credit_note]) for d in made]
        assert first.decision.outcome == "WAITING"
        assert app.pipeline.settle(first.decision.invoice_key) == first.decision
        list(run.run([invoice]))
        (settled,) = run.settle()
        assert (settled.decision.outcome, settled.decision.decision_number) == ("ROUTED", 1)
        assert list(run.settle()) == []


def test_waiting_ends_at_its_deadline(start: Start) -> None:
    """What is still missing when the time is up goes to a person."""
    case = next(case for case in CASES if case.id == "credit-note-origin-unknown")
    with start(case.reference) as app:
        (first,) = replayed(app, case.files)
        later = replace(app.pipeline, clock=FixedClock(NOW + dt.timedelta(days=5)))
        settled = later.settle(first.decision.invoice_key)
        assert settled is not None
        assert (settled.outcome, settled.reason) == ("REVIEW", "CRN_ORIGIN_UNKNOWN")
        assert later.settle(first.decision.invoice_key) is None


def test_an_inbox_knows_how_much_it_holds(start: Start) -> None:
    """Deliveries are counted."""
    with start(REFERENCE) as app:
        _received(app, MIXED)
        with reading(app.engine) as connection:
            assert inbox.count(connection) == 1
