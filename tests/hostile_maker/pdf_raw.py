"""PDFs written object by object, because no library writes what these need."""

import io
import zlib
from collections.abc import Iterable, Mapping

_FILE, _SPEC, _NAMES, _PAGE, _CONTENTS = 6, 5, 7, 3, 4


def pdf(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """A file of these objects, the catalog being number 1."""
    out, places = io.BytesIO(), {}
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    for number, body in objects.items():
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    table, size = out.tell(), max(objects) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        place = places.get(number)
        out.write(b"0000000000 65535 f \n" if place is None else b"%010d 00000 n \n" % place)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, table))
    return out.getvalue()


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(content), content)


def embedding(
    xml: bytes = b"",
    *,
    file: bytes | None = None,
    names: bytes = b"<< /Names [(factur-x.xml) 5 0 R] >>",
    catalog: bytes = b"",
    pages: bytes = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    page: bytes = b"",
    media_box: bytes = b"0 0 595 842",
    contents: bytes | None = None,
    more: Mapping[int, bytes] | None = None,
    trailer: bytes = b"",
    name: bytes = b"(factur-x.xml)",
) -> bytes:
    """A PDF of one page with one embedded file, given as XML or, in `file`, as a whole object. Objects from 10 on."""
    return pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles 7 0 R >> /AF [5 0 R] %b >>" % catalog,
            2: pages,
            _PAGE: b"<< /Type /Page /Parent 2 0 R /MediaBox [%b] /Contents 4 0 R %b"
            b" /Resources << /Font << /F1 8 0 R >> /XObject << /X 10 0 R >> >> >>" % (media_box, page),
            _CONTENTS: contents or stream(b"BT /F1 12 Tf 50 700 Td (facture) Tj ET"),
            _SPEC: b"<< /Type /Filespec /F %b /UF %b /AFRelationship /Data /EF << /F 6 0 R >> >>" % (name, name),
            _FILE: file or stream(xml, b"/Type /EmbeddedFile /Subtype /text#2Fxml"),
            _NAMES: names,
            8: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            **(more or {}),
        },
        trailer,
    )


def deflated(pieces: Iterable[bytes]) -> bytes:
    """Flate, piece by piece, so that a bomb is never held whole."""
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(piece) for piece in pieces), packer.flush()])


def deflated_blanks(size: int, levels: int = 1) -> bytes:
    """Blanks that unpack to `size` bytes, packed several times over."""
    block = b" " * (1 << 20)
    content = deflated(block for _ in range(size >> 20))
    for _ in range(levels - 1):
        content = deflated([content])
    return content
