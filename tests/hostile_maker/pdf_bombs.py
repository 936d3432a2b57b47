"""PDFs that unpack, nest or count beyond all measure."""

import binascii
from collections.abc import Iterator

from tests.hostile_maker import good
from tests.hostile_maker.model import MALFORMED, NO_XML, TOO_LARGE, UNSAFE, Hostile, large, read, refused
from tests.hostile_maker.pdf_raw import deflated, deflated_blanks, embedding, pdf, stream
from tests.hostile_maker.xml_entities import CANARY_URL, LISTENER

_FAMILY = "pdf-bombs"
_GIB = 1 << 30
_PAGES = "The data decide; looking at a page may cost what its reader is allowed, then it is left."
_INFLATED = "It is unpacked in a process with bounded memory and time, which it kills."
_FILE = b"/Type /EmbeddedFile "


def cases() -> Iterator[Hostile]:
    """Streams, pages, trees and tables."""
    yield from _streams()
    yield from _page_contents()
    yield from _trees()
    yield from _counts()


def _streams() -> Iterator[Hostile]:
    yield refused(
        _FAMILY, "flate-200-mib.pdf", "an embedded file of 200 MiB in 200 kB",
        lambda: _file(deflated_blanks(200 << 20), b"/FlateDecode"), TOO_LARGE, "The limit of an embedded file.",
    )  # fmt: skip
    yield large(refused(
        _FAMILY, "flate-1-gib.pdf", "an embedded file of 1 GiB in 1 MB",
        lambda: _file(deflated_blanks(_GIB), b"/FlateDecode"), UNSAFE, _INFLATED,
    ))  # fmt: skip
    yield refused(
        _FAMILY, "flate-twice-2-gib.pdf", "an embedded file of 2 GiB, packed twice into 4 kB",
        lambda: _file(deflated_blanks(2 * _GIB, 2), b"[/FlateDecode /FlateDecode]"), UNSAFE, _INFLATED,
    )  # fmt: skip
    yield refused(
        _FAMILY, "flate-three-times.pdf", "an embedded file of 2 GiB, packed three times",
        lambda: _file(deflated_blanks(2 * _GIB, 3), b"[/FlateDecode /FlateDecode /FlateDecode]"), UNSAFE, _INFLATED,
    )  # fmt: skip
    yield refused(
        _FAMILY, "run-length-of-flate.pdf", "run lengths inside flate: 64 times 100 MiB",
        lambda: _file(deflated(b"\x81 " * (1 << 19) for _ in range(100)), b"[/FlateDecode /RunLengthDecode]"),
        MALFORMED, "PDFium bounds run lengths; what comes out is no XML.",
    )  # fmt: skip
    yield refused(
        _FAMILY, "lzw-of-flate.pdf", "LZW inside flate",
        lambda: _file(deflated([_lzw_run()] * 200), b"[/FlateDecode /LZWDecode]"), MALFORMED,
        "What comes out is no XML.",
    )  # fmt: skip
    yield read(
        _FAMILY, "filters-in-chain.pdf", "an invoice under hexadecimal, base 85 and flate",
        lambda: _file(
            binascii.hexlify(_ascii85(deflated([good.cii_xml()]))) + b">",
            b"[/ASCIIHexDecode /ASCII85Decode /FlateDecode]",
        ), "Odd, and read.",
    )  # fmt: skip
    yield refused(
        _FAMILY, "filters-1000.pdf", "a thousand filters in a chain",
        lambda: _file(b"00>", b"[" + b"/ASCIIHexDecode " * 1_000 + b"]"), MALFORMED, "What comes out is no XML.",
    )  # fmt: skip
    yield read(
        _FAMILY, "filter-unknown.pdf", "a filter that does not exist",
        lambda: _file(good.cii_xml(), b"/NoSuchDecode"), "PDFium leaves it out.",
    )  # fmt: skip
    yield refused(
        _FAMILY, "predictor-columns.pdf", "a predictor of two billion columns",
        lambda: embedding(file=stream(
            deflated([good.cii_xml()]),
            _FILE + b"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 2000000000 /Colors 32 >>",
        )), MALFORMED, "It cannot be unpacked.",
    )  # fmt: skip


def _page_contents() -> Iterator[Hostile]:
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>"
    draw = stream(b"/X Do " * 10)
    yield read(
        _FAMILY, "form-of-itself.pdf", "a drawing that draws itself",
        lambda: embedding(good.cii_xml(), contents=draw, more={10: stream(b"/X Do /X Do", form % 10)}), _PAGES,
    )  # fmt: skip
    yield read(
        _FAMILY, "forms-10-to-the-11.pdf", "eleven levels of drawings that draw the next ten times",
        lambda: embedding(good.cii_xml(), contents=draw, more={
            **{n: stream(b"/X Do " * 10, form % (n + 1)) for n in range(10, 20)}, 20: stream(b"q Q", form % 8),
        }), _PAGES,
    )  # fmt: skip
    yield read(
        _FAMILY, "content-100-mib.pdf", "a page of 100 MiB of text operators",
        lambda: embedding(good.cii_xml(), contents=stream(
            deflated(b"BT /F1 12 Tf (facture) Tj ET\n" * 36_000 for _ in range(100)), b"/Filter /FlateDecode"
        )), _PAGES,
    )  # fmt: skip
    yield read(
        _FAMILY, "saves-1000000.pdf", "a million saved graphic states",
        lambda: embedding(good.cii_xml(), contents=stream(deflated([b"q " * 1_000_000]), b"/Filter /FlateDecode")),
        _PAGES,
    )  # fmt: skip
    yield read(
        _FAMILY, "media-box-huge.pdf", "a page of seventy kilometres",
        lambda: embedding(good.cii_xml(), media_box=b"0 0 200000000 200000000"), _PAGES,
    )  # fmt: skip
    yield read(
        _FAMILY, "media-box-odd.pdf", "a page whose size is no number",
        lambda: embedding(good.cii_xml(), media_box=b"-1e999 NaN /x (y)"), _PAGES,
    )  # fmt: skip
    for name, action in (
        ("javascript", b"/S /JavaScript /JS (app.launchURL\\('%b'\\))" % LISTENER.encode()),
        ("launch", b"/S /Launch /F (/bin/sh) /Win << /F (calc.exe) >>"),
        ("uri", b"/S /URI /URI (%b/x)" % LISTENER.encode()),
        ("submit-form", b"/S /SubmitForm /F (%b/x)" % LISTENER.encode()),
        ("go-to-remote", b"/S /GoToR /F (%b) /D [0 /Fit]" % CANARY_URL.encode()),
        ("import-data", b"/S /ImportData /F (%b)" % CANARY_URL.encode()),
    ):
        yield read(
            "pdf-actions", f"{name}.pdf", f"an action {name} on opening",
            lambda a=action: embedding(
                good.cii_xml(), catalog=b"/OpenAction << %b >>" % a, page=b"/AA << /O << %b >> >>" % a
            ), "Nothing in a PDF is ever run.",
        )  # fmt: skip
    yield refused(
        "pdf-actions", "file-by-url.pdf", "an embedded file that stands at an address",
        lambda: embedding(file=b"<< /Type /EmbeddedFile /FS /URL /F (%b/x) >>" % LISTENER.encode()), MALFORMED,
        "Nothing is fetched; there is no file.",
    )  # fmt: skip
    yield refused(
        "pdf-actions", "stream-in-other-file.pdf", "an embedded file whose bytes stand in a file of this machine",
        lambda: embedding(file=stream(b"", _FILE + b"/F (/etc/hostname)")), MALFORMED, "Nothing else is opened.",
    )  # fmt: skip


def _trees() -> Iterator[Hostile]:
    for name, catalog_names, more in (
        ("names-of-themselves", b"<< /Kids [7 0 R 7 0 R] >>", {}),
        ("names-in-circle", b"<< /Kids [11 0 R] >>", {11: b"<< /Kids [12 0 R] >>", 12: b"<< /Kids [11 0 R] >>"}),
        (
            "names-4000-deep",
            b"<< /Kids [11 0 R] >>",
            {
                **{n: b"<< /Kids [%d 0 R] >>" % (n + 1) for n in range(11, 4_011)},
                4_011: b"<< /Names [(factur-x.xml) 5 0 R] >>",
            },
        ),
        ("names-wide-circle", b"<< /Kids [%b] >>" % (b"7 0 R " * 20), {}),
    ):
        yield read(
            _FAMILY, f"{name}.pdf", f"a name tree: {name}",
            lambda c=catalog_names, m=more: embedding(good.cii_xml(), names=c, more=m),
            "The tree ends somewhere, or the list of associated files is read instead.",
        )  # fmt: skip
    yield read(
        _FAMILY, "pages-of-themselves.pdf", "a page tree that contains itself",
        lambda: embedding(good.cii_xml(), pages=b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"), _PAGES,
    )  # fmt: skip
    yield read(
        _FAMILY, "pages-count-lies.pdf", "a page tree that says two billion pages",
        lambda: embedding(good.cii_xml(), pages=b"<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>"), _PAGES,
    )  # fmt: skip
    yield read(
        _FAMILY, "outlines-in-circle.pdf", "bookmarks in a circle",
        lambda: embedding(good.cii_xml(), catalog=b"/Outlines 11 0 R", more={
            11: b"<< /First 12 0 R /Last 12 0 R >>", 12: b"<< /Title (x) /Parent 12 0 R /Next 12 0 R /First 12 0 R >>",
        }), _PAGES,
    )  # fmt: skip
    yield read(
        _FAMILY, "arrays-100000-deep.pdf", "a hundred thousand arrays inside each other",
        lambda: embedding(good.cii_xml(), catalog=b"/ZZ 11 0 R", more={11: b"[" * 100_000 + b"]" * 100_000}), _PAGES,
    )  # fmt: skip
    yield large(read(
        _FAMILY, "arrays-1000000-deep.pdf", "a million arrays inside each other",
        lambda: embedding(good.cii_xml(), catalog=b"/ZZ 11 0 R", more={11: b"[" * 1_000_000 + b"]" * 1_000_000}),
        _PAGES,
    ))  # fmt: skip
    yield read(
        _FAMILY, "catalog-of-arrays.pdf", "a catalog with a hundred thousand arrays inside each other",
        lambda: embedding(good.cii_xml(), catalog=b"/ZZ " + b"[" * 100_000 + b"]" * 100_000), _PAGES,
    )  # fmt: skip
    yield refused(
        _FAMILY, "length-of-itself.pdf", "a stream whose length is the stream",
        lambda: embedding(file=b"<< %b /Length 6 0 R >>\nstream\nx\nendstream" % _FILE), MALFORMED,
        "What comes out is no XML.",
    )  # fmt: skip
    yield refused(
        _FAMILY, "name-20000.pdf", "an embedded file with a name of 20,000 characters and nothing in it",
        lambda: embedding(b"<x/>", name=b"(%b.xml)" % (b"a" * 20_000)), "INT_NOT_AN_INVOICE", "A name is shown cut.",
    )  # fmt: skip
    yield refused(
        _FAMILY, "name-with-escapes.pdf", "an embedded file whose name moves the cursor, with nothing in it",
        lambda: embedding(b"<x/>", name=b"(\x1b[2J\x1b]8;;http://127.0.0.1/\x07a\\000b\r\n.xml)"), "INT_NOT_AN_INVOICE",
        "A name is data.",
    )  # fmt: skip


def _counts() -> Iterator[Hostile]:
    yield large(refused(
        _FAMILY, "pages-10000.pdf", "ten thousand pages and no invoice", lambda: _pages(10_000), NO_XML, _PAGES,
    ))  # fmt: skip
    yield large(refused(
        _FAMILY, "files-5000.pdf", "five thousand embedded files, the invoice last", lambda: _files(5_000), TOO_LARGE,
        "The limit of embedded files.",
    ))  # fmt: skip
    yield read(
        _FAMILY, "files-900.pdf", "nine hundred embedded files, the invoice last", lambda: _files(900),
        "All are looked at.",
    )  # fmt: skip
    yield refused(
        _FAMILY, "bombs-50.pdf", "fifty names for one embedded file of 150 MiB",
        lambda: _names_for(_file(deflated_blanks(150 << 20), b"/FlateDecode"), 50), TOO_LARGE,
        "Embedded files are bounded together.",
    )  # fmt: skip


def _file(content: bytes, filters: bytes) -> bytes:
    return embedding(file=stream(content, _FILE + b"/Filter " + filters))


def _names_for(content: bytes, count: int) -> bytes:
    names = b" ".join(b"(%04d.xml) 5 0 R" % n for n in range(count))
    return content.replace(b"(factur-x.xml) 5 0 R]", names + b"]")


def _pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (10 + n) for n in range(count))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
    return pdf({
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count %d /Kids [%b] >>" % (count, kids),
        4: stream(b"BT ET"),
        **{10 + n: page for n in range(count)},
    })  # fmt: skip


def _files(count: int) -> bytes:
    names = b" ".join(b"(%05d.xml) %d 0 R" % (n, 1_000 + 2 * n) for n in range(count))
    more: dict[int, bytes] = {}
    for n in range(count):
        name = b"%05d.xml" % n
        more[1_000 + 2 * n] = b"<< /Type /Filespec /F (%b) /UF (%b) /EF << /F %d 0 R >> >>" % (
            name,
            name,
            1_001 + 2 * n,
        )
        more[1_001 + 2 * n] = stream(b"<x/>", _FILE)
    return embedding(good.cii_xml(), names=b"<< /Names [%b (zz.xml) 5 0 R] >>" % names, more=more)


def _lzw_run() -> bytes:
    """LZW codes of nine to twelve bits for a long run of blanks."""
    bits, width, following = f"{256:09b}", 9, 258
    for length in range(1, 3_800):
        code = 32 if length == 1 else following - 1
        bits += f"{code:0{width}b}"
        following += 1 if length > 1 else 0
        width = 9 + (following >= 511) + (following >= 1_023) + (following >= 2_047)
    bits += f"{256:0{width}b}"
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _ascii85(content: bytes) -> bytes:
    import base64  # noqa: PLC0415

    return base64.a85encode(content) + b"~>"
