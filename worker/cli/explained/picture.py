"""The pictures of an invoice's pages, or a sentence that says why there are none."""

import json
from pathlib import Path

from rules.model import Syntax
from worker.bootstrap import open_operator_documents, pdf_pool
from worker.cli.explained.labels import Labels
from worker.cli.explained.reading import otherwise_of, rows_of
from worker.errors import ConfigurationError, DocumentAltered, DocumentMissing, ExtractionError, WorkerError
from worker.extract.limits import Limits
from worker.extract.shown import Shown, pages_of, pdf_of
from worker.settings import Settings
from worker.store.decisions import Recorded
from worker.store.inbox import Delivery

_ABSENT = {DocumentMissing: "gone", DocumentAltered: "altered", ConfigurationError: "unset"}


def picture_of(
    latest: Recorded, delivery: Delivery, settings: Settings, store: Path | None, labels: Labels
) -> tuple[Shown | None, str | None]:
    """The pages, and what there is to say about them. An invoice that cannot be shown can still be explained."""
    record = json.loads(latest.record)
    places = [row.seen for row in rows_of(record["read"]) if row.seen]
    places += [one.seen for one in otherwise_of(record["decision"], 0)]
    try:
        document = open_operator_documents(settings, store).open(delivery.document)
        data = pdf_of(document, latest.position, Limits())
        shown = _drawn(data, {seen.page for seen in places}, settings) if data else None
    except ExtractionError as error:
        return None, labels.word("unreadable", message=error)
    except (WorkerError, OSError) as error:
        return None, labels.word(next((word for kind, word in _ABSENT.items() if isinstance(error, kind)), "away"))
    if shown is None:
        return None, labels.word("data")
    return shown, None if places else _without_boxes(record, labels)


def _drawn(data: bytes, numbers: set[int], settings: Settings) -> Shown:
    """Drawn in a process of its own: the PDF is a stranger's."""
    pool = pdf_pool(settings, processes=1)
    try:
        return pages_of(data, numbers, pool)
    finally:
        pool.end()


def _without_boxes(record: dict[str, dict[str, str]], labels: Labels) -> str | None:
    read = record["read"]
    if not read:
        return None
    return labels.word("page_of_pivot" if read["syntax"] == Syntax.PIVOT else "page_of_data")
