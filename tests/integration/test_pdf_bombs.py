"""PDFs made to burst their reader: each is refused within the bounds, by the real reader in its cage."""

import io
import json
import os
import resource
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from tests.app import replayed, started
from tests.places import FIXTURES
from worker.errors import DocumentMalformed, DocumentUnsafe, ExtractionError, LimitExceeded
from worker.extract.cage import Bounds
from worker.extract.limits import MEBIBYTE, Limits
from worker.extract.pdf_pool import PdfPool

BOUNDS = Bounds(memory=512 * MEBIBYTE, cpu_seconds=2)
FACTURX = (FIXTURES / "invoices" / "facturx" / "en16931" / "invoice.pdf").read_bytes()
FLATE = pikepdf.Name.FlateDecode


@pytest.fixture(scope="module")
def pool() -> Iterator[PdfPool]:
    """One reader."""
    with PdfPool(Limits(), 1, 30, bounds=BOUNDS) as pool:
        yield pool


def _packed(size: int, times: int = 1, of: bytes = b"\0") -> bytes:
    """So many bytes, packed so many times."""
    packer = zlib.compressobj(9)
    block = of * (MEBIBYTE // len(of))
    data = b"".join(packer.compress(block) for _ in range(size // MEBIBYTE)) + packer.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def _saved(document: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    document.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def _attached(raw: bytes, filters: pikepdf.Object, *, name_tree: bool = True) -> bytes:
    """A page with an embedded XML file of packed bytes."""
    with pikepdf.new() as document:
        document.add_blank_page()
        stream = document.make_stream(raw)
        stream.Filter = filters
        spec = pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec, F="factur-x.xml", UF="factur-x.xml", EF=pikepdf.Dictionary(F=stream)
        )
        spec = document.make_indirect(spec)
        document.Root.AF = pikepdf.Array([spec])
        if name_tree:
            names = pikepdf.Array([pikepdf.String("factur-x.xml"), spec])
            document.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=names))
        return _saved(document)


def _drawn(content: bytes, *, forms: int = 0, packed: bool = False) -> bytes:
    """A page with a content stream; each of `forms` draws the next one ten times."""
    with pikepdf.new() as document:
        page = document.add_blank_page()
        stream = document.make_stream(content)
        if packed:
            stream.Filter = FLATE
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        fonts = pikepdf.Dictionary(F1=font)
        inner = document.make_stream(b"BT /F1 9 Tf (x) Tj ET")
        for _ in range(forms):
            inner.Type, inner.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            inner.BBox = pikepdf.Array([0, 0, 612, 792])
            inner.Resources = inner.get("/Resources", pikepdf.Dictionary(Font=fonts))
            outer = document.make_stream(b"/X Do " * 10)
            outer.Resources = pikepdf.Dictionary(Font=fonts, XObject=pikepdf.Dictionary(X=inner))
            inner = outer
        page.obj.Contents = inner if forms else stream
        page.obj.Resources = inner.get("/Resources", pikepdf.Dictionary(Font=fonts)) if forms else pikepdf.Dictionary()
        return _saved(document)


TWICE = pikepdf.Array([FLATE, FLATE])
BOMBS = {
    "a file of one gigabyte": lambda: ("read", _attached(_packed(1024 * MEBIBYTE), FLATE)),
    "a file of one gigabyte, in AF": lambda: ("read", _attached(_packed(1024 * MEBIBYTE), FLATE, name_tree=False)),
    "a file packed twice": lambda: ("read", _attached(_packed(2048 * MEBIBYTE, times=2), TWICE)),
    "a file packed twice, in AF": lambda: (
        "read",
        _attached(_packed(2048 * MEBIBYTE, times=2), TWICE, name_tree=False),
    ),
    "a page of 300 megabytes": lambda: ("pages", _drawn(_packed(300 * MEBIBYTE, of=b"0 0 m 9 9 l S \n"), packed=True)),
    "forms within forms": lambda: ("pages", _drawn(b"", forms=11)),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_in_time_and_room(pool: PdfPool, bomb: str) -> None:
    """A small file that is made to burst ends as a quarantined document, in seconds, and the next one is read."""
    method, data = BOMBS[bomb]()
    assert len(data) < 2 * MEBIBYTE
    pool.doors()
    before, began = _processor(), time.monotonic()
    with pytest.raises(ExtractionError) as refused:
        getattr(pool, method)(data)
    assert isinstance(refused.value, LimitExceeded | DocumentUnsafe | DocumentMalformed)
    assert _processor() - before < BOUNDS.cpu_seconds + 1.5
    assert time.monotonic() - began < 30
    assert pool.read(FACTURX).files


def test_a_bomb_is_quarantined_and_kept(tmp_path: Path) -> None:
    """In embedded mode too, a bomb is caged: its decision says why, its bytes are kept, the next file is decided."""
    bomb, invoice = tmp_path / "bomb.pdf", tmp_path / "invoice.pdf"
    bomb.write_bytes(_attached(_packed(2048 * MEBIBYTE, times=2), TWICE))
    invoice.write_bytes(FACTURX)
    with started(FIXTURES / "reference", tmp_path / "store") as app:
        found = [json.loads(decision.decision.record)["decision"] for decision in replayed(app, [bomb, invoice])]
    assert (found[0]["outcome"], found[0]["reason"]) == ("QUARANTINED", "INT_UNSAFE")
    assert found[1]["outcome"] != "QUARANTINED"
    kept = [file for file in (tmp_path / "store" / "documents").rglob("*") if file.is_file()]
    assert {file.read_bytes() for file in kept} == {bomb.read_bytes(), FACTURX}


def test_check_says_what_holds_the_readers(tmp_path: Path) -> None:
    """`check` starts a reader and tells which protections this machine has."""
    environment = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-m", "worker", "check"],
        capture_output=True, text=True, check=True, cwd=tmp_path, env=environment, timeout=120,
    )  # fmt: skip
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("ok    pdf"))
    assert "Landlock" in line
    assert "seccomp: no network" in line
    assert "missing" not in line


def _processor() -> float:
    """Seconds of processor of this process and of the readers that have ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
