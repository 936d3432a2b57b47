"""What becomes of a reading: decided with the reference data of the fixtures, and told in an event."""

import json
from contextlib import ExitStack
from typing import Any

from jsonschema import Draft202012Validator
from sqlalchemy import select

from rules.model import Invoice, Unreadable
from tests.app import started
from tests.manifest import NOW
from tests.places import FIXTURES, ROOT
from worker.extract.reader import Reading
from worker.ports import StoredDocument
from worker.store import inbox
from worker.store.inbox import Delivery
from worker.store.schema import outbox
from worker.watch import Stopwatch

MOST_BYTES = 4_000_000  # of an event: a broker takes less than 16 MiB, and a document is limited by its own size
_DELIVERY = Delivery(
    delivery_id="fuzz",
    source="fuzz",
    document=StoredDocument("fuzz", "f" * 64, 1),
    media_type="application/xml",
    received_at=NOW,
)


class World:
    """A store with reference data. Nothing that is decided in it is kept."""

    def __init__(self) -> None:
        self._open = ExitStack()
        app = self._open.enter_context(started(FIXTURES / "reference"))
        self._pipeline, self._engine = app.pipeline, app.engine
        with self._engine.begin() as connection:
            inbox.add(connection, _DELIVERY, queued_at=NOW)
        self._schemas: dict[str, Draft202012Validator] = {}

    def close(self) -> None:
        """Throw the store away."""
        self._open.close()

    def judge(self, reading: Reading, position: int = 0) -> dict[str, Any]:
        """The event of a reading. Raises `AssertionError` where it does not follow its schema, or is too large."""
        assert isinstance(reading, Invoice) or (isinstance(reading, Unreadable) and reading.message)
        with self._engine.connect() as connection:
            transaction = connection.begin()
            try:
                decided = self._pipeline._decide(connection, _DELIVERY, position, reading, Stopwatch())
                body = connection.execute(select(outbox.c.body)).scalar_one()
            finally:
                transaction.rollback()
        assert decided is not None
        json.loads(decided.recorded.record, parse_constant=_refuse)
        event: dict[str, Any] = json.loads(body, parse_constant=_refuse)
        body.encode()
        assert len(body) <= MOST_BYTES, f"an event of {len(body):,} characters"
        faults = [
            f"{list(fault.path)}: {fault.message[:200]}" for fault in self._schema(event["type"]).iter_errors(event)
        ]
        assert faults == []
        return event

    def _schema(self, kind: str) -> Draft202012Validator:
        if kind not in self._schemas:
            text = (ROOT / "worker" / "schemas" / f"{kind}.json").read_text(encoding="utf-8")
            self._schemas[kind] = Draft202012Validator(json.loads(text))
        return self._schemas[kind]


def _refuse(constant: str) -> None:
    raise AssertionError(f"JSON has no {constant}")
