"""What a person would look at: the PDF that shows an invoice, and pictures of its pages."""

import io
import math
from collections.abc import Collection, Iterator
from itertools import islice
from typing import NamedTuple

from PIL import Image

from worker.document import Document
from worker.errors import DocumentMalformed, ExtractionError, LimitExceeded
from worker.extract import pivot, xml
from worker.extract.archives import only_member
from worker.extract.attachments import open_attachment
from worker.extract.detect import Kind, detect
from worker.extract.limits import Limits
from worker.ports import PdfReader, Picture

DPI = 110  # print of eight points can be read on a screen
_MOST_PIXELS = 2000  # along the longer side: plans and posters are drawn coarser
_POINTS_PER_INCH = 72
_GREYS = 16  # four bits a pixel: print stays as it is, the noise of scans goes


class ShownPage(NamedTuple):
    """A page as a picture: its number (from 1), its size in points, and a PNG of 16 greys."""

    number: int
    width: float
    height: float
    png: bytes


class Shown(NamedTuple):
    """The pages that could be drawn, and how many there are."""

    pages: tuple[ShownPage, ...]
    total: int


def pdf_of(document: Document, position: int, limits: Limits) -> bytes | None:
    """The PDF that shows the invoice at a position (from 0): the document itself, or the original inside a pivot.

    None where there is none, as for pure data. Raises `ExtractionError`.
    """
    kind = detect(document.head())
    if kind is Kind.ZIP:
        inner = only_member(_bounded(document, limits.pdf_bytes), limits, limits.pivot_bytes).data
        if detect(inner) is Kind.ZIP:
            raise DocumentMalformed("a ZIP inside a ZIP; send the document itself")
        return pdf_of(Document(data=inner), position, limits)
    if kind is Kind.PDF:
        return _bounded(document, limits.pdf_bytes)
    return _original(document, position, limits) if kind is Kind.XML else None


def pages_of(data: bytes, numbers: Collection[int], reader: PdfReader) -> Shown:
    """Pictures of the first and last pages of a PDF, and of those named. Raises `ExtractionError` where none can be."""
    read, total = reader.pages(data)
    sizes = {page.number: max(page.width, page.height) for page in read}
    wanted = sorted(sizes.keys() | {number for number in numbers if 1 <= number <= total})
    drawn: list[ShownPage] = []
    fault: ExtractionError | None = None
    for number in wanted:
        try:
            drawn.append(_drawn(data, number, _dpi(sizes.get(number, 0)), reader))
        except ExtractionError as error:
            fault = fault or error
    if not drawn and fault:
        raise fault
    return Shown(tuple(drawn), total)


def _bounded(document: Document, limit: int) -> bytes:
    if document.size > limit:
        raise LimitExceeded(f"a document of {document.size:,} bytes; the limit is {limit:,}")
    return document.read()


def _original(document: Document, position: int, limits: Limits) -> bytes | None:
    """The supplier's own PDF in one invoice of a pivot. In other XML there is no such thing."""
    if document.size > limits.pivot_bytes:
        raise LimitExceeded(f"a pivot of {document.size:,} bytes; the limit is {limits.pivot_bytes:,}")
    with document.open() as stream:
        for unit in islice(xml.stream(stream, pivot.UNIT), position, position + 1):
            opened = (open_attachment(element, limits) for element in unit.iterfind("PJ"))
            return next(_pdfs(piece.data for piece in opened if piece.is_original), None)
    return None


def _pdfs(contents: Iterator[bytes | None]) -> Iterator[bytes]:
    return (data for data in contents if data is not None and detect(data) is Kind.PDF)


def _dpi(longest: float) -> int:
    """The resolution for a page whose longer side is that many points."""
    return min(DPI, math.floor(_MOST_PIXELS * _POINTS_PER_INCH / longest) or 1) if longest else DPI


def _drawn(data: bytes, number: int, dpi: int, reader: PdfReader) -> ShownPage:
    picture = reader.render(data, number, dpi)
    points = _POINTS_PER_INCH / dpi
    return ShownPage(number, picture.width * points, picture.height * points, _coarse(picture))


def _coarse(picture: Picture) -> bytes:
    """The picture in 16 greys."""
    step = 255 / (_GREYS - 1)
    with Image.open(io.BytesIO(picture.data)) as image:
        coarse = image.convert("L").point([round(value / step) for value in range(256)]).convert("P")
    coarse.putpalette([round(level * step) for level in range(_GREYS) for _ in "rgb"])
    stream = io.BytesIO()
    coarse.save(stream, "PNG", bits=4, compress_level=9)
    return stream.getvalue()
