"""The chain over the decision log as the service writes it: one, whoever writes, and nobody takes anything out."""

import json
import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from tests.app import replayed, started
from tests.invoices import numbered
from tests.manifest import CASES, NOW
from tests.places import ROOT
from tests.services.postgres import PostgreSQL
from worker.bootstrap import DATABASE, Embedded
from worker.errors import WorkerError
from worker.review import Chosen, ReviewDesk
from worker.store.audit import verify
from worker.store.decisions import of_invoice
from worker.store.engine import downgrade, migrate, open_engine, reading
from worker.store.inbox import Delivery
from worker.store.schema import decisions

WRITERS, EACH = 4, 25
CASE = next(case for case in CASES if case.id == "several-mixed-fates")
_SPAWN = multiprocessing.get_context("spawn")


def _positions(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        return list(connection.scalars(select(decisions.c.chain_position).order_by("chain_position")))


def _is_intact(engine: Engine) -> bool:
    with reading(engine) as connection:
        return verify(connection).is_intact


def _receive(app: Embedded, folder: Path, name: str, number: int) -> None:
    path = folder / name
    path.write_bytes(numbered(number))
    document = app.documents.keep(path)
    app.pipeline.receive(
        Delivery(delivery_id=name, source="test", document=document, media_type="application/xml", received_at=NOW)
    )


def _decide(database: str, documents: Path, writer: int) -> None:
    """What one process does: decide its own deliveries, one after the other."""
    with started(None, documents, database=database) as app:
        for number in range(EACH):
            app.pipeline.process(f"{writer}-{number}")


def test_several_processes_write_one_chain(postgres: PostgreSQL, tmp_path: Path) -> None:
    """Decisions committed at once by several processes stand in one chain without gap or fork."""
    database = postgres.fresh_database()
    with started(CASE.reference, tmp_path / "store", database=database) as app:
        for writer in range(WRITERS):
            for number in range(EACH):
                _receive(app, tmp_path, f"{writer}-{number}", writer * EACH + number)
        running = [
            _SPAWN.Process(target=_decide, args=(database, tmp_path / "store", writer)) for writer in range(WRITERS)
        ]
        for process in running:
            process.start()
        for process in running:
            process.join(120)
        assert [process.exitcode for process in running] == [0] * WRITERS
        assert _positions(app.engine) == list(range(1, WRITERS * EACH + 1))
        assert _is_intact(app.engine)
        with reading(app.engine) as connection:
            order = list(connection.scalars(select(decisions.c.delivery_id).order_by("chain_position")))
    assert [name[0] for name in order] != sorted(name[0] for name in order), "nobody met anybody"


def test_what_is_undone_leaves_no_gap(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction that is rolled back after it took its place gives the place to the next decision."""
    with started(CASE.reference, database=store_url) as app:
        with monkeypatch.context() as failing:
            failing.setattr("worker.pipeline.Decided", _fail)
            with pytest.raises(RuntimeError):
                replayed(app, CASE.files)
        replayed(app, CASE.files)
        assert _positions(app.engine) == [1, 2, 3, 4]
        assert _is_intact(app.engine)


def _fail(**_: object) -> None:
    raise RuntimeError("the process dies here")


def test_what_people_decide_is_in_the_chain(store_url: str) -> None:
    """The decision of a reviewer is a link like any other."""
    with started(CASE.reference, database=store_url) as app:
        replayed(app, CASE.files)
        desk = ReviewDesk(engine=app.engine, clock=app.pipeline.clock, source="/test")
        key = desk.waiting()[0].invoice_key
        desk.resolve(key, Chosen(service_code="SAAM D5"), "somebody")
        assert _positions(app.engine) == [1, 2, 3, 4, 5]
        assert _is_intact(app.engine)


@pytest.mark.parametrize("statement", ["UPDATE decisions SET outcome = 'ROUTED'", "DELETE FROM decisions"])
def test_a_decision_can_be_neither_changed_nor_removed(store_url: str, statement: str) -> None:
    """The database refuses, whoever asks, and says why; everything stays."""
    with started(CASE.reference, database=store_url) as app:
        replayed(app, CASE.files)
        with pytest.raises(DBAPIError, match="decisions are append-only"), app.engine.begin() as connection:
            connection.execute(text(statement))
        assert _is_intact(app.engine)


def test_the_table_cannot_be_emptied(postgres: PostgreSQL) -> None:
    """TRUNCATE, which fires no trigger of rows, is refused as well."""
    engine = open_engine(postgres.fresh_database())
    migrate(engine)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text("TRUNCATE decisions"))
    engine.dispose()


def test_decisions_from_before_the_chain_are_chained(store_url: str) -> None:
    """The migration lays the chain over what was decided before it, and the next decision goes on from there."""
    with started(CASE.reference, database=store_url) as app:
        replayed(app, CASE.files)
        before = _content(app.engine)
        downgrade(app.engine, "0003")
        with app.engine.begin() as connection:  # more than a page of the migration
            connection.execute(text(_MANY[app.engine.dialect.name]))
        migrate(app.engine)
        assert _positions(app.engine) == list(range(1, 2505))
        assert _is_intact(app.engine)
        assert [row for row in _content(app.engine) if row["policy_version"] != "many"] == before
        replayed(app, CASE.files)
        assert len(_positions(app.engine)) == 2508
        assert _is_intact(app.engine)


_INSERT = """
    INSERT INTO decisions (invoice_key, decision_number, delivery_id, position, decided_at, outcome, reason,
                           policy_version, event_id, record)
    SELECT invoice_key, n, delivery_id, position, decided_at, 'DUPLICATE', 'OK', 'many',
           'many-' || n, 'é « ' || n || ' » \t' FROM
"""
_MANY = {
    "postgresql": f"{_INSERT} (SELECT * FROM decisions LIMIT 1) one, generate_series(1001, 3500) n",
    "sqlite": "WITH RECURSIVE many(n) AS (SELECT 1001 UNION ALL SELECT n + 1 FROM many WHERE n < 3500) "
    f"{_INSERT} (SELECT * FROM decisions LIMIT 1) one, many",
}


def _content(engine: Engine) -> list[dict[str, Any]]:
    hidden = {"chain_position", "previous_hash", "hash"}
    with reading(engine) as connection:
        rows = connection.execute(select(decisions).order_by("invoice_key", "decision_number")).mappings()
        return [{name: value for name, value in row.items() if name not in hidden} for row in rows]


def _run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "worker", "audit", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env=dict(os.environ), timeout=60
    )


@contextmanager
def _tampering(store: Path) -> Iterator[Any]:
    """A transaction of somebody who owns the file: without triggers."""
    engine = open_engine(f"sqlite:///{store / DATABASE}")
    with engine.begin() as connection:
        for name in ("decisions_no_update", "decisions_no_delete"):
            connection.execute(text(f"DROP TRIGGER {name}"))
        yield connection
    engine.dispose()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with four decisions."""
    with started(CASE.reference, tmp_path / "store") as app:
        replayed(app, CASE.files)
    return tmp_path / "store"


def test_verify_says_that_all_is_well(store: Path) -> None:
    """An intact log ends with code 0, the number of decisions and the head, which `audit head` prints to be kept."""
    head = _run("head", "--store", store)
    kept = json.loads(head.stdout)
    proven = _run("verify", "--store", store)
    assert (proven.returncode, proven.stderr) == (0, "")
    assert "4 decisions in the chain, all as they were written" in proven.stdout
    assert f"head: 4 {kept['hash']}" in proven.stdout
    (store / "heads").write_text(head.stdout)
    told = json.loads(_run("verify", "--store", store, "--json", "--head", store / "heads").stdout)
    assert told == {
        "intact": True, "decisions": 4, "head": {"position": 4, "hash": kept["hash"]}, "kept_heads": 1,
        "fault_count": 0, "faults": [],
    }  # fmt: skip


def test_verify_names_the_altered_decision(store: Path) -> None:
    """An altered decision ends with code 1 and is named by its place, its invoice and its number."""
    with _tampering(store) as connection:
        key = connection.scalar(select(decisions.c.invoice_key).where(decisions.c.chain_position == 2))
        connection.execute(text("UPDATE decisions SET outcome = 'ROUTED' WHERE chain_position = 2"))
    done = _run("verify", "--store", store)
    assert done.returncode == 1
    assert f"ALTERED   place 2, decision 0 of {key}: altered after it was written" in done.stdout.splitlines()
    fault = json.loads(_run("verify", "--store", store, "--json").stdout)["faults"][0]
    assert fault == {"kind": "altered", "position": 2, "invoice_key": key, "decision_number": 0}


def test_verify_finds_a_cut_end_by_the_kept_head(store: Path) -> None:
    """Who removes the last decision with everything that knew of it is found by the head that was kept elsewhere."""
    head = _run("head", "--store", store).stdout
    (store / "heads").write_text(head)
    with _tampering(store) as connection:
        key = connection.scalar(select(decisions.c.invoice_key).where(decisions.c.chain_position == 4))
        for table in ("decisions", "reservations", "invoices"):
            connection.execute(text(f"DELETE FROM {table} WHERE invoice_key = :key"), {"key": key})
    assert _run("verify", "--store", store).returncode == 0
    done = _run("verify", "--store", store, "--head", store / "heads")
    assert done.returncode == 1
    assert "MISSING   place 4: missing" in done.stdout.splitlines()


def test_a_file_of_heads_that_is_none_is_refused(store: Path) -> None:
    """A wrong line is named, with code 2: it must not pass for a proof."""
    (store / "heads").write_text('{"position": 1}\n')
    done = _run("verify", "--store", store, "--head", store / "heads")
    assert (done.returncode, done.stdout) == (2, "")
    assert "heads, line 1: not a head" in done.stderr


def test_the_log_of_the_service_is_a_file_of_heads(store: Path) -> None:
    """The lines `invoice_decided`, kept elsewhere, prove what they announced."""
    with reading(open_engine(f"sqlite:///{store / DATABASE}")) as connection:
        rows = connection.execute(select(decisions.c.chain_position, decisions.c.hash)).all()
    lines = [{"event": "invoice_decided", "chain_position": place, "chain_hash": own} for place, own in rows]
    (store / "heads").write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = _run("verify", "--store", store, "--head", store / "heads")
    assert (done.returncode, "4 kept heads compared" in done.stdout) == (0, True)


def test_no_decision_has_no_head(tmp_path: Path) -> None:
    """An empty log is intact, and has no head to print."""
    proven, head = _run("verify", "--store", tmp_path), _run("head", "--store", tmp_path)
    assert (proven.returncode, "0 decisions" in proven.stdout) == (0, True)
    assert (head.returncode, head.stdout) == (1, "")


def test_two_reviewers_at_once(store_url: str) -> None:
    """Of two people who resolve one invoice, one is recorded; the other is told that it is not under review."""
    with started(CASE.reference, database=store_url) as app:
        replayed(app, CASE.files)
        desk = ReviewDesk(engine=app.engine, clock=app.pipeline.clock, source="/test")
        key = desk.waiting()[0].invoice_key
        results = _at_once(desk, key)
        with reading(app.engine) as connection:
            assert len(of_invoice(connection, key)) == 2
        assert sorted(results) == ["NOT_UNDER_REVIEW", "resolved"]


def _at_once(desk: ReviewDesk, key: str) -> list[str]:
    barrier = threading.Barrier(2)

    def resolve(by: str) -> str:
        barrier.wait(30)
        try:
            desk.resolve(key, Chosen(service_code="SAAM D5"), by)
        except WorkerError as error:
            return error.code
        return "resolved"

    with ThreadPoolExecutor(2) as people:
        return list(people.map(resolve, ["one", "other"]))
