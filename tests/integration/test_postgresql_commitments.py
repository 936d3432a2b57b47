"""Two invoices on one commitment, decided at the same moment: never do both take the same euro.

The rules are asked for real; what a routed invoice reserves is laid over their answer here, from the same snapshot, so
that what is tested is what the database lets two deciders see of each other.
"""

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from rules.assess import assess
from rules.case import Case
from rules.decide import Decision, Outcome
from rules.model import Reservation
from rules.table import Queue
from tests.app import started
from tests.manifest import NOW
from tests.places import FIXTURES
from worker.bootstrap import Embedded
from worker.store import schema
from worker.store.engine import reading
from worker.store.inbox import Delivery

ROUNDS = 25
DECIDERS = 4
RECIPIENT = "22990001400015"
AMOUNT = Decimal(3000)
REMAINING = 2 * AMOUNT  # enough for two of the four
LOOK = 0.005  # seconds between looking and writing, so that deciders who do not wait would overlap
ORIGINAL = FIXTURES / "invoices" / "pivot" / "credit-note-inherits" / "1-invoice.xml"


def test_no_euro_is_taken_twice(app: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several invoices decided at once on a commitment, only as many are routed as it can pay, every time."""
    monkeypatch.setattr("worker.pipeline.assess", _reserving)
    barrier = threading.Barrier(DECIDERS)

    def decide(delivery_id: str) -> None:
        barrier.wait(30)
        app.pipeline.process(delivery_id)

    with ThreadPoolExecutor(DECIDERS) as deciders:
        for number in range(ROUNDS):
            list(deciders.map(decide, [f"{number}-{which}" for which in range(DECIDERS)]))

    outcomes, taken = _result(app)
    paid = REMAINING // AMOUNT
    assert outcomes == {Outcome.ROUTED: ROUNDS * paid, Outcome.REVIEW: ROUNDS * (DECIDERS - paid)}
    assert taken == {_commitment(number): REMAINING for number in range(ROUNDS)}


def test_one_delivery_decided_at_once_has_one_decision(app: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    """A delivery that two workers process at the same moment, as after a lost acknowledgement, is decided once."""
    monkeypatch.setattr("worker.pipeline.assess", _reserving)
    barrier = threading.Barrier(2)

    def decide(delivery_id: str) -> None:
        barrier.wait(30)
        app.pipeline.process(delivery_id)

    with ThreadPoolExecutor(2) as deciders:
        for number in range(ROUNDS):
            list(deciders.map(decide, [f"{number}-0"] * 2))
    with reading(app.engine) as connection:
        made = connection.execute(select(func.count()).select_from(schema.decisions)).scalar_one()
        events = connection.execute(select(func.count()).select_from(schema.outbox)).scalar_one()
    assert (made, events) == (ROUNDS, ROUNDS)


@pytest.fixture
def app(store_url: str, tmp_path: Path) -> Iterator[Embedded]:
    """The application with a commitment for each round, and the deliveries of all rounds in its inbox."""
    with started(_reference(tmp_path / "reference"), database=store_url) as app:
        for number in range(ROUNDS):
            for which in range(DECIDERS):
                app.pipeline.receive(_delivery(app, tmp_path, number, which))
        yield app


def _reserving(case: Case, available: object) -> Decision:
    """The decision of the rules, which takes from the commitment, and goes to review if too little is left."""
    decision = assess(case, available)  # type: ignore[arg-type]
    assert case.invoice.invoice_number is not None
    wanted = _commitment(int(case.invoice.invoice_number.value.partition("-")[0]))
    (commitment,) = [c for c in case.snapshot.commitments if c.number == wanted]
    assert commitment.remaining is not None
    others = [
        reservation.amount
        for reservation in case.snapshot.reservations
        if reservation.number == wanted and reservation.invoice_key != case.invoice_key
    ]
    time.sleep(LOOK)
    if commitment.remaining - sum(others) < AMOUNT:
        return replace(decision, outcome=Outcome.REVIEW, review_queue=next(iter(Queue)), reservations=())
    mine = Reservation(
        invoice_key=case.invoice_key,
        recipient_siret=commitment.recipient_siret,
        number=commitment.number,
        fiscal_year=commitment.fiscal_year,
        amount=AMOUNT,
    )
    return replace(decision, outcome=Outcome.ROUTED, commitment=commitment, reservations=(mine,))


def _result(app: Embedded) -> tuple[Counter[str], dict[str, Decimal]]:
    """How many decisions there are of each outcome, and what is taken from each commitment."""
    with reading(app.engine) as connection:
        outcomes = Counter(connection.scalars(select(schema.decisions.c.outcome)))
        taken: dict[str, Decimal] = {}
        for row in connection.execute(select(schema.reservations.c.number, schema.reservations.c.amount)):
            taken[row.number] = taken.get(row.number, Decimal(0)) + row.amount
    return outcomes, taken


def _commitment(number: int) -> str:
    return f"2026-{900_000 + number}"


def _reference(folder: Path) -> Path:
    """The reference data of the fixtures with commitments of nobody else."""
    folder.mkdir()
    for file in (FIXTURES / "reference").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    rows = [
        f"{_commitment(number)},{RECIPIENT},DIRINFRA,2026,open,{REMAINING},{REMAINING}\n" for number in range(ROUNDS)
    ]
    header = "number,recipient_siret,service_code,fiscal_year,status,amount,remaining\n"
    (folder / "commitments.csv").write_text(header + "".join(rows), encoding="utf-8")
    return folder


def _delivery(app: Embedded, folder: Path, number: int, which: int) -> Delivery:
    name = f"{number}-{which}"
    text = re.sub(r"<PJ .*</PJ>", "", ORIGINAL.read_text(encoding="utf-8"), flags=re.DOTALL)
    for old, new in (
        ("EGP-26-1013", name),
        ("900001013", f"9{number:04}{which:04}"),
        ("2026-000108", _commitment(number)),
    ):
        assert old in text
        text = text.replace(old, new)
    path = folder / f"{name}.xml"
    path.write_text(text, encoding="utf-8")
    return Delivery(
        delivery_id=name,
        source="test",
        document=app.documents.keep(path),
        media_type="application/xml",
        received_at=NOW,
    )
