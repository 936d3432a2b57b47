"""The life of a process that reads PDFs: load everything, close the doors, then answer until nobody asks.

It is started by `worker.extract.pdf_pool` as a program of its own: with its own memory, none of the environment of the
service, and no file but the standard streams, one socket and the memory in which documents are handed over.
"""

import importlib
import io
import os
import socket
import sys
from collections.abc import Callable

import pikepdf

from worker.errors import DocumentMalformed, ExtractionError, LimitExceeded
from worker.extract import cage, pdf_wire
from worker.extract.limits import MEBIBYTE, Limits
from worker.extract.pdf_reader import InProcessPdfReader
from worker.extract.pdf_wire import Answer, Ready, Request, Start
from worker.ports import PdfReader

_LARGEST_REQUEST = 4096
_PAGE = b"BT /F1 12 Tf 72 720 Td (Facture) Tj ET 72 600 m 300 600 l 300 500 l 72 500 l h S"
_LATE_CODECS = ("ascii", "cp1252", "latin_1", "mac_roman", "utf_16", "utf_16_be", "utf_16_le", "utf_8_sig")


def main() -> None:
    """Serve the real reader."""
    serve(InProcessPdfReader)


def serve(reader_of: Callable[[Limits], PdfReader]) -> None:
    """Serve a reader until the pool hangs up, or the reader has to be replaced."""
    start = pdf_wire.decoded_start(sys.argv[1])
    with socket.socket(fileno=start.socket) as pipe:
        try:
            cage.enter(start.bounds, start.parent)
            warm_up(InProcessPdfReader(start.limits))
            reader = reader_of(start.limits)
            doors = cage.close_doors()
        except Exception as error:  # noqa: BLE001  whatever it is, the pool has to know
            pdf_wire.send(pipe, Ready(cage.Doors((), ()), f"{type(error).__name__}: {error}"))
            return
        pdf_wire.send(pipe, Ready(doors))
        while (frame := pdf_wire.receive(pipe, _LARGEST_REQUEST)) is not None:
            answer = _answer(reader, pdf_wire.decoded_request(frame), start)
            pdf_wire.send(pipe, answer)
            if answer.spent:
                return


def warm_up(reader: PdfReader) -> None:
    """Use every method once: what libraries load late is loaded now, while files can still be opened."""
    for name in _LATE_CODECS:
        importlib.import_module(f"encodings.{name}")
    data = _small_pdf()
    reader.read(data)
    reader.pages(data)
    reader.cells(data, 1)
    reader.render(data, 1, 72)
    for damaged in (data[: len(data) // 2], b"%PDF-1.7"):
        try:
            reader.read(damaged)
        except ExtractionError:
            continue


def _answer(reader: PdfReader, request: Request, start: Start) -> Answer:
    try:
        cage.allow_processor(request.cpu_seconds)
        data = os.pread(start.document, request.size, 0)
        return pdf_wire.succeeded(getattr(reader, request.method)(data, *request.arguments))
    except ExtractionError as error:
        return pdf_wire.failed(error)
    except MemoryError:
        return pdf_wire.failed(_too_large(start.bounds.memory), spent=True)
    except Exception as error:  # noqa: BLE001  a library may fail in any way on a hostile file
        return pdf_wire.failed(DocumentMalformed(f"a PDF that its reader cannot open: {type(error).__name__}"))


def _too_large(memory: int) -> LimitExceeded:
    return LimitExceeded(
        f"reading it needs more than {memory // MEBIBYTE} MiB of memory; if it is genuine, raise AIGUILLEUR_PDF_MEMORY"
    )


def _small_pdf() -> bytes:
    """A page with a word in a font that is not embedded, a ruled box, and an embedded file."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page = document.add_blank_page(page_size=(595, 842))
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.obj.Contents = document.make_stream(_PAGE)
        document.attachments["a.xml"] = pikepdf.AttachedFileSpec(document, b"<a/>", filename="a.xml")
        document.save(out)
    return out.getvalue()


if __name__ == "__main__":
    main()
