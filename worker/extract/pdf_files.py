"""The XML files embedded in a PDF: PDFium first, because it is the cheapest; qpdf (pikepdf) for what it cannot open.

PDFium sees the name tree only. A PDF that lists its XML in the array of associated files (`/AF`) alone, or that is
damaged, is opened again by qpdf.
"""

import contextlib
import ctypes
import io
import re
import zlib
from collections.abc import Callable, Iterable
from functools import partial

import pikepdf
import pypdfium2
from pypdfium2 import raw

from worker.errors import DocumentMalformed, LimitExceeded
from worker.extract.limits import Limits
from worker.ports import EmbeddedFile, PdfContent

_XML_SUFFIX = ".xml"
_NO_MEMORY = "std::bad_alloc"  # qpdf's words
_STREAM_NAME = re.compile(r"stream <[^>]*>:? ?")


def files_of(data: bytes, limits: Limits) -> PdfContent:
    """The embedded files named `*.xml`. Raises `DocumentMalformed`, `LimitExceeded`; `MemoryError` where it swells."""
    try:
        files = _by_pdfium(data, limits)
    except pypdfium2.PdfiumError:
        files = ()
    return PdfContent(files) if files else _by_qpdf(data, limits)


def _by_pdfium(data: bytes, limits: Limits) -> tuple[EmbeddedFile, ...]:
    with pypdfium2.PdfDocument(data) as document:
        count = raw.FPDFDoc_GetAttachmentCount(document)
        _check_count(count, limits)
        attachments = (raw.FPDFDoc_GetAttachment(document, position) for position in range(count))
        named = ((attachment, _pdfium_name(attachment)) for attachment in attachments)
        return _gathered(
            ((name, partial(_pdfium_content, attachment)) for attachment, name in named if _is_xml(name)), limits
        )


def _pdfium_name(attachment: object) -> str:
    size = raw.FPDFAttachment_GetName(attachment, None, 0)
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAttachment_GetName(attachment, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[:size].decode("utf-16-le", errors="replace").rstrip("\0")


def _pdfium_content(attachment: object, most: int) -> bytes | None:
    size = ctypes.c_ulong()
    raw.FPDFAttachment_GetFile(attachment, None, 0, size)
    if size.value > most:
        return None
    buffer = ctypes.create_string_buffer(size.value)
    raw.FPDFAttachment_GetFile(attachment, buffer, size.value, size)
    return buffer.raw[: size.value]


def _by_qpdf(data: bytes, limits: Limits) -> PdfContent:
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as document:
            files = _from_name_tree(document, limits) or _from_associated_files(document, limits)
            return PdfContent(files, repaired=bool(document.get_warnings()))
    except pikepdf.PasswordError:
        raise DocumentMalformed("a PDF locked with a password; ask the supplier for one without") from None
    except (pikepdf.PikepdfError, ValueError, TypeError, KeyError, RuntimeError) as error:
        if _NO_MEMORY in str(error):
            raise MemoryError from None
        raise DocumentMalformed(f"a PDF damaged beyond repair: {_first_line(error)}") from None


def _from_name_tree(document: pikepdf.Pdf, limits: Limits) -> tuple[EmbeddedFile, ...]:
    _check_count(len(document.attachments), limits)
    named = (
        (spec.filename or name, partial(_qpdf_content, spec.get_file().obj))
        for name, spec in document.attachments.items()
        if _is_xml(name) or _is_xml(spec.filename or "")
    )
    return _gathered(named, limits)


def _from_associated_files(document: pikepdf.Pdf, limits: Limits) -> tuple[EmbeddedFile, ...]:
    associated = document.Root.get("/AF")
    if not isinstance(associated, pikepdf.Array):
        return ()
    _check_count(len(associated), limits)
    specs = (spec for spec in associated.as_list() if isinstance(spec, pikepdf.Dictionary))
    named = ((str(spec.get("/UF", spec.get("/F", ""))), spec) for spec in specs)
    return _gathered(
        ((name, partial(_qpdf_content, _stream_of(spec))) for name, spec in named if _is_xml(name)), limits
    )


def _stream_of(spec: pikepdf.Object) -> pikepdf.Object | None:
    streams = spec.get("/EF")
    stream = streams.get("/UF", streams.get("/F")) if isinstance(streams, pikepdf.Dictionary) else None
    return stream if isinstance(stream, pikepdf.Stream) else None


def _qpdf_content(stream: pikepdf.Object | None, most: int) -> bytes | None:
    """The bytes of a stream; where it is plain Flate it is inflated here, and no further than needed."""
    if stream is None:
        return b""
    if stream.get("/Filter") == pikepdf.Name.FlateDecode and "/DecodeParms" not in stream:
        inflater = zlib.decompressobj()
        with contextlib.suppress(zlib.error):
            inflated = inflater.decompress(stream.read_raw_bytes(), most + 1)
            if len(inflated) > most:
                return None
            if inflater.eof:  # else it is damaged, and qpdf may save more of it
                return inflated
    content = bytes(stream.read_bytes())
    return content if len(content) <= most else None


def _gathered(named: Iterable[tuple[str, Callable[[int], bytes | None]]], limits: Limits) -> tuple[EmbeddedFile, ...]:
    """The files with their content, which may have `xml_bytes` together; a content says None if it has more."""
    files, left = [], limits.xml_bytes
    for name, content_of in named:
        content = content_of(left)
        if content is None:
            raise LimitExceeded(f"a PDF whose embedded XML is too large; the limit is {limits.xml_bytes:,} bytes")
        files.append(EmbeddedFile(name, content))
        left -= len(content)
    return tuple(files)


def _is_xml(name: str) -> bool:
    return name.strip().lower().endswith(_XML_SUFFIX)


def _check_count(count: int, limits: Limits) -> None:
    if count > limits.pdf_files:
        raise LimitExceeded(f"a PDF with {count:,} embedded files; the limit is {limits.pdf_files:,}")


def _first_line(error: Exception) -> str:
    """What qpdf says, without the name that it gave to the bytes."""
    return _STREAM_NAME.sub("", (str(error).splitlines() or ["no reason given"])[0])
