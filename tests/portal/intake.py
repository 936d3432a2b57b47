"""An inbox of our own, filled from the fake portal."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy import Engine, select

from tests.portal.calling import World
from tests.portal.client import client
from worker.bootstrap import embedded
from worker.intake.chorus_api import ApiIntake, Pace
from worker.intake.receiver import Receiver
from worker.pipeline import Pipeline
from worker.settings import Settings
from worker.store.engine import migrate, open_engine
from worker.store.reference import import_folder
from worker.store.schema import decisions, deliveries, portal_invoices

PACE = Pace(every=60, overlap=dt.timedelta(hours=24), first=dt.timedelta(days=7))


@dataclass
class Bay:
    """The intake, what it queued, and the elapsed time that it sees."""

    world: World
    engine: Engine
    pipeline: Pipeline
    api: ApiIntake
    queued: list[str] = field(default_factory=list)
    seconds: float = 0.0
    stopping: Event = field(default_factory=Event)

    def poll(self, **later: float) -> None:
        """Let time pass on both clocks, then do one step."""
        passed = dt.timedelta(**later) if later else dt.timedelta(minutes=2)
        self.world.portal.clock.advance(passed)
        self.seconds += passed.total_seconds()
        self.api.step(self.stopping)

    def rows(self, table: Any) -> list[Any]:
        """Every row of a table."""
        with self.engine.connect() as connection:
            return list(connection.execute(select(table)))

    def taken(self) -> list[str]:
        """The portal ids of the deliveries, in order."""
        return sorted(row.portal_invoice_id for row in self.rows(deliveries))

    def wanted(self) -> list[str]:
        """What is still to be fetched."""
        return sorted(row.portal_invoice_id for row in self.rows(portal_invoices) if row.wanted)

    def decide(self) -> None:
        """Work on everything that is queued."""
        while self.queued:
            self.pipeline.process(self.queued.pop(0))

    def outcomes(self) -> list[str]:
        """The outcomes of all decisions."""
        return sorted(row.outcome for row in self.rows(decisions))


@contextmanager
def bay(
    world: World,
    folder: Path,
    *,
    database: str | None = None,
    reference: Path | None = None,
    page_size: int = 1000,
    pace: Pace = PACE,
) -> Iterator[Bay]:
    """An intake on the world's clock, in a folder that outlives it."""
    clock = world.portal.clock
    with embedded(Settings(), folder, clock=clock) as app:
        engine, pipeline = app.engine, app.pipeline
        if database is not None:
            engine = open_engine(database)
            migrate(engine)
            pipeline = replace(pipeline, engine=engine)
        if reference is not None:
            import_folder(engine, reference, now=clock.now())
        queued: list[str] = []
        made: list[Bay] = []
        api = ApiIntake(
            client(world, page_size), engine, app.documents, Receiver(pipeline, queued.append), clock, pace,
            elapsed=lambda: made[0].seconds if made else 0.0,
        )  # fmt: skip
        made.append(Bay(world, engine, pipeline, api, queued))
        try:
            yield made[0]
        finally:
            engine.dispose()
