"""The log of the real service after every fixture: what it says of each, and what it must not say of any."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import Engine, func, select

from tests.manifest import CASES
from tests.places import FIXTURES
from tests.running import Served, eventually
from worker.bootstrap import DATABASE
from worker.store import schema
from worker.store.engine import open_engine

_SHORTEST = 5  # what is shorter stands in any log by chance: 380, EUR, A1
_FIELDS = ("invoice_key", "delivery_id", "event_id", "chain_hash")
_FORMS = {
    "invoice_key": re.compile(
        r"cpro:[0-9]{1,20}|sha256:[0-9a-f]{64}|document:[0-9a-f]{64}:[0-9]+|key-sha256:[0-9a-f]{64}"
    ),
    "delivery_id": re.compile(r"[0-9a-f-]{36}"),
    "event_id": re.compile(r"[0-9a-f-]{36}"),
    "chain_hash": re.compile(r"[0-9a-f]{64}"),
}
_IBAN = re.compile(rb"\b[A-Z]{2}\d\d(?: ?[A-Z\d]{4}){3,7}(?: ?[A-Z\d]{1,3})?\b")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Engine]]:
    """The embedded service after all files of the fixtures."""
    root = tmp_path_factory.mktemp("logged")
    copytree(FIXTURES / "reference", root / "reference")
    (root / "drop").mkdir()
    files = [(case.id, file) for case in CASES for file in case.files]
    for number, (name, file) in enumerate(files):
        (root / "drop" / f"{number:04d}-{name}-{file.name}").write_bytes(file.read_bytes())
    served = _serve(root)
    engine = open_engine(f"sqlite:///{root / 'data' / DATABASE}")
    try:
        served.wait_ready()
        eventually(lambda: _finished(engine) == len(files), 240)
        yield served, engine
    finally:
        served.stop()
        engine.dispose()


def _serve(root: Path) -> Served:
    environment = {
        **os.environ,
        "AIGUILLEUR_DATA_DIR": str(root / "data"),
        "AIGUILLEUR_DROP_DIR": str(root / "drop"),
        "AIGUILLEUR_EVENTS_DIR": str(root / "events"),
        "AIGUILLEUR_REFERENCE_DIR": str(root / "reference"),
        "AIGUILLEUR_METRICS_ADDRESS": "127.0.0.1:0",
    }
    log = root / "log"
    with log.open("wb") as out:
        command = [sys.executable, "-m", "worker", "serve", "--embedded"]
        return Served(log, subprocess.Popen(command, env=environment, stdout=out, stderr=out, start_new_session=True))


def _finished(engine: Engine) -> int:
    with engine.connect() as connection:
        query = select(func.count()).select_from(schema.deliveries).where(schema.deliveries.c.finished_at.is_not(None))
        return connection.execute(query).scalar_one()


def test_a_decision_is_one_line(ran: tuple[Served, Engine]) -> None:
    """Each decision of the database has its one line, with its outcome, reason and ids."""
    served, engine = ran
    with engine.connect() as connection:
        rows = connection.execute(select(schema.decisions)).all()
    lines = {line["event_id"]: line for line in served.logged("invoice_decided")}
    assert len(served.logged("invoice_decided")) == len(lines) == len(rows)
    for row in rows:
        line = lines[row.event_id]
        assert (line["outcome"], line["reason"]) == (row.outcome, row.reason)
        assert line["delivery_id"] == row.delivery_id
        assert line["attempt"] == 1


def test_events_are_static_names(ran: tuple[Served, Engine]) -> None:
    """Every line of ours is JSON, with a name in snake case; the context of a message does not outlive it."""
    served, _ = ran
    for line in served.lines():
        assert re.fullmatch(r"[a-z][a-z_]+", line["event"]), line
        if line["event"] in {"delivery_received", "reference_imported", "service_started"}:
            assert "attempt" not in line


def test_nothing_of_the_documents_is_logged(ran: tuple[Served, Engine]) -> None:
    """No name, identifier, IBAN, amount, number or other text of any fixture stands in the log."""
    served, engine = ran
    lines = "\n".join(_shown(line) for line in served.lines())
    told = set(_texts()) | set(_read(engine))
    assert len(told) > 1000
    assert [text for text in sorted(told) if text in lines] == []


def test_every_id_has_its_form(ran: tuple[Served, Engine]) -> None:
    """Keys are the portal's numbers or hashes, and ids are ours."""
    served, _ = ran
    for line in served.logged("invoice_decided"):
        assert all(_FORMS[name].fullmatch(line[name]) for name in _FIELDS), line


def _shown(line: dict[str, Any]) -> str:
    """The line without the ids, which have their own test, and without its own moment."""
    hidden = {*_FIELDS, "timestamp", "as_of", "folder"}
    return " ".join(f"{name}={value}" for name, value in line.items() if name not in hidden)


def _texts() -> Iterator[str]:
    """Every text of the XML fixtures, and every IBAN of any."""
    for case in CASES:
        for file in case.files:
            content = file.read_bytes()
            yield from (found.decode() for found in _IBAN.findall(content))
            if file.suffix == ".xml":
                yield from _long(_nodes(content))


def _nodes(content: bytes) -> Iterator[str]:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(content, parser) if content.strip() else None
    if root is not None:
        for element in root.iter():
            yield from (element.text or "", element.tail or "", *element.attrib.values())


def _read(engine: Engine) -> Iterator[str]:
    """Every value that was read from a document, PDFs included, and every one that was compared."""
    with engine.connect() as connection:
        records = connection.execute(select(schema.decisions.c.record)).scalars()
        for record in records:
            yield from _long(re.findall(r'"(?:raw|value|name|number|given|iban|payee)": "([^"\\]+)"', record))


def _long(texts: Any) -> Iterator[str]:
    return (text.strip() for text in texts if len(text.strip()) >= _SHORTEST)
