"""Invoices that wait: when the sweeper looks at them again, and that one it cannot decide does not stop it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.app import replayed, started
from tests.manifest import CASES, NOW
from worker.bootstrap import Embedded
from worker.pipeline import Pipeline
from worker.queueing.sweeper import Sweeper
from worker.store import decisions
from worker.store.engine import reading

CASE = next(case for case in CASES if case.id == "credit-note-inherits")
INVOICE, CREDIT_NOTE = CASE.files
HOUR = dt.timedelta(hours=1)


class Clock:
    """A clock that is moved."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> dt.datetime:
        """The moment."""
        return self.moment


class Waiting:
    """A credit note that waits for its invoice, and a sweeper."""

    def __init__(self, app: Embedded) -> None:
        self.clock = Clock()
        self.app = replace(app, pipeline=replace(app.pipeline, clock=self.clock))
        (first,) = replayed(self.app, [CREDIT_NOTE])
        self.key = first.decision.invoice_key
        self.sweeper = self.with_pipeline(self.app.pipeline)

    def with_pipeline(self, pipeline: Pipeline) -> Sweeper:
        """A sweeper of that pipeline."""
        return Sweeper(pipeline, lambda _: None, lambda: 0, HOUR)

    def later(self, hours: int = 1) -> int:
        """How many invoices a look some hours later tries."""
        self.clock.moment += hours * HOUR
        return self.sweeper.settle()

    def outcome(self) -> str:
        """What is in force for the credit note."""
        with reading(self.app.engine) as connection:
            return decisions.in_force(connection, self.key).outcome


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    """A credit note in an otherwise empty store."""
    with started(CASE.reference) as app:
        made = Waiting(app)
        assert made.outcome() == "WAITING"
        yield made


def test_a_new_sweeper_looks_at_everything_once(waiting: Waiting) -> None:
    """At its start it does not know what happened before; then it waits for something to happen."""
    assert [waiting.later(), waiting.later()] == [1, 0]
    assert waiting.outcome() == "WAITING"


def test_another_invoice_of_the_supplier_is_a_reason_to_look(waiting: Waiting) -> None:
    """When the original is there, the credit note is decided at the next look."""
    waiting.later()
    waiting.clock.moment += HOUR
    replayed(waiting.app, [INVOICE])
    assert waiting.later(0) == 1
    assert waiting.outcome() == "ROUTED"
    assert waiting.later() == 0


def test_the_end_of_patience_is_a_reason_to_look(waiting: Waiting) -> None:
    """At its deadline the credit note goes to a person."""
    waiting.later()
    assert waiting.later(24 * 30) == 1
    assert waiting.outcome() == "REVIEW"


def test_an_invoice_that_cannot_be_decided_holds_up_nobody(waiting: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong with one, the look ends normally."""

    def broken(*_: object) -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr(Pipeline, "settle", broken)
    assert waiting.later() == 1
