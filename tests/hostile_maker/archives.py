"""ZIP archives: what the portal wraps around attachments and downloads, wrapped by somebody else."""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from tests.fixture_maker.pivot import Piece, zipped
from tests.hostile_maker import good
from tests.hostile_maker.model import MALFORMED, QUARANTINED, READ, TOO_LARGE, UNSAFE, Hostile, large, read, refused
from tests.hostile_maker.pdf_raw import deflated

_FAMILY = "archives"
_ONE = "One document at a time: an archive holds exactly one file."
_NAME = "A name that is a path could be written outside its folder."
_LIES = "What a header says is checked against what comes out."
_KEY = "Ask for one without a password."
_MEBIBYTE = 1 << 20


def cases() -> Iterator[Hostile]:
    """Each archive as a delivery of its own, and the usual ones as an attachment."""
    for name, attacks, make, reason, why in _archives():
        outcome = QUARANTINED if reason else READ
        yield Hostile(_FAMILY, f"{name}.zip", attacks, make, outcome, reason, why)
        if name == "bomb-100":
            yield refused(
                _FAMILY,
                f"{name}-in-pivot.xml",
                f"{attacks}, as an attachment",
                lambda m=make: _attached(m()),
                reason,
                why,
            )
        elif name in {"traversal", "encrypted", "two-files", "symlink", "bomb-nested", "bomb-lzma", "bomb-bzip2"}:
            yield read(
                _FAMILY, f"{name}-in-pivot.xml", f"{attacks}, as an attachment", lambda m=make: _attached(m()),
                "A damaged attachment is told; the header has all that routes.",
                finding="" if name in {"symlink", "bomb-nested"} else "INT_ATTACHMENT_UNREADABLE",
            )  # fmt: skip
    yield from _large()
    yield from _polyglots()
    yield from _base64()


def _archives() -> Iterator[tuple[str, str, object, str, str]]:
    invoice = good.cii_xml()
    yield "bomb-100", "100 MiB in 100 kB", lambda: _one("a.xml", [bytes(_MEBIBYTE)] * 100), UNSAFE, _LIES
    yield "bomb-nested", "an archive in an archive, 100 MiB inside", lambda: zipped(
        "a.zip", _one("a.xml", [bytes(_MEBIBYTE)] * 100)), MALFORMED, "A ZIP inside a ZIP is not opened."  # fmt: skip
    yield (
        "quine",
        "an archive that holds itself, as far as one can see",
        _quine,
        MALFORMED,
        "It is not opened twice.",
    )
    yield "two-files", "two files", lambda: _many([("a.xml", invoice), ("b.xml", invoice)]), MALFORMED, _ONE
    yield "same-name-twice", "two files of one name", lambda: _twice("a.xml", invoice), MALFORMED, _ONE
    yield "empty", "no file", lambda: _many([]), MALFORMED, _ONE
    yield "folder", "a folder and nothing in it", lambda: _many([("folder/", b"")]), MALFORMED, _ONE
    yield (
        "many-entries",
        "two thousand empty files",
        lambda: _many([(f"{n}", b"") for n in range(2_000)]),
        MALFORMED,
        _ONE,
    )
    for name, path in (
        ("traversal", "../../../../tmp/facture.xml"),
        ("absolute", "/etc/cron.d/facture"),
        ("backslashes", "..\\..\\facture.xml"),
        ("drive", "C:\\facture.xml"),
        ("folder-in-name", "a/b.xml"),
        ("dots", ".."),
    ):
        yield name, f"a file named {path!r}", lambda p=path: _many([(p, invoice)]), UNSAFE, _NAME
    yield (
        "encrypted",
        "an entry that says it is encrypted",
        lambda: _flagged(zipped("a.xml", invoice), 0x1),
        MALFORMED,
        _KEY,
    )
    yield "method", "a method of packing that nobody knows", lambda: _method(zipped("a.xml", invoice), 99), MALFORMED, (
        "Only what can be unpacked within a bound.")  # fmt: skip
    for name, method in (("lzma", zipfile.ZIP_LZMA), ("bzip2", zipfile.ZIP_BZIP2)):
        yield f"bomb-{name}", f"20 MiB packed by {name}", lambda m=method: _by(m, bytes(20 * _MEBIBYTE)), MALFORMED, (
            "Only what can be unpacked within a bound.")  # fmt: skip
    yield "size-too-small", "a header that says one byte", lambda: _sized(zipped("a.xml", invoice), 1), MALFORMED, _LIES
    yield "size-too-large", "a header that says 4 GB", lambda: _sized(zipped("a.xml", invoice), 0xFFFFFFFE), "", _LIES
    yield "wrong-checksum", "a checksum of other bytes", lambda: _checked(zipped("a.xml", invoice)), MALFORMED, _LIES
    yield "overlapping", "two entries that are the same bytes", lambda: _overlapping(invoice), MALFORMED, _ONE
    yield "cut", "an archive without its end", lambda: zipped("a.xml", invoice)[:-30], MALFORMED, "Sent again."
    yield (
        "no-directory",
        "a directory that points nowhere",
        lambda: _directory_at(zipped("a.xml", invoice)),
        MALFORMED,
        _LIES,
    )
    yield (
        "executable",
        "a program",
        lambda: zipped("facture.xml", b"MZ" + bytes(1000)),
        "INT_NOT_AN_INVOICE",
        "Told by its bytes.",
    )
    yield "symlink", "a link to another file", lambda: _link("/etc/hostname"), MALFORMED, (
        "Nothing is ever written out: a link is its own text.")  # fmt: skip


def _large() -> Iterator[Hostile]:
    yield large(refused(
        _FAMILY, "entries-1000000.zip", "a directory of a million entries", lambda: _entries(1_000_000), UNSAFE,
        "The directory is bounded before it is read.",
    ))  # fmt: skip
    yield large(refused(
        _FAMILY, "bomb-explained.zip", "1.1 GB of a pivot that its size just explains", _explained, TOO_LARGE,
        "What is unpacked is held in memory, so it is bounded.",
    ))  # fmt: skip
    yield large(refused(
        _FAMILY, "bomb-explained-in-pivot.xml", "190 MB in an attachment that its size just explains",
        lambda: _attached(_one("a.bin", _slightly_packed(190))), TOO_LARGE, "The limit of one attachment.",
    ))  # fmt: skip
    yield large(read(
        _FAMILY, "many-bombs-in-pivot.xml", "two hundred attachments that each unpack to a mebibyte",
        lambda: good.pivot_with(
            *(Piece(f"{n}.bin", bytes(_MEBIBYTE - 1), kind="02", zip_entry=f"{n}") for n in range(200))
        ), "Each is below the size that has to be explained; together they stay in bounds.",
    ))  # fmt: skip


def _polyglots() -> Iterator[Hostile]:
    family = "polyglots"
    yield read(
        family, "pdf-then-zip.pdf", "a Factur-X with a ZIP behind it",
        lambda: good.facturx_pdf() + zipped("a.xml", good.ubl_xml()), "The first bytes tell: it is read as a PDF.",
    )  # fmt: skip
    yield refused(
        family, "zip-with-pdf-mark.zip", "a ZIP that says %PDF- in its first kilobyte, and holds two files",
        lambda: _many([("%PDF-1.7", b"%PDF-1.7\n"), ("a.xml", good.cii_xml())]), MALFORMED, _ONE,
    )  # fmt: skip
    yield read(
        family, "xml-then-zip.xml", "an invoice with a ZIP in a comment behind it",
        lambda: good.cii_xml() + b"<!--" + base64.b64encode(zipped("a.xml", good.ubl_xml())) + b"-->",
        "Comments are thrown away.",
    )  # fmt: skip
    yield refused(
        family, "xml-then-xml.xml", "two invoices in one file",
        lambda: good.cii_xml() + good.ubl_xml().split(b"?>", 1)[1],
        MALFORMED, "XML has one root.",
    )  # fmt: skip
    yield refused(
        family, "pivot-in-comment-of-cii.xml", "a CII that has the root of a pivot in a comment",
        lambda: good.cii_xml().replace(b"?>\n", b"?>\n<!-- <CPPFacturePivot> -->\n", 1), MALFORMED,
        "It is taken for a pivot, which has no invoice then: a person looks at it.",
    )  # fmt: skip


def _base64() -> Iterator[Hostile]:
    family = "attachments"
    for name, text in {
        "garbage": "§§§§ pas du base64 ****",
        "half": "JVBERi0xLjQK!",
        "padding-only": "====",
        "padding-inside": "JVBE=Ri0x=LjQK",
        "one-digit": "J",
        "url-alphabet": "_-_-",
        "data-url": "data:application/pdf;base64,JVBERi0xLjQK",
        "unicode-digits": "ＪＶＢＥ",
    }.items():
        yield read(
            family, f"{name}.xml", f"{name} where base64 should be",
            lambda t=text: good.pivot_with(Piece("a.pdf", b"", raw=t)),
            "A damaged attachment is told; the header has all that routes.", finding="INT_ATTACHMENT_UNREADABLE",
        )  # fmt: skip
    for name, title in (("path-name", "../../../etc/passwd"), ("long-name", "a" * 900), ("nameless", " ")):
        yield read(
            family, f"{name}.xml", f"an attachment named {title[:30]!r}",
            lambda t=title: good.pivot_with(Piece(t, b"%PDF-1.4\n", zip_entry=None)), "A name is shown, never opened.",
        )  # fmt: skip
    yield read(
        family, "pivot-in-pivot.xml", "a pivot whose original is a pivot, eight deep", lambda: _nested_pivots(8),
        "An original is read one level deep.",
    )  # fmt: skip


def _one(name: str, pieces: Sequence[bytes]) -> bytes:
    content, size, checksum = deflated(pieces)[2:-4], sum(map(len, pieces)), 0
    for piece in pieces:
        checksum = zlib.crc32(piece, checksum)
    return _written([(name.encode(), 8, checksum, content, size)])


def _written(entries: Sequence[tuple[bytes, int, int, bytes, int]]) -> bytes:
    """An archive of (name, method, checksum, packed content, unpacked size)."""
    out, directory = io.BytesIO(), io.BytesIO()
    for name, method, checksum, content, size in entries:
        common = struct.pack("<HHHHHIIIHH", 20, 0, method, 0, 0x5B74, checksum, len(content), size, len(name), 0)
        directory.write(b"PK\1\2\x14\0" + common + struct.pack("<HHHII", 0, 0, 0, 0, out.tell()) + name)
        out.write(b"PK\3\4" + common + name + content)
    start, listed, count = out.tell(), directory.getvalue(), min(len(entries), 0xFFFF)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(listed), start, 0)
    return out.getvalue() + listed + b"PK\5\6" + end


def _many(files: Sequence[tuple[str, bytes]]) -> bytes:
    return _written([(n.encode(), 0, zlib.crc32(c), c, len(c)) for n, c in files])


def _twice(name: str, content: bytes) -> bytes:
    return _many([(name, content), (name, content[::-1])])


def _by(method: int, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(zipfile.ZipInfo("a.xml", (2026, 11, 20, 6, 0, 0)), content, compress_type=method)
    return out.getvalue()


def _patched(archive: bytes, local: int, listed: int, form: str, value: int) -> bytes:
    """An archive of one entry with a number of both its headers replaced."""
    made = bytearray(archive)
    struct.pack_into(form, made, local, value)
    struct.pack_into(form, made, archive.index(b"PK\1\2") + listed, value)
    return bytes(made)


def _flagged(archive: bytes, flag: int) -> bytes:
    return _patched(archive, 6, 8, "<H", flag)


def _method(archive: bytes, method: int) -> bytes:
    return _patched(archive, 8, 10, "<H", method)


def _sized(archive: bytes, size: int) -> bytes:
    return _patched(archive, 22, 24, "<I", size)


def _checked(archive: bytes) -> bytes:
    return _patched(archive, 14, 16, "<I", 0x12345678)


def _directory_at(archive: bytes) -> bytes:
    made = bytearray(archive)
    struct.pack_into("<I", made, archive.rindex(b"PK\5\6") + 16, 0x7FFFFFFF)
    return bytes(made)


def _overlapping(content: bytes) -> bytes:
    """Two entries of the directory that point to the same bytes."""
    archive = _many([("a.xml", content)])
    start, end = archive.index(b"PK\1\2"), archive.rindex(b"PK\5\6")
    listed = archive[start:end]
    tail = struct.pack("<HHHHIIH", 0, 0, 2, 2, 2 * len(listed), start, 0)
    return archive[:end] + listed + b"PK\5\6" + tail


def _quine() -> bytes:
    """An archive of an archive of an archive... as deep as one likes; only the outermost matters."""
    content = b"PK\5\6" + bytes(18)
    for _ in range(20):
        content = zipped("a.zip", content)
    return content


def _link(target: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("facture.xml", (2026, 11, 20, 6, 0, 0))
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, target)
    return out.getvalue()


def _entries(count: int) -> bytes:
    """A directory far longer than its files: all entries are the same empty one."""
    name = b"a"
    common = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0x5B74, 0, 0, 0, len(name), 0)
    local = b"PK\3\4" + common + name
    listed = (b"PK\1\2\x14\0" + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name) * count
    return local + listed + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, len(listed), len(local), 0)


def _slightly_packed(mebibytes: int) -> list[bytes]:
    """Bytes that pack by less than the ratio that is suspicious."""
    noise = b"".join(struct.pack("<I", (n * 2654435761) & 0xFFFFFFFF) for n in range(2_048))
    return [noise + bytes(_MEBIBYTE - len(noise))] * mebibytes


def _explained() -> bytes:
    unit = good.pivot_xml()
    noise = b"".join(b"%08x" % ((n * 2654435761) & 0xFFFFFFFF) for n in range(1_024))
    piece = noise + b" " * (_MEBIBYTE - len(noise))
    head, tail = unit.split(b"<CPPFactures", 1)
    return _one("pivot.xml", [head, *([b"<!--" + piece + b"-->"] * 1_100), b"<CPPFactures" + tail])


def _attached(archive: bytes) -> bytes:
    return good.pivot_with(Piece("facture.xml", archive, zip_entry=None))


def _nested_pivots(levels: int) -> bytes:
    content = good.pivot_xml()
    for _ in range(levels):
        content = good.pivot_around(content)
    return content
