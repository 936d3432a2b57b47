"""What is fuzzed: for each target what it is given, what must hold of it, and how long one input may take."""

import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from math import isfinite
from pathlib import Path
from random import Random

from pika import BasicProperties

from rules.model import Invoice, Unreadable
from rules.policy import PolicyError, load
from tests.contract import examples
from tests.fuzz import growth, mutations, seeds
from tests.fuzz.pages import page_of
from tests.fuzz.world import World
from tests.places import FIXTURES, ROOT
from worker.clock import FixedClock
from worker.document import Document
from worker.errors import DocumentAltered, DocumentMissing, ExtractionError, MessageMalformed
from worker.extract.archives import only_member
from worker.extract.detect import Kind, detect, name_of
from worker.extract.limits import MEBIBYTE, Limits
from worker.extract.page import labels
from worker.extract.page.compare import divergences
from worker.extract.pdf import again, read_pages
from worker.extract.pdf_reader import InProcessPdfReader
from worker.extract.reader import Extractor, Reading
from worker.intake.message import Reader, trace_of
from worker.messages import encode, parse, traceparent_in
from worker.queueing import decoding
from worker.queueing.headers import ID_HEADER
from worker.reference import faults
from worker.reference.as_of import read_as_of
from worker.reference.folder import read_commitments, read_contract_parties, read_recipients, read_services
from worker.store.documents import FolderDocuments

LIMITS = Limits(
    pivot_bytes=64 * MEBIBYTE,
    xml_bytes=16 * MEBIBYTE,
    pdf_bytes=16 * MEBIBYTE,
    attachment_bytes=8 * MEBIBYTE,
    pixels=4_000_000,
)
RECIPIENTS = ("22400001800016",)
Mutate = Callable[[bytes, Random], bytes]


@dataclass(frozen=True)
class Target:
    """`check` raises where something is wrong. `mutate` knows the structure of inputs; None leaves it to libFuzzer."""

    about: str
    check: Callable[[bytes], object]
    seeds: Callable[[], Iterable[bytes]]
    mutate: Mutate | None = None
    seconds: float = 2.0  # of the processor, for one input
    largest: int = 1 << 17  # bytes of an input


@cache
def _world() -> World:
    return World()


@cache
def _extractor() -> Extractor:
    return Extractor(InProcessPdfReader(LIMITS), LIMITS, recipients=lambda: RECIPIENTS)


def readings(data: bytes) -> list[Reading]:
    """What a document holds, by the reader in this very process."""
    read = list(_extractor().read(Document(data=data)))
    assert read
    return read


def document(data: bytes) -> None:
    """A document is read or refused, decided, and told in an event that follows its schema."""
    for position, reading in enumerate(readings(data)[:20]):
        _world().judge(reading, position)


def pdf_files(data: bytes) -> None:
    """The files in a PDF are had, or it is refused."""
    with suppress(ExtractionError):
        InProcessPdfReader(LIMITS).read(data)


def pdf_pages(data: bytes) -> None:
    """The words of pages and the cells of their tables are had and read, or the PDF is refused."""
    reader = InProcessPdfReader(LIMITS)
    with suppress(ExtractionError):
        first = read_pages(reader.pages(data).read, RECIPIENTS)
        cells = {sheet.page.number: reader.cells(data, sheet.page.number) for sheet in first.sheets}
        assert all(isfinite(edge) for boxes in cells.values() for box in boxes for edge in box)
        _world().judge(again(first, cells).invoice)


def archive(data: bytes) -> None:
    """The one file of an archive is had within the limits, or the archive is refused."""
    with suppress(ExtractionError):
        member = only_member(data, LIMITS)
        assert len(member.data) <= min(LIMITS.attachment_bytes, max(MEBIBYTE, len(data) * LIMITS.zip_ratio))


def kind(data: bytes) -> None:
    """Any bytes are of some kind, and what is foreign has a name or none."""
    found = detect(data[:4096])
    if found is Kind.OTHER:
        assert name_of(data) != ""
    if found is not Kind.PDF:
        (reading, *_) = readings(data)
        assert isinstance(reading, Invoice | Unreadable)


def pages(data: bytes) -> None:
    """Whatever words stand on pages, they are read, compared with data, decided and told."""
    labels.labels_in.cache_clear()
    half = len(data) // 2
    sheets = [page_of(data[:half], 1), page_of(data[half:], 2)] if data[:1] < b"\x80" else [page_of(data)]
    reading = read_pages(sheets, RECIPIENTS)
    divergences(_invoice(), reading.invoice, reading.sheets)
    _world().judge(reading.invoice)


@cache
def _invoice() -> Invoice:
    (reading,) = readings(seeds.CII)
    assert isinstance(reading, Invoice)
    return reading


@cache
def _inbox() -> Reader:
    return Reader(FolderDocuments(Path(tempfile.mkdtemp(prefix="fuzz-"))), FixedClock(examples.MOMENT))


_CONTENT_TYPES = (
    None,
    "application/json",
    "application/cloudevents+json; charset=UTF-8",
    "application/pdf",
    "text/xml",
)


def message(data: bytes) -> None:
    """A message is read, and comes back from what is written of it, or is refused without being quoted."""
    chosen, body = data[:1], data[1:]
    content_type = _CONTENT_TYPES[chosen[0] % len(_CONTENT_TYPES)] if chosen else None
    headers = {ID_HEADER: body[:9].decode("latin-1"), "traceparent": body[9:70].decode("latin-1")}
    properties = BasicProperties(content_type=content_type, headers=headers if body[:1] > b"P" else None)
    trace_of(properties, body)
    traceparent_in(body)
    with suppress(MessageMalformed, DocumentMissing, DocumentAltered):
        _inbox().delivery(properties, body)
    with suppress(MessageMalformed):
        read = parse(body, content_type)
        assert parse(encode(read), None) == read
    with suppress(MessageMalformed):
        decoding.decode(body, "invoices", {"process": "invoices"})


_TABLES = ("recipients", "services", "commitments", "contract_parties")


def reference(data: bytes) -> None:
    """A reference file of any bytes gives rows and faults, and raises nothing."""
    folder, log = _folder(), faults.FaultLog()
    table = _TABLES[data[0] % len(_TABLES)] if data else _TABLES[0]
    for name in _TABLES:
        (folder / f"{name}.csv").write_bytes(data[1:] if name == table else b"")
    (folder / "reference.toml").write_bytes(data[1:])
    read_as_of(folder, examples.MOMENT, log)
    readers = {
        "recipients": read_recipients,
        "services": lambda *given: read_services(*given, RECIPIENTS),
        "commitments": read_commitments,
        "contract_parties": read_contract_parties,
    }
    for line, value in readers[table](folder, log):
        assert line > 0
        assert repr(value).encode()
    for told in (*log.faults, *log.notices):
        assert len(str(told)) < 20_000


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-"))


def policy(data: bytes) -> None:
    """A policy of any text is loaded, or refused with its faults."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    with suppress(PolicyError):
        load(_default_policy(), text)


@cache
def _default_policy() -> str:
    return (ROOT / "rules" / "policies" / "default.toml").read_text(encoding="utf-8")


def _messages() -> list[bytes]:
    made = (examples.delivery(), examples.delivery_event())
    texts = [examples.json.dumps(one).encode() for one in made]
    own = (
        b'{"queue_name":"invoices","actor_name":"process","args":["d"],"kwargs":{},"options":{"retries":1},'
        b'"message_id":"m","message_timestamp":1}'
    )
    return [bytes([choice]) + text for choice in (1, 2) for text in (*texts, own)]


def _reference_files() -> list[bytes]:
    files = sorted((FIXTURES / "reference").glob("*"))
    order = {name: position for position, name in enumerate(_TABLES)}
    cut = [(order.get(file.stem, 0), b"\n".join(file.read_bytes().splitlines()[:12])) for file in files]
    return [bytes([position]) + text for position, text in cut]


def _policies() -> list[bytes]:
    return [
        _default_policy().encode(),
        b'name = "x"\n[recipients."22400001800016".payment]\ndays = 30\n',
        b"a = [[1.5, nan], {b = 1979-05-27}]",
    ]


def _page_seeds() -> list[bytes]:
    """Every word of the stock in rows of ten, and single rows."""
    every = b"".join(bytes([place, 4, 0x8E if place % 10 == 0 else 0, 1]) for place in range(100))
    return [every, *(every[place : place + 40] for place in range(0, 400, 40))]


def _text_seeds() -> list[bytes]:
    names = range(len(growth.READERS))
    return [bytes([which, 0, *unit]) for which in names for unit in ((0, 25), (24, 26, 0), (18, 3), (45, 0, 46), (60,))]


def _mutate(others: Callable[[], tuple[bytes, ...]]) -> Mutate:
    return lambda data, chance: mutations.mutated(data, chance, others())


TARGETS: dict[str, Target] = {
    "xml": Target("invoices in CII, UBL and ZUGFeRD 1", document, seeds.xml, _mutate(seeds.xml)),
    "pivot": Target("pivots with attachments", document, seeds.pivots, _mutate(seeds.pivots), seconds=4),
    "zip": Target("archives around documents", document, seeds.zips, _mutate(seeds.zips), seconds=4),
    "archive": Target("archives alone", archive, seeds.zips, partial(mutations.changed_zip)),
    "detect": Target(
        "first bytes of anything", kind, lambda: [d[:200] for d in (*seeds.xml()[:6], *seeds.zips())], largest=4096
    ),
    "pdf": Target("files embedded in PDFs", pdf_files, seeds.pdfs, _mutate(seeds.pdfs), seconds=4),
    "pdf-pages": Target("words of PDF pages", pdf_pages, seeds.pdfs, _mutate(seeds.pdfs), seconds=4),
    "facturx": Target("whole PDFs, decided", document, seeds.pdfs, _mutate(seeds.pdfs), seconds=6),
    "pages": Target("words of any text, anywhere", pages, _page_seeds, largest=4 * 400),
    "page-growth": Target("time over the number of words", growth.pages_grow, _page_seeds, largest=4 * 24, seconds=60),
    "text-growth": Target("time of regular expressions", growth.texts_grow, _text_seeds, largest=24, seconds=60),
    "message": Target("messages of all queues", message, _messages, largest=8192),
    "reference": Target("reference files", reference, _reference_files, largest=16384),
    "policy": Target("policies", policy, _policies, largest=16384),
}
