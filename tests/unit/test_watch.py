"""What is counted and logged of decisions, once they are committed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog
from structlog.testing import LogCapture

from rules.findings import ReasonCode
from tests.app import replayed, started
from tests.manifest import CASES, Case
from tests.recorded import Recorder
from worker import watch
from worker.bootstrap import Embedded
from worker.metrics import labels
from worker.store import chain, decisions
from worker.store.engine import reading
from worker.watch import Decided, Stopwatch


def _case(name: str) -> Case:
    return next(case for case in CASES if case.id == name)


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> LogCapture:
    """The entries of the log of decisions."""
    capture = LogCapture()
    monkeypatch.setattr(watch, "log", structlog.wrap_logger(None, processors=[capture]))
    return capture


@pytest.fixture
def app() -> Iterator[Embedded]:
    """The application with the reference data of the fixtures."""
    with started(_case("amount-over").reference) as made:
        yield made


def test_a_decision_counts_once(app: Embedded) -> None:
    """One invoice is one received, one decision, one observation of each stage; a second execution adds nothing."""
    count = Recorder()
    decided = replayed(app, _case("amount-over").files)
    app.pipeline.process(decided[0].decision.delivery_id)
    assert count.grown("aiguilleur_received_total") == {(("cadre", "A1"), ("format", "pivot")): 1}
    assert count("aiguilleur_decisions_total", outcome="REVIEW", reason="AMT_OVER_REMAINING") == 1
    assert count("aiguilleur_end_to_end_seconds_count", outcome="REVIEW") == 1
    assert [count("aiguilleur_processing_seconds_count", stage=stage) for stage in labels.STAGES] == [1, 1, 1, 1]
    assert sum(count.grown("aiguilleur_match_rung_total").values()) == 1
    assert count("aiguilleur_queue_wait_seconds_count") == 1
    assert count("aiguilleur_first_decision_seconds_count") == 1
    assert count.grown("aiguilleur_routed_amount_total") == {}


def test_a_decision_is_one_line(app: Embedded, logged: LogCapture) -> None:
    """The line has outcome, reason, the keys under which the rest is found, the link of the chain, and nothing else."""
    decision = replayed(app, _case("amount-over").files)[0].decision
    with reading(app.engine) as connection:
        link = chain.head(connection)
    assert link is not None
    assert logged.entries == [
        {
            "event": "invoice_decided",
            "log_level": "info",
            "outcome": "REVIEW",
            "reason": "AMT_OVER_REMAINING",
            "invoice_key": decision.invoice_key,
            "delivery_id": decision.delivery_id,
            "event_id": decision.event_id,
            "chain_position": link.position,
            "chain_hash": link.hash,
        }
    ]


def test_what_is_undone_is_not_counted(app: Embedded, logged: LogCapture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the transaction fails after the decision was made, nothing is counted and nothing logged."""
    count = Recorder()

    def fail(*_: object) -> None:
        raise RuntimeError("the outbox is full")

    monkeypatch.setattr("worker.pipeline.outbox.put", fail)
    with pytest.raises(RuntimeError):
        replayed(app, _case("amount-over").files)
    assert count.grown("aiguilleur_decisions_total") == {}
    assert logged.entries == []


def test_labels_come_from_closed_sets() -> None:
    """Whatever the fixtures hold, every label of every series is one of its set."""
    count = Recorder()
    allowed = {
        "format": set(labels.FORMATS),
        "cadre": {*labels.CADRES, "none", "other"},
        "reason": {*ReasonCode, "DELIVERY_REPEATED"},
        "field": {*labels.FIELDS, "other"},
        "stage": set(labels.STAGES),
        "rung": {"N0", "N1", "N2", "N3", "N4", "N5"},
        "outcome": {"ROUTED", "REVIEW", "WAITING", "DUPLICATE", "QUARANTINED"},
    }
    cases = [case for case in CASES if case.reference == CASES[0].reference]
    with started(CASES[0].reference) as app:
        made = len(replayed(app, [file for case in cases for file in case.files]))
    names = ("received", "decisions", "warnings", "match_rung", "duplicates", "unknown_values")
    for name in names:
        for series in count.grown(f"aiguilleur_{name}_total"):
            for label, value in series:
                assert value in allowed[label], (name, label, value)
    assert sum(count.grown("aiguilleur_decisions_total").values()) == made
    assert count.grown("aiguilleur_unknown_values_total")
    assert count.grown("aiguilleur_duplicates_total")


def _decided(app: Embedded, name: str) -> Decided:
    seen: list[Decided] = []

    class Keeper:
        def decided(self, decided: Decided) -> None:
            seen.append(decided)

    watched = replace(app, pipeline=replace(app.pipeline, watch=Keeper()))
    replayed(watched, _case(name).files)
    return seen[-1]


def test_amounts_go_by_label(app: Embedded) -> None:
    """A routed invoice's euros count under each label of its commitment, and under `none` without one."""
    name = next(case.id for case in CASES if len(case.intended) == 1 and case.intended[0].get("outcome") == "ROUTED")
    decided = _decided(app, name)
    plain = replace(decided, decision=replace(decided.decision, labels=()))
    labelled = replace(decided, decision=replace(decided.decision, labels=("spaser:social", "spaser:local")))
    amount = float(decided.reading.amount_incl_tax.value)  # type: ignore[union-attr]
    count = Recorder()
    for told in (plain, labelled):
        watch.Observer().decided(told)
    grown = count.grown("aiguilleur_routed_amount_total")
    assert grown == pytest.approx({(("label", word),): amount for word in ("none", "spaser:social", "spaser:local")})


def test_other_money_is_left_out(app: Embedded) -> None:
    """A credit note, another currency and an amount that was not understood add nothing."""
    name = next(case.id for case in CASES if len(case.intended) == 1 and case.intended[0].get("outcome") == "ROUTED")
    decided = _decided(app, name)
    reading = decided.reading
    count = Recorder()
    for changed in (
        {"invoice_type": reading.amount_incl_tax._replace(value="381")},  # type: ignore[union-attr]
        {"currency": reading.amount_incl_tax._replace(value="USD")},  # type: ignore[union-attr]
        {"amount_incl_tax": None},
    ):
        watch.Observer().decided(replace(decided, reading=replace(reading, **changed)))  # type: ignore[type-var]
    assert count.grown("aiguilleur_routed_amount_total") == {}


def test_an_invoice_that_waited_was_received_once(app: Embedded) -> None:
    """A later decision on an invoice that waited counts as a decision, not as an arrival."""
    decided = _decided(app, "amount-over")
    count = Recorder()
    watch.Observer().decided(replace(decided, is_settled=True))
    assert count.grown("aiguilleur_received_total") == {}
    assert sum(count.grown("aiguilleur_decisions_total").values()) == 1


def test_a_stopwatch_parts_the_time() -> None:
    """Each stage has its time, and a stage named twice has both."""
    stopwatch = Stopwatch()
    for stage in ("extract", "assess", "extract"):
        stopwatch.ends(stage)
    assert set(stopwatch.seconds) == {"extract", "assess"}
    assert all(seconds >= 0 for seconds in stopwatch.seconds.values())


def test_the_pipeline_returns_what_it_told(app: Embedded) -> None:
    """The decision that is told is the one in the database."""
    decided = _decided(app, "amount-over")
    with app.engine.connect() as connection:
        assert decisions.in_force(connection, decided.recorded.invoice_key) == decided.recorded
