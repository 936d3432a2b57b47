"""The values that labels may take. Every one comes from a closed set: never a SIRET, a number of a document, a name.

What upstream may say in words of its own (a cadre, a field, a service) is mapped onto such a set, `other` for the rest.
"""

from collections.abc import Collection
from threading import Lock

from rules.findings import Finding
from rules.frameworks import CADRES
from rules.model import Invoice, Syntax, Text, Unreadable
from worker.errors import WorkerError

OTHER, NONE = "other", "none"
UNREADABLE = "unreadable"
FORMATS = (*Syntax, UNREADABLE)
STAGES = ("extract", "snapshot", "assess", "record")
ELEMENT = "element"  # an element that no version of the schema knows
FIELDS = frozenset({"billing_framework", "invoice_type", "resubmission", "supplier_id_type", ELEMENT})
HELD = ("queued", "given_up", "waiting", "review", "quarantine")  # what is not routed yet, in the order of its way
RESOLUTIONS = ("first", "lower", "unproposed", "none")  # which proposal a person took
REPEATED = "DELIVERY_REPEATED"  # a delivery that came again under its own id
MOST_SERVICES, MOST_COMMITMENT_LABELS = 200, 50


class Capped:
    """A set that closes: the first values asked for keep their name, those after the limit are `other`."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._known: set[str] = set()
        self._lock = Lock()

    def __call__(self, value: str) -> str:
        """The label of a value."""
        with self._lock:
            if value not in self._known:
                if len(self._known) >= self._limit:
                    return OTHER
                self._known.add(value)
        return value


def reason_of(error: BaseException) -> str:
    """The label of an error: the stable code of ours, one word for all others."""
    return error.code if isinstance(error, WorkerError) else "UNEXPECTED"


def format_of(reading: Invoice | Unreadable) -> str:
    """The XML vocabulary that an invoice was read from."""
    return UNREADABLE if isinstance(reading, Unreadable) else reading.syntax.value


def cadre_of(framework: Text | None) -> str:
    """The billing framework: one of the lists, `none` where the invoice gives none."""
    if framework is None:
        return NONE
    cadre = framework.value.strip().upper()
    return cadre if cadre in CADRES else OTHER


def field_of(unknown: Finding) -> str:
    """The field in which a value is unknown; an unknown element has a place in the document instead of a name."""
    field = unknown.value("field") or ""
    if field.startswith("/"):
        return ELEMENT
    return field if field in FIELDS else OTHER


def service_of(code: str | None, services: Collection[str]) -> str:
    """The service, where it is one of those that have a name of their own here."""
    if code is None:
        return NONE
    return code if code in services else OTHER
