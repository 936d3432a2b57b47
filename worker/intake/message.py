"""From a message of the intake queue to a delivery whose document is proven to be in the store."""

import re
import tempfile
from pathlib import Path

from pika import BasicProperties

from worker.errors import MessageMalformed
from worker.messages import parse, traceparent_in
from worker.ports import Clock, DocumentStore, StoredDocument
from worker.queueing.headers import ID_HEADER, SOURCE_HEADER
from worker.store.inbox import Delivery
from worker.tracing import TRACEPARENT, traceparent

_INLINE = frozenset({"application/pdf", "application/xml", "text/xml", "application/zip"})
_IDENTIFIER = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?")


class Reader:
    """Reads messages: the JSON that names a document, or, where a sender insists, the document itself."""

    def __init__(self, documents: DocumentStore, clock: Clock) -> None:
        self._documents = documents
        self._clock = clock

    def delivery(self, properties: BasicProperties, body: bytes) -> Delivery:
        """The delivery of a message. Its document is in the store when this returns, and is the one announced.

        Raises `MessageMalformed`, `DocumentMissing`, `DocumentAltered`, `TransientError`, `OSError`.
        """
        media_type = (properties.content_type or "").partition(";")[0].strip().lower()
        if media_type in _INLINE:
            return self._inline(properties, body, media_type)
        message = parse(body, properties.content_type)
        document = StoredDocument(message.document.uri, message.document.sha256, message.document.size)
        self._documents.open(document)
        return Delivery(
            delivery_id=message.delivery_id,
            source=message.source,
            document=document,
            media_type=message.document.media_type,
            received_at=message.received_at,
            portal_invoice_id=message.portal_invoice_id,
            portal_status=message.portal_status,
            made_available_at=message.made_available_at,
        )

    def _inline(self, properties: BasicProperties, body: bytes, media_type: str) -> Delivery:
        headers = properties.headers or {}
        with tempfile.TemporaryDirectory(prefix="aiguilleur-") as folder:
            delivery_id = _identifier(headers.get(ID_HEADER), ID_HEADER)
            source = _identifier(headers.get(SOURCE_HEADER, "amqp"), SOURCE_HEADER)
            path = Path(folder, "document")
            path.write_bytes(body)
            document = self._documents.keep(path)
        return Delivery(
            delivery_id=delivery_id,
            source=source,
            document=document,
            media_type=media_type,
            received_at=self._clock.now(),
        )


def trace_of(properties: BasicProperties, body: bytes) -> str | None:
    """The trace that a message belongs to: that of its header, which the latest hop wrote, or of its CloudEvent.

    None where it names none, or one that is not well-formed, which must not keep an invoice out.
    """
    named = traceparent((properties.headers or {}).get(TRACEPARENT))
    if named is not None or (properties.content_type or "").partition(";")[0].strip().lower() in _INLINE:
        return named
    return traceparent(traceparent_in(body))


def _identifier(value: object, header: str) -> str:
    if not isinstance(value, str) or _IDENTIFIER.fullmatch(value) is None:
        raise MessageMalformed(f"header {header}: wrong or missing; expected 1 to 200 printable characters")
    return value
