"""What is attacked: the pipeline as the service builds it, warm, forked for each document and measured."""

import json
import logging
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.app import ListPublisher
from tests.hostile import processes
from tests.manifest import NOW
from tests.places import FIXTURES
from worker.bootstrap import Embedded, open_store, pdf_pool, pipeline
from worker.clock import FixedClock
from worker.replay import Replay
from worker.service import logs
from worker.settings import Settings
from worker.store.documents import DocumentsInPlace
from worker.store.reference import import_folder

HANG_SECONDS = 120.0
_GOODBYE_SECONDS = 3.0
_GOOD = {  # what is read after the attack, by the reader that was attacked
    ".pdf": ("cii/byte-order-mark/invoice.xml", "facturx/en16931/invoice.pdf"),
    ".xml": ("cii/byte-order-mark/invoice.xml", "pivot/original-ubl-fills/invoice.xml"),
    ".zip": ("cii/byte-order-mark/invoice.xml", "pivot/original-ubl-fills/invoice.xml"),
}


def main() -> None:
    """Serve until standard input ends."""
    logs.configure(logging.WARNING)  # to standard error, as the service does
    processes.adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        store = Path(folder, "store")
        engine = open_store(store, durable=False)
        import_folder(engine, FIXTURES / "reference", now=NOW)
        engine.dispose()  # no connection may be shared with what is forked
        for line in sys.stdin:
            answer = _measured(Path(json.loads(line)["file"]), store, Path(folder))
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


def _measured(file: Path, store: Path, folder: Path) -> dict[str, Any]:
    scratch, temporary, report = folder / "scratch", folder / "tmp", folder / "report.json"
    for place in (scratch, temporary):
        shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(store, scratch)
    temporary.mkdir()
    report.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        _attacked(file, scratch, temporary, report)
    peak, status, usage = _watched(child)
    told = json.loads(report.read_text()) if report.exists() else {"outcome": f"CRASHED ({status})"}
    return told | {
        "peak": peak,
        "cpu_all": usage.ru_utime + usage.ru_stime,
        "left_processes": processes.left(os.getpid(), _GOODBYE_SECONDS),
        "left_files": sorted(str(path.relative_to(temporary)) for path in temporary.rglob("*")),
    }


def _watched(child: int) -> tuple[int, int, resource.struct_rusage]:
    """The peak of memory, readers included, and how the child ended; a child that hangs is killed with its own."""
    peaks: dict[int, int] = {}
    until = time.monotonic() + HANG_SECONDS
    while True:
        for process, peak in processes.peaks(os.getpid()).items():
            peaks[process] = max(peak, peaks.get(process, 0))
        ended, status, usage = os.wait4(child, os.WNOHANG)
        if ended:
            return sum(peaks.values()), os.waitstatus_to_exitcode(status), usage
        if time.monotonic() > until:
            processes.kill(os.getpid())
        time.sleep(0.005)


def _attacked(file: Path, scratch: Path, temporary: Path, report: Path) -> None:
    """The life of the child: the hostile document, then good ones."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.environ["TMPDIR"] = str(temporary)
    tempfile.tempdir = None
    code = 1
    try:
        with _application(scratch) as (run, publisher):
            told = _read(run, publisher, file)
            told["good"] = [
                _read(run, publisher, FIXTURES / "invoices" / name)["outcome"] for name in _GOOD[file.suffix]
            ]
        report.write_text(json.dumps(told))
        code = 0
    except BaseException:  # noqa: BLE001  whatever it is, it is told and the child ends
        traceback.print_exc()
    finally:
        os._exit(code)


@contextmanager
def _application(folder: Path) -> Iterator[tuple[Replay, ListPublisher]]:
    """The pipeline with the pool of PDF readers, as the service builds it."""
    settings, documents, publisher = Settings(), DocumentsInPlace(), ListPublisher()
    engine = open_store(folder, durable=False)
    pool = pdf_pool(settings)
    try:
        pool.doors()  # warm, as it is after the first document
        built = pipeline(settings, engine, documents, clock=FixedClock(NOW), pdf_reader=pool)
        yield Replay(Embedded(engine=engine, documents=documents, pipeline=built), publisher), publisher
    finally:
        pool.end()
        engine.dispose()


def _read(run: Replay, publisher: ListPublisher, file: Path) -> dict[str, Any]:
    began, used = time.monotonic(), _cpu()
    publisher.events.clear()
    try:
        (made,) = run.run([file])
    except Exception as error:  # noqa: BLE001  an error that nobody foresaw is an outcome here
        traceback.print_exc()
        made, outcome = [], f"ERROR {type(error).__qualname__}"
    else:
        outcome = made[0].decision.outcome if made else "NOTHING"
    first = json.loads(made[0].decision.record)["decision"] if made else {"findings": []}
    return {
        "outcome": outcome,
        "reason": made[0].decision.reason if made else "",
        "findings": sorted({finding["code"] for finding in first["findings"]}),
        "route": [first.get("service_code"), *first.get("commitments", ())] if made else [],
        "seconds": time.monotonic() - began,
        "cpu": _cpu() - used,
        "event_bytes": max((len(event.body) for event in publisher.events), default=0),
    }


def _cpu() -> float:
    """Processor time of this process and of its children, alive or dead."""
    own, dead = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + dead.ru_utime + dead.ru_stime + processes.cpu(os.getpid())
