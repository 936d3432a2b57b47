"""The XML files embedded in a PDF: PDFium first, because it is the cheapest; qpdf (pikepdf) for what it cannot open.

PDFium sees the name tree only. A PDF that lists its XML in the array of associated files (`/AF`) alone, or that is
damaged, is opened again by qpdf.
"""

import ctypes
import io
import re

import pikepdf
import pypdfium2
from pypdfium2 import raw

from worker.errors import DocumentMalformed, LimitExceeded
from worker.extract.limits import Limits
from worker.ports import EmbeddedFile, PdfContent

_XML_SUFFIX = ".xml"
_STREAM_NAME = re.compile(r"stream <[^>]*>:? ?")


def files_of(data: bytes, limits: Limits) -> PdfContent:
    """The embedded files named `*.xml`. Raises `DocumentMalformed` or `LimitExceeded`."""
    try:
        files = _by_pdfium(data, limits)
    except pypdfium2.PdfiumError:
        files = ()
    return PdfContent(files) if files else _by_qpdf(data, limits)


def _by_pdfium(data: bytes, limits: Limits) -> tuple[EmbeddedFile, ...]:
    with pypdfium2.PdfDocument(data) as document:
        count = raw.FPDFDoc_GetAttachmentCount(document)
        attachments = (raw.FPDFDoc_GetAttachment(document, position) for position in range(count))
        named = ((attachment, _pdfium_name(attachment)) for attachment in attachments)
        return tuple(
            EmbeddedFile(name, _pdfium_content(attachment, limits)) for attachment, name in named if _is_xml(name)
        )


def _pdfium_name(attachment: object) -> str:
    size = raw.FPDFAttachment_GetName(attachment, None, 0)
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAttachment_GetName(attachment, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[:size].decode("utf-16-le", errors="replace").rstrip("\0")


def _pdfium_content(attachment: object, limits: Limits) -> bytes:
    size = ctypes.c_ulong()
    raw.FPDFAttachment_GetFile(attachment, None, 0, size)
    _check_size(size.value, limits)
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
        raise DocumentMalformed(f"a PDF damaged beyond repair: {_first_line(error)}") from None


def _from_name_tree(document: pikepdf.Pdf, limits: Limits) -> tuple[EmbeddedFile, ...]:
    named = ((name, spec) for name, spec in document.attachments.items())
    return tuple(
        EmbeddedFile(spec.filename or name, _checked(spec.get_file().read_bytes(), limits))
        for name, spec in named
        if _is_xml(name) or _is_xml(spec.filename or "")
    )


def _from_associated_files(document: pikepdf.Pdf, limits: Limits) -> tuple[EmbeddedFile, ...]:
    associated = document.Root.get("/AF")
    if not isinstance(associated, pikepdf.Array):
        return ()
    specs = (spec for spec in associated.as_list() if isinstance(spec, pikepdf.Dictionary))
    named = ((str(spec.get("/UF", spec.get("/F", ""))), spec) for spec in specs)
    return tuple(EmbeddedFile(name, _checked(_stream_of(spec), limits)) for name, spec in named if _is_xml(name))


def _stream_of(spec: pikepdf.Object) -> bytes:
    streams = spec.get("/EF")
    stream = streams.get("/UF", streams.get("/F")) if isinstance(streams, pikepdf.Dictionary) else None
    return bytes(stream.read_bytes()) if isinstance(stream, pikepdf.Stream) else b""


def _is_xml(name: str) -> bool:
    return name.strip().lower().endswith(_XML_SUFFIX)


def _checked(content: bytes, limits: Limits) -> bytes:
    _check_size(len(content), limits)
    return content


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.xml_bytes:
        raise LimitExceeded(f"a PDF whose embedded file has {size:,} bytes; the limit is {limits.xml_bytes:,}")


def _first_line(error: Exception) -> str:
    """What qpdf says, without the name that it gave to the bytes."""
    return _STREAM_NAME.sub("", (str(error).splitlines() or ["no reason given"])[0])
