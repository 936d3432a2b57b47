"""What can go wrong, by what has to be done about it.

Outcomes are values (`rules.decide`); exceptions are accidents. A transient error is tried again, a permanent one
never is, a configuration error keeps the process from starting.
"""

from typing import ClassVar

from rules.findings import ReasonCode


class WorkerError(Exception):
    """The base of all errors that the worker raises on purpose. `code` is stable; the message says what to do."""

    code: ClassVar[str] = "WORKER_ERROR"


class ConfigurationError(WorkerError):
    """A setting, a policy or a path given by the operator cannot be used. Correct it and start again."""

    code = "CONFIGURATION"


class TransientError(WorkerError):
    """Something outside is not available. It is tried again."""

    code = "TRANSIENT"


class ReaderUnavailable(TransientError):
    """The process that reads PDFs does not start. `aiguilleur check` says why; the delivery is tried again."""

    code = "READER_UNAVAILABLE"


class PermanentError(WorkerError):
    """Trying again gives the same result."""

    code = "PERMANENT"


class MessageMalformed(PermanentError):
    """A message on the intake queue does not follow `invoice.received.v1`. Correct its sender and send it again."""

    code = "MESSAGE_MALFORMED"


class DocumentMissing(PermanentError):
    """A delivery points to a document that the store does not hold. Restore it, then requeue the delivery."""

    code = "DOCUMENT_MISSING"


class DocumentAltered(PermanentError):
    """The stored bytes are not those that were received. Restore the document from the portal, then requeue."""

    code = "DOCUMENT_ALTERED"


class ReferenceDataInvalid(PermanentError):
    """The reference files have faults; nothing was imported. Correct every fault named and import again."""

    code = "REFERENCE_DATA_INVALID"


class ExtractionError(PermanentError):
    """No invoice can be read here. Caught once, where extraction is called: it becomes a quarantined decision."""

    code = "EXTRACTION"
    reason: ClassVar[ReasonCode] = ReasonCode.INT_MALFORMED


class DocumentMalformed(ExtractionError):
    """The bytes are damaged, encrypted, or not what they claim to be. Ask the supplier for a readable document."""

    code = "DOCUMENT_MALFORMED"


class DocumentUnsafe(ExtractionError):
    """The document carries constructs that no invoice needs and attacks use. Never open it by hand."""

    code = "DOCUMENT_UNSAFE"
    reason = ReasonCode.INT_UNSAFE


class LimitExceeded(ExtractionError):
    """The document is beyond a limit of the settings. Raise the limit if the document is genuine."""

    code = "LIMIT_EXCEEDED"
    reason = ReasonCode.INT_TOO_LARGE


class NotAnInvoice(ExtractionError):
    """The document is readable and is something else: an order, a status message, a page."""

    code = "NOT_AN_INVOICE"
    reason = ReasonCode.INT_NOT_AN_INVOICE


class NoStructuredData(ExtractionError):
    """A PDF without an invoice in it. Its text is the only source."""

    code = "NO_STRUCTURED_DATA"
    reason = ReasonCode.INT_NO_STRUCTURED_DATA
