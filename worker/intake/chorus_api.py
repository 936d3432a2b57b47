"""Invoices from Chorus Pro's API: searched, written down, fetched one by one, and taken in by the one door.

    search:  every structure of the account, both kinds of invoices ─► `portal_invoices`, a page at a time
    fetch:   one version that is wanted ─► document store ─► inbox row ─► no longer wanted

A search reaches back from the beginning of the latest *complete* one, and an overlap before that, so an outage of any
length is caught up with; it never depends on a date that some invoice carries. A reading counts as complete when it is
seen not to have shifted. After a kill at any point the same steps are made again: what is in the inbox has an id that
follows from the version, and is never fetched twice. An invoice that cannot be fetched is put off, alone.
"""

import datetime as dt
import random
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import structlog
from sqlalchemy import Engine

from worker import metrics
from worker.document import Document
from worker.errors import MessageMalformed, WorkerError
from worker.extract.detect import Kind as Format
from worker.extract.detect import detect
from worker.intake.receiver import Receiver
from worker.metrics import reason_of
from worker.portal import CircuitOpen, Portal, PortalAccessDenied, PortalThrottled
from worker.portal.client import Period
from worker.portal.model import By, Kind, Page, Structure
from worker.ports import Clock, DocumentStore
from worker.store import inbox, portal
from worker.store.availability import database_faults
from worker.store.engine import reading
from worker.store.inbox import Delivery, DeliveryUnknown
from worker.store.locks import turn
from worker.store.portal import Version, Wanted
from worker.tracing import NO_TRACING, Step, Tracing
from worker.watch import loggable

log = structlog.get_logger(__name__)

SOURCE = "chorus-pro"
PASSWORD = "technical_account"  # noqa: S105  the name of a credential
_NAMESPACE = uuid.UUID("b8f6bb0a-5a86-4d6a-9a0b-5f4a3c2a6f11")
_MEDIA_TYPES = {Format.XML: "application/xml", Format.ZIP: "application/zip"}
_MOST_READINGS = 4  # of one search, until it is seen not to shift
_BATCH = 50
_FIRST_PUT_OFF, _LONGEST_PUT_OFF = dt.timedelta(minutes=1), dt.timedelta(hours=6)
_SOONEST = 30.0  # seconds after which a search that failed is made again, at most
_EVERYBODYS = (CircuitOpen, PortalAccessDenied, PortalThrottled)  # no fault of one invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often is searched (seconds), and how far back."""

    every: float
    overlap: dt.timedelta
    first: dt.timedelta


class StableReading:
    """Reads a search again until nothing can have been skipped: pages shift while they are read.

    A reading is whole when it held as many different invoices as the portal counts; where the portal does not count,
    or counts otherwise, when it brought nothing new after the one before it.
    """

    def __init__(self, client: Portal, structure_id: str, kind: Kind, period: Period) -> None:
        self._client, self._asked = client, (structure_id, kind, period)
        self._seen: set[str] = set()
        self.is_whole = False

    def pages(self) -> Iterator[Page]:
        """Every page of every reading; `is_whole` tells afterwards whether all was seen."""
        for attempt in range(_MOST_READINGS):
            before, now, total = len(self._seen), set[str](), None
            for page in self._client.search(*self._asked):
                now |= {listed.portal_invoice_id for listed in page.listed}
                total = page.total if page.total is not None else total
                yield page
            self._seen |= now
            is_settled = attempt > 0 and len(self._seen) == before and len(self._seen) >= (total or 0)
            if is_settled or len(now) == (total or 0):
                self.is_whole = True
                return


class ApiIntake:
    """Fetches from the portal. One process does it at a time."""

    def __init__(
        self,
        client: Portal,
        engine: Engine,
        documents: DocumentStore,
        receiver: Receiver,
        clock: Clock,
        pace: Pace,
        elapsed: Callable[[], float] = time.monotonic,
        tracing: Tracing = NO_TRACING,
    ) -> None:
        self._client, self._engine, self._documents = client, engine, documents
        self._receiver, self._clock, self._pace, self._elapsed = receiver, clock, pace, elapsed
        self._tracing = tracing
        self._search_at = self._fetch_at = elapsed()
        self.has_caught_up = False  # since the start of this process

    def step(self, stopping: Event) -> None:
        """Search if it is time, then fetch what is wanted. Raises `TransientError` if our own side is away.

        A portal that is away is no reason to call this process unready: it is said in the log and the metrics.
        """
        with database_faults(), turn(self._engine, "portal") as is_ours:
            if not is_ours:
                return
            is_complete = False
            if self._elapsed() >= self._search_at:
                is_complete = self.search(stopping)
                pause = self._pace.every if is_complete else min(self._pace.every, _SOONEST)
                self._search_at = self._elapsed() + pause
            if self._elapsed() >= self._fetch_at:
                self.fetch(stopping)
                self.has_caught_up |= is_complete and self._elapsed() >= self._fetch_at

    def search(self, stopping: Event) -> bool:
        """Every structure, both kinds; whether all of it was read."""
        try:
            structures = self._client.structures()
        except WorkerError as error:
            log.warning("portal_search_failed", error=error.code, detail=str(error))
            return False
        with reading(self._engine) as connection:
            gone = portal.searched(connection) - {structure.structure_id for structure in structures}
        if gone:
            log.warning("portal_structures_gone", count=len(gone))
        is_complete = True
        for structure in structures:
            for kind in Kind:
                if stopping.is_set():
                    return False
                try:
                    is_complete &= self._search(structure.structure_id, kind)
                except _EVERYBODYS as error:
                    log.warning("portal_search_failed", error=error.code, detail=str(error))
                    return False
                except WorkerError as error:
                    log.warning("portal_search_failed", error=error.code, detail=str(error), kind=kind.value)
                    is_complete = False
        self._ask_expiry(structures)
        return is_complete

    def _search(self, structure_id: str, kind: Kind) -> bool:
        now = self._clock.now()
        with reading(self._engine) as connection:
            until = portal.read_until(connection, structure_id, kind.value)
        since = until - self._pace.overlap if until else now - self._pace.first
        # whole days, one more at each end: clocks and zones differ
        days = Period(since.date() - dt.timedelta(days=1), now.date() + dt.timedelta(days=1), By.STATE)
        found = StableReading(self._client, structure_id, kind, days)
        for page in found.pages():
            self._note(page)
        if not found.is_whole:
            log.warning("portal_search_shifts", kind=kind.value)
            return False
        with self._engine.begin() as connection:
            portal.has_read(connection, structure_id, kind.value, now)
        return True

    def _note(self, page: Page) -> None:
        with self._engine.begin() as connection:
            portal.note(connection, versions(page), self._clock.now())

    def _ask_expiry(self, structures: list[Structure]) -> None:
        """Until when the account's password lasts; the structures of an account share it, the earliest date counts."""
        dates = []
        for structure in structures[:1]:
            try:
                dates.append(self._client.structure(structure.structure_id).password_expires_on)
            except WorkerError as error:
                log.warning("portal_expiry_unknown", error=error.code)
        known = [date for date in dates if date is not None]
        if known:
            expires = dt.datetime.combine(min(known), dt.time(), dt.UTC)
            with self._engine.begin() as connection:
                portal.credential(connection, PASSWORD, expires, self._clock.now())

    def fetch(self, stopping: Event) -> int:
        """Fetch what is wanted and due; how many came."""
        total = 0
        while not stopping.is_set():
            with reading(self._engine) as connection:
                due = portal.wanted(connection, self._clock.now(), _BATCH)
            if not due:
                break
            for version in due:
                if stopping.is_set():
                    break
                try:
                    total += self.take(version)
                except _EVERYBODYS as error:
                    log.warning("portal_fetch_paused", error=error.code, detail=str(error))
                    self._fetch_at = self._elapsed() + _SOONEST
                    return total
        return total

    def take(self, version: Wanted) -> bool:
        """Fetch one version into the inbox; False if it could not be had, which is written down for another time.

        Raises what is no fault of this invoice: the portal is away for all, or our own side is.
        """
        delivery_id = str(uuid.uuid5(_NAMESPACE, f"{version.portal_invoice_id}/{version.state_at}"))
        if not self._is_here(delivery_id):
            try:
                data = self._client.download(version.portal_invoice_id)
            except _EVERYBODYS:
                raise
            except WorkerError as error:
                self._put_off(version, error)
                return False
            try:
                with self._tracing.span(Step.TAKE) as own:
                    self._receiver.take(self._delivery(version, delivery_id, data, own))
            except (OSError, MessageMalformed) as error:
                if not self._is_here(delivery_id):  # unless somebody else brought it meanwhile
                    self._put_off(version, error)
                    return False
        with self._engine.begin() as connection:
            portal.received(connection, version, delivery_id, self._clock.now())
        return True

    def _delivery(self, version: Wanted, delivery_id: str, data: bytes, traceparent: str | None) -> Delivery:
        """The delivery of a download, whose bytes are in the document store when this returns."""
        with tempfile.TemporaryDirectory(prefix="aiguilleur-") as folder:
            path = Path(folder, "document")
            path.write_bytes(data)
            stored = self._documents.keep(path)
        return Delivery(
            delivery_id=delivery_id,
            source=SOURCE,
            document=stored,
            media_type=_MEDIA_TYPES.get(detect(Document(data=data).head()), "application/octet-stream"),
            received_at=self._clock.now(),
            portal_invoice_id=version.portal_invoice_id,
            portal_status=version.status,
            made_available_at=portal.moment_of(version.state_at) if version.status in portal.RETURNED else None,
            traceparent=traceparent,
        )

    def _is_here(self, delivery_id: str) -> bool:
        """Whether the inbox has this version already, from a process that was killed before it said so."""
        with reading(self._engine) as connection:
            try:
                inbox.get(connection, delivery_id)
            except DeliveryUnknown:
                return False
        return True

    def _put_off(self, version: Wanted, error: Exception) -> None:
        reason = reason_of(error)
        pause = min(_FIRST_PUT_OFF * 2 ** min(version.attempts, 16), _LONGEST_PUT_OFF)
        pause *= random.uniform(0.8, 1.2)  # noqa: S311  spreads attempts, hides nothing
        with self._engine.begin() as connection:
            portal.failed(connection, version, reason, self._clock.now() + pause)
        metrics.PORTAL_FETCH_FAILURES.labels(reason).inc()
        log.warning(
            "portal_invoice_put_off",
            invoice_key=loggable(f"cpro:{version.portal_invoice_id}"),
            error=reason,
            attempts=version.attempts + 1,
            minutes=round(pause.total_seconds() / 60),
        )


def versions(page: Page) -> list[Version]:
    """What a page lists, as the store notes it."""
    return [
        Version(listed.portal_invoice_id, listed.status, listed.state_at, listed.recipient_siret)
        for listed in page.listed
    ]
