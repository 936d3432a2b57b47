"""The proof that nothing is missing: every id that the portal lists for a period, against what is known here.

It asks by the date of the deposit and by that of the status, and never looks at how far the searches of the intake have
read: what those lose, it finds. What is missing is fetched through the same door as everything else.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from sqlalchemy import Engine

from worker.errors import TransientError, WorkerError
from worker.intake.chorus_api import StableReading, versions
from worker.portal import Portal
from worker.portal.client import Period
from worker.portal.model import By, Kind
from worker.ports import Clock
from worker.store import portal, proofs
from worker.store.availability import database_faults
from worker.store.engine import reading
from worker.store.locks import turn
from worker.store.portal import Version, Wanted

log = structlog.get_logger(__name__)

MISSING, NOT_DELIVERED = "missing", "not_delivered_yet"
_LONGEST_WAIT = dt.timedelta(minutes=30)
Take = Callable[[Wanted], bool]


class ProofIncomplete(TransientError):
    """The portal could not be listed to the end without its pages shifting. The proof is made again."""

    code = "PROOF_INCOMPLETE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a proof found. `places` counts every listed invoice once; `missing` are those not here after the repair."""

    first: dt.date
    last: dt.date
    places: dict[str, int]
    missing: tuple[str, ...]
    repaired: tuple[str, ...]

    @property
    def listed(self) -> int:
        """How many invoices the portal lists."""
        return sum(self.places.values())


class Reconciler:
    """Compares, and repairs by `take`, which fetches one version (`ApiIntake.take`); None: only compares."""

    def __init__(self, client: Portal, engine: Engine, clock: Clock, take: Take | None) -> None:
        self._client, self._engine, self._clock, self._take = client, engine, clock, take

    def run(self, first: dt.date, last: dt.date) -> Report:
        """Prove a period, both days included, and write the proof down.

        Raises `TransientError` where the portal could not be listed; no proof is written down then.
        """
        with database_faults():
            with self._engine.begin() as connection:
                number = proofs.begin(connection, first, last, self._clock.now())
            found = self._listed(first, last)
            expected = {key for key, version in found.items() if version.status not in portal.NOT_YET}
            with self._engine.begin() as connection:
                if self._take is not None:
                    portal.note(connection, found.values(), self._clock.now())
                before = portal.lacking(connection, expected)
                if self._take is not None:
                    portal.want(connection, before)
            if before and self._take is not None:
                self._repair(before)
            with self._engine.begin() as connection:
                missing = portal.lacking(connection, expected)
                where = proofs.places(connection, expected - missing)
                report = _report(first, last, found, missing, before - missing, where)
                proofs.end(
                    connection, number, report.listed, len(missing), len(report.repaired), self._clock.now()
                )  # fmt: skip
        if report.missing or report.repaired:
            log.warning("portal_invoices_missing", missing=len(report.missing), repaired=len(report.repaired))
        log.info("completeness_proven", listed=report.listed, missing=len(report.missing))
        return report

    def _listed(self, first: dt.date, last: dt.date) -> dict[str, Version]:
        found: dict[str, Version] = {}
        for structure in self._client.structures():
            for kind in Kind:
                for by in By:
                    search = StableReading(self._client, structure.structure_id, kind, Period(first, last, by))
                    for page in search.pages():
                        found |= {version.portal_invoice_id: version for version in versions(page)}
                    if not search.is_whole:
                        raise ProofIncomplete("the pages of the portal shift while they are read; it is tried again")
        return found

    def _repair(self, ids: Iterable[str]) -> None:
        if self._take is None:
            return
        for some in portal.parts(ids):
            with reading(self._engine) as connection:
                wanted = portal.wanted(connection, self._clock.now(), len(some), some)
            for version in wanted:
                try:
                    self._take(version)
                except WorkerError as error:
                    log.warning("portal_repair_failed", error=error.code, detail=str(error))
                    return  # the rest stays missing, and wanted


class Schedule:
    """Proves again after some hours, over so many days, but not further back than the portal is read here.

    The first proof of a process waits until `is_ready`, half an hour at most: what was never searched is not missing.
    """

    def __init__(
        self,
        reconciler: Reconciler,
        engine: Engine,
        clock: Clock,
        every: dt.timedelta,
        days: dt.timedelta,
        before_first: dt.timedelta,
        is_ready: Callable[[], bool] = lambda: True,
    ) -> None:
        self._reconciler, self._engine, self._clock = reconciler, engine, clock
        self._every, self._days, self._before_first = every, days, before_first
        self._is_ready, self._started_at = is_ready, clock.now()

    def step(self) -> bool:
        """Prove if it is time; whether a proof was made. A portal that is away is said in the log and the metrics."""
        with database_faults(), turn(self._engine, "reconcile") as is_ours:
            now = self._clock.now()
            with reading(self._engine) as connection:
                ended, begun = proofs.latest_end(connection), proofs.first_begin(connection)
            if is_ours and begun is None:  # from now on somebody expects proofs
                with self._engine.begin() as connection:
                    proofs.begin(connection, now.date(), now.date(), now)
            is_early = not self._is_ready() and now - self._started_at < _LONGEST_WAIT
            if not is_ours or is_early or (ended is not None and now - ended < self._every):
                return False
            first = max(now - self._days, (begun or now) - self._before_first)
            try:
                self._reconciler.run(first.date(), now.date())
            except WorkerError as error:
                log.warning("proof_failed", error=error.code, detail=str(error))
                return False
            return True


def _report(
    first: dt.date,
    last: dt.date,
    found: dict[str, Version],
    missing: Iterable[str],
    repaired: Iterable[str],
    where: dict[str, str],
) -> Report:
    lost = frozenset(missing)
    counts = Counter(
        NOT_DELIVERED if version.status in portal.NOT_YET
        else MISSING if key in lost
        else where.get(key, proofs.RECEIVED)
        for key, version in found.items()
    )  # fmt: skip
    return Report(
        first=first, last=last, places=dict(sorted(counts.items())), missing=tuple(sorted(lost)),
        repaired=tuple(sorted(repaired)),
    )  # fmt: skip
