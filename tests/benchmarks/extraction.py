"""Reading invoices, against the floor (SHA-256 of the file and one lxml parse of its XML) and the factur-x library.

Methods are interleaved file by file, several rounds each, and the median of a file is taken; a ratio is the sum of the
medians over the files that both methods read.
"""

import hashlib
import logging
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from rules.model import Invoice, Unreadable
from tests.places import CORPUS, FIXTURES
from worker.document import Document
from worker.extract.limits import Limits
from worker.extract.pdf_reader import InProcessPdfReader
from worker.extract.reader import Extractor

ROUNDS = 15
Method = Callable[[bytes, bytes], object]


@dataclass(frozen=True)
class Sample:
    """A file, its XML, and whether it is a PDF around it."""

    data: bytes
    xml: bytes
    is_pdf: bool


def run() -> Iterator[str]:
    """The lines of the report."""
    logging.disable(logging.CRITICAL)
    samples = tuple(_samples())
    yield f"extraction: {len(samples)} invoices of {'the shared corpus' if CORPUS else 'the fixtures'}, {ROUNDS} rounds"
    for title, is_pdf in (("XML", False), ("PDF", True)):
        chosen = [sample for sample in samples if sample.is_pdf is is_pdf]
        yield from _group(title, chosen)


def pdf_samples() -> list[Sample]:
    """The PDFs with an invoice inside."""
    logging.disable(logging.CRITICAL)
    return [sample for sample in _samples() if sample.is_pdf]


def compared(
    samples: list[Sample], methods: dict[str, Method], of: Callable[[list[float]], float] = statistics.median
) -> list[dict[str, float | None]]:
    """The seconds of each method on each file: the median of its rounds, or another figure; None where it fails."""
    return [_measure(sample, methods, of) for sample in samples]


def _group(title: str, samples: list[Sample]) -> Iterator[str]:
    methods = _methods()
    times = compared(samples, methods)
    floor = sum(row["floor"] for row in times if row["floor"] is not None)
    yield f"  {title}: {len(samples)} files, floor {floor / len(samples) * 1e3:.3f} ms a file"
    for name in ("inspect", "inspect without XSD"):
        ours = _total(times, name, name)
        yield f"    {name:22} {ours / len(samples) * 1e3:.3f} ms a file, {ours / floor:.2f} x the floor"
    for peer in ("factur-x", "factur-x with XSD"):
        both = [row for row in times if row[peer] is not None]
        ratios = ", ".join(
            f"{_total(both, peer, peer) / _total(both, peer, name):.1f} x slower than {name}"
            for name in ("inspect", "inspect without XSD")
        )
        yield f"    {peer:22} reads {len(both)} of them: {ratios}"


def _total(times: list[dict[str, float | None]], needed: str, name: str) -> float:
    return sum(row[name] or 0.0 for row in times if row[needed] is not None)


def _measure(sample: Sample, methods: dict[str, Method], of: Callable[[list[float]], float]) -> dict[str, float | None]:
    runs: dict[str, list[float]] = {name: [] for name in methods}
    broken: set[str] = set()
    for _ in range(ROUNDS):
        for name, method in methods.items():
            if name in broken:
                continue
            began = time.perf_counter()
            try:
                result = method(sample.data, sample.xml)
            except Exception:  # noqa: BLE001  a peer may fail in any way
                result = None
            runs[name].append(time.perf_counter() - began)
            if not result:
                broken.add(name)
    return {name: None if name in broken else of(values) for name, values in runs.items()}


def _methods() -> dict[str, Method]:
    limits = Limits()
    full = Extractor(InProcessPdfReader(limits), limits, hash_content=False)
    bare = Extractor(InProcessPdfReader(limits), limits, hash_content=False, check_schemas=False)
    return {
        "floor": _floor,
        "inspect": lambda data, _: read(full, data),
        "inspect without XSD": lambda data, _: read(bare, data),
        "factur-x": lambda data, xml: facturx(data, xml, check=False),
        "factur-x with XSD": lambda data, xml: facturx(data, xml, check=True),
    }


def _floor(data: bytes, xml: bytes) -> object:
    return hashlib.sha256(data).digest(), etree.fromstring(xml)


def read(extractor: Extractor, data: bytes) -> object:
    """Read a document as the pipeline does; None if anything in it could not be read."""
    digest = hashlib.sha256(data).digest()
    readings = list(extractor.read(Document(data=data)))
    return digest if not any(isinstance(reading, Unreadable) for reading in readings) else None


def facturx(data: bytes, xml: bytes, *, check: bool) -> object:
    """The same document read by the factur-x library."""
    import facturx as library  # noqa: PLC0415  takes a third of a second

    if data.startswith(b"%PDF"):
        _, found = library.get_xml_from_pdf(data, check_xsd=check)
    else:
        found = xml
        if check:
            library.xml_check_xsd(found)
    return library.parse_ubl_cii_xml(found) if found else None


def _samples() -> Iterator[Sample]:
    limits = Limits()
    reader = InProcessPdfReader(limits)
    extractor = Extractor(reader, limits)
    for path in sorted(_files()):
        data = path.read_bytes()
        readings = list(extractor.read(Document(data=data)))
        if len(readings) != 1 or not isinstance(readings[0], Invoice) or readings[0].syntax in {"pivot", "page"}:
            continue
        is_pdf = b"%PDF" in data[:1024]
        within = readings[0].within
        xml = next(f.data for f in reader.read(data).files if f.name == within) if is_pdf else data
        yield Sample(data, xml, is_pdf)


def _files() -> Iterator[Path]:
    root = CORPUS or FIXTURES / "invoices"
    return (path for path in root.rglob("*") if path.suffix in {".xml", ".pdf"})
