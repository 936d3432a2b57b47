"""What the cage of the PDF readers costs: PDFs to invoices through the pool, in this process, and by factur-x.

As in `extraction`: methods are interleaved file by file, and a ratio is the sum of the medians over the files that both
read. A hop is mostly waiting for the scheduler: on a busy machine the processor time of both sides, and the quickest
round of each file, say what the cage itself costs. Pages are not looked at: that costs the same on both sides.
"""

import itertools
import statistics
import time
from collections.abc import Iterator
from typing import Any

from tests.benchmarks.extraction import ROUNDS, Method, Sample, compared, facturx, pdf_samples, read
from tests.places import CORPUS
from worker.extract.cage import Bounds
from worker.extract.limits import Limits
from worker.extract.pdf_pool import PdfPool
from worker.extract.pdf_reader import InProcessPdfReader
from worker.extract.reader import Extractor

STARTS = 7


def run() -> Iterator[str]:
    """The lines of the report."""
    limits = Limits()
    samples = pdf_samples()
    yield f"sandbox: {len(samples)} PDFs of {'the shared corpus' if CORPUS else 'the fixtures'}"
    yield f"  start of a reader, until its doors are closed: {_start(limits) * 1e3:.0f} ms (median of {STARTS})"
    with PdfPool(limits, 1, 30) as pool:
        yield from _processor(samples, limits)
        methods = _methods(limits, pool)
        yield f"  medians of {ROUNDS} rounds:"
        yield from _told(compared(samples, methods))
        yield f"  quickest of {ROUNDS} rounds:"
        yield from _told(compared(samples, methods, of=min))


def _processor(samples: list[Sample], limits: Limits) -> Iterator[str]:
    """The processor time of this process and its reader together, against this process alone."""
    with PdfPool(limits, 1, 30, documents=1_000_000) as pool:
        pool.doors()
        clock = ~pool._idle.queue[0]._process.pid << 3 | 2  # of that process: clock_getcpuclockid(3) on Linux
        for kind, checks in (("", True), (" without XSD", False)):
            own, caged = (
                Extractor(reader, limits, hash_content=False, check_schemas=checks, check_pages=False)
                for reader in (InProcessPdfReader(limits), pool)
            )
            spent = dict.fromkeys((own, caged), 0.0)
            for extractor, sample in itertools.product((own, caged) * ROUNDS, samples):
                began = time.process_time() + time.clock_gettime(clock)
                read(extractor, sample.data)
                spent[extractor] += time.process_time() + time.clock_gettime(clock) - began
            yield f"  processor time, inspect{kind}: caged {spent[caged] / spent[own]:.2f} x in process"


def _told(times: list[dict[str, Any]]) -> Iterator[str]:
    for kind in ("", " without XSD"):
        own, caged = (_sum(times, where + kind) for where in ("in process", "caged"))
        hop = statistics.median(row["caged" + kind] - row["in process" + kind] for row in times)
        own_ms, caged_ms = (total / len(times) * 1e3 for total in (own, caged))
        yield f"    inspect{kind}: in process {own_ms:.3f} ms a file, caged {caged_ms:.3f}: {caged / own:.2f} x"
        yield f"      the median file pays {hop * 1e6:.0f} µs"
        for peer in ("factur-x", "factur-x with XSD"):
            both = [row for row in times if row[peer] is not None]
            ratio = _sum(both, peer) / _sum(both, "caged" + kind)
            yield f"      {peer:18} reads {len(both)} of them, {ratio:.1f} x slower than caged"
    worst = max(times, key=lambda row: row["caged without XSD"] / row["in process without XSD"])
    yield (
        f"    the file that pays most: {worst['in process without XSD'] * 1e3:.3f} ms in process,"
        f" {worst['caged without XSD'] * 1e3:.3f} caged (without XSD)"
    )


def _sum(times: list[dict[str, Any]], name: str) -> float:
    return sum(row[name] for row in times)


def _methods(limits: Limits, pool: PdfPool) -> dict[str, Method]:
    methods: dict[str, Method] = {}
    for where, reader in (("in process", InProcessPdfReader(limits)), ("caged", pool)):
        for kind, checks in (("", True), (" without XSD", False)):
            extractor = Extractor(reader, limits, hash_content=False, check_schemas=checks, check_pages=False)
            methods[where + kind] = lambda data, _, extractor=extractor: read(extractor, data)
    methods["factur-x"] = lambda data, xml: facturx(data, xml, check=False)
    methods["factur-x with XSD"] = lambda data, xml: facturx(data, xml, check=True)
    return methods


def _start(limits: Limits) -> float:
    return statistics.median(_one_start(limits) for _ in range(STARTS))


def _one_start(limits: Limits) -> float:
    began = time.perf_counter()
    with PdfPool(limits, 1, 30, bounds=Bounds()) as pool:
        pool.doors()
        return time.perf_counter() - began
