"""The attachments of a pivot (PJ): base64 of a ZIP with one file in it, or of the file itself; told by the bytes."""

import binascii
import hashlib
from typing import NamedTuple

from lxml import etree

from rules.findings import Finding, ReasonCode, finding
from rules.model import Attachment
from worker.errors import DocumentMalformed, ExtractionError, LimitExceeded
from worker.extract.archives import ArchiveBomb, SeveralMembers, only_member
from worker.extract.detect import Kind, detect
from worker.extract.limits import Limits
from worker.extract.values import plain_text

ORIGINAL = "01"  # TypePJ of the invoice itself; 02 is a complementary document


class Opened(NamedTuple):
    """A PJ after opening: its description, its bytes where they could be had, and what to say about it."""

    attachment: Attachment
    data: bytes | None
    digest: str
    finding: Finding | None

    @property
    def is_original(self) -> bool:
        """Whether this is the supplier's own invoice or credit note."""
        return self.attachment.kind == ORIGINAL and self.data is not None


def open_attachment(element: etree._Element, limits: Limits) -> Opened:
    """Open one PJ. A damaged one is a finding; a bomb, or one beyond the limits, raises."""
    encoded = (element.findtext("Contenu") or "").strip()
    name = plain_text(element.find("NomPJ"))
    try:
        data = _content(encoded, name or "", limits) if encoded else None
        problem = None
    except (LimitExceeded, ArchiveBomb):
        raise
    except ExtractionError as error:
        data, problem = None, finding(ReasonCode.INT_ATTACHMENT_UNREADABLE, name=name, message=error)
    attachment = Attachment(
        name=name,
        description=plain_text(element.find("CategoriePJ")) or plain_text(element.find("NomPJOrigine")),
        media_type=plain_text(element.find("MimeTypePJ")),
        kind=plain_text(element.find("TypePJ")),
        size=None if data is None else len(data),
    )
    # what is inside is compared, so that packing the same file again makes no difference
    digest = hashlib.sha256(encoded.encode() if data is None else data).hexdigest()
    return Opened(attachment, data, digest, problem)


def _content(encoded: str, name: str, limits: Limits) -> bytes:
    data = _decode(encoded, limits)
    if detect(data) is not Kind.ZIP:
        return data
    try:
        return only_member(data, limits).data
    except SeveralMembers:
        if name.lower().endswith(".zip"):  # the supplier attached an archive, passed on as it is
            return data
        raise


def _decode(encoded: str, limits: Limits) -> bytes:
    # blanks may stand between any two digits: taken out of bytes, they take no room
    digits = encoded.encode("ascii", errors="replace").translate(None, b" \t\r\n")
    if len(digits) * 3 // 4 > limits.attachment_bytes:
        raise LimitExceeded(f"an attachment of more than {limits.attachment_bytes:,} bytes")
    try:
        return binascii.a2b_base64(digits, strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise DocumentMalformed(f"not valid base64: {error}") from None
