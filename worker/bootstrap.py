"""The one place where the parts are put together. Tests bring their fakes through the same door."""

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pika
import stamina
from sqlalchemy import Engine

from rules.policy import Policy
from worker.clock import SystemClock
from worker.extract.cage import Bounds
from worker.extract.limits import MEBIBYTE, Limits
from worker.extract.ocr import Tesseract
from worker.extract.ocr import is_installed as ocr_is_installed
from worker.extract.pdf_pool import PdfPool
from worker.extract.pdf_reader import InProcessPdfReader
from worker.extract.reader import Extractor
from worker.pipeline import Pipeline
from worker.portal import Access, Patience, Portal
from worker.portal.transport import Transport
from worker.ports import Clock, DocumentStore, PdfReader
from worker.queueing.connection import parameters
from worker.queueing.tls import Tls
from worker.resources import load_policy, load_sentences
from worker.settings import Settings
from worker.store import reference
from worker.store.availability import database_faults
from worker.store.documents import DocumentsInPlace, FolderDocuments, documents_from_url
from worker.store.engine import migrate, open_engine
from worker.store.engine import reading as reading_transaction
from worker.store.versions import Versions, bring_up_to_date
from worker.tracing import NO_TRACING, Tracing

DATABASE = "aiguilleur.sqlite"
DOCUMENTS = "documents"


def extractor(
    settings: Settings,
    pdf_reader: PdfReader | None = None,
    *,
    hash_content: bool = True,
    recipients: Callable[[], Collection[str]] = frozenset,
) -> Extractor:
    """The reader of documents. `recipients` gives the SIRETs of the body, by which pages tell the parties apart.

    Without a `pdf_reader`, PDFs are read in this process: for PDFs of one's own only.
    """
    limits = Limits()
    return Extractor(
        pdf_reader or InProcessPdfReader(limits),
        limits,
        check_schemas=settings.check_schemas,
        hash_content=hash_content,
        check_pages=settings.check_pages,
        recipients=recipients,
        tesseract=Tesseract(settings.pdf_seconds, limits) if settings.ocr and ocr_is_installed() else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """Embedded mode: the pipeline on a SQLite database of one folder."""

    engine: Engine
    documents: DocumentStore
    pipeline: Pipeline


@contextmanager
def embedded(
    settings: Settings,
    folder: Path | None,
    *,
    policy: Policy | None = None,
    clock: Clock | None = None,
    tracing: Tracing = NO_TRACING,
) -> Iterator[Embedded]:
    """Embedded mode in a folder, which is made if it is missing; without one, in an empty store that is thrown away."""
    with _place(folder) as place:
        engine = open_store(place, durable=folder is not None)
        documents: DocumentStore = FolderDocuments(place / DOCUMENTS) if folder else DocumentsInPlace()
        try:
            with pdf_pool(settings, processes=1) as pdf_reader:  # it reads one document at a time
                built = pipeline(
                    settings, engine, documents, policy=policy, clock=clock, pdf_reader=pdf_reader, tracing=tracing
                )
                yield Embedded(engine=engine, documents=documents, pipeline=built)
        finally:
            engine.dispose()


def pipeline(
    settings: Settings,
    engine: Engine,
    documents: DocumentStore,
    *,
    policy: Policy | None = None,
    clock: Clock | None = None,
    pdf_reader: PdfReader | None = None,
    tracing: Tracing = NO_TRACING,
) -> Pipeline:
    """The pipeline on a database and a document store. Without a `pdf_reader`, PDFs are read in this process."""
    return Pipeline(
        engine=engine,
        documents=documents,
        extractor=extractor(settings, pdf_reader, recipients=lambda: _recipients(engine)),
        policy=policy or load_policy(settings.policy),
        fr=load_sentences("fr"),
        en=load_sentences("en"),
        clock=clock or SystemClock(),
        source=settings.event_source,
        tracing=tracing,
    )


def _recipients(engine: Engine) -> tuple[str, ...]:
    """The SIRETs of the body itself, by the reference data in force."""
    with reading_transaction(engine) as connection:
        imp = reference.current_import(connection)
        return reference.recipients_sirets(connection, imp) if imp else ()


@contextmanager
def portal(settings: Settings, patience: Patience | None = None) -> Iterator[Portal]:
    """The client of Chorus Pro's API. Raises `ConfigurationError` naming the settings that are missing."""
    names = ("url", "token_url", "client_id", "client_secret", "account", "password")
    url, token_url, client_id, client_secret, account, password = settings.needed(
        *(f"portal_{name}" for name in names), instead=""
    )
    stamina.instrumentation.set_on_retry_hooks([])  # retries are counted among our own metrics
    access = Access(
        url=url, token_url=token_url, client_id=client_id, client_secret=client_secret, account=account,
        password=password,
    )  # fmt: skip
    usual = Patience(rate=settings.portal_rate, timeout=settings.portal_timeout_seconds)
    with Transport(access, patience or usual) as transport:
        yield Portal(transport)


def pdf_pool(settings: Settings, *, processes: int | None = None) -> PdfPool:
    """Readers of PDFs in caged processes of their own. None is started before the first PDF comes."""
    return PdfPool(
        Limits(),
        processes or settings.pdf_processes,
        settings.pdf_seconds,
        bounds=Bounds(memory=settings.pdf_memory * MEBIBYTE, cpu_seconds=settings.pdf_cpu_seconds),
        documents=settings.pdf_documents,
    )


def open_database(settings: Settings) -> Engine:
    """The database of the service, in the current schema, to which it is brought where our role may do that.

    Raises `ConfigurationError` where it may not, `TransientError` while the database is away.
    """
    (url,) = settings.needed("database_url")
    engine = open_engine(url)
    with database_faults():
        bring_up_to_date(engine)
    return engine


def migrate_database(settings: Settings) -> Versions:
    """Bring the database of the service to the current schema, as the role that owns it; what it had, what it has now.

    Raises `ConfigurationError`, `TransientError`.
    """
    (url,) = settings.needed("database_url" if settings.migrate_url is None else "migrate_url")
    engine = open_engine(url)
    try:
        with database_faults():
            return bring_up_to_date(engine, needs_rights=False)
    finally:
        engine.dispose()


def open_operator_store(settings: Settings, folder: Path | None = None) -> Engine:
    """The database that a command means: the one of a folder, the one of the service, or the one of embedded mode."""
    if folder is None and settings.database_url is not None:
        return open_database(settings)
    return open_store(folder or settings.data_dir)


def broker_parameters(settings: Settings) -> pika.URLParameters:
    """How to reach the broker. Raises `ConfigurationError`."""
    (url,) = settings.needed("broker_url")
    return parameters(url, Tls(settings.broker_ca, settings.broker_certificate, settings.broker_key))


@contextmanager
def operator_pipeline(settings: Settings) -> Iterator[Embedded]:
    """The pipeline that a command means: that of the service where its database is set, else that of embedded mode."""
    if settings.database_url is None:
        with embedded(settings, settings.data_dir) as app:
            yield app
        return
    documents, engine = open_documents(settings), open_database(settings)
    try:
        yield Embedded(engine=engine, documents=documents, pipeline=pipeline(settings, engine, documents))
    finally:
        engine.dispose()


def open_documents(settings: Settings) -> DocumentStore:
    """The document store of the service. Raises `ConfigurationError`."""
    (url,) = settings.needed("documents_url")
    return documents_from_url(url, s3_endpoint=settings.s3_endpoint)


def open_operator_documents(settings: Settings, folder: Path | None = None) -> DocumentStore:
    """The documents that go with `open_operator_store`. Raises `ConfigurationError`, `OSError`."""
    if folder is None and settings.database_url is not None:
        return open_documents(settings)
    return FolderDocuments((folder or settings.data_dir) / DOCUMENTS)


def open_store(folder: Path, *, durable: bool = True) -> Engine:
    """The SQLite database of a folder, brought to the current schema."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = open_engine(f"sqlite:///{folder / DATABASE}", durable=durable)
    migrate(engine)
    return engine


@contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    temporary = Path(tempfile.mkdtemp(prefix="aiguilleur-"))
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
