"""The folder of reference data in embedded mode: imported at start, and again when its files have changed."""

from pathlib import Path

import structlog
from sqlalchemy import Engine

from worker.errors import ReferenceDataInvalid
from worker.metrics import reason_of
from worker.ports import Clock
from worker.reference.faults import ReferenceFilesInvalid
from worker.store.engine import reading
from worker.store.reference import import_folder, status

log = structlog.get_logger(__name__)

_Look = frozenset[tuple[str, int, int]]  # name, size and time of change of each file


_MOST_PLACES = 20


class ReferenceFolder:
    """Watches a folder. A change is imported when two looks in a row are the same: the export may still be written."""

    def __init__(self, engine: Engine, folder: Path, clock: Clock) -> None:
        self._engine = engine
        self._folder = folder
        self._clock = clock
        self._imported: _Look = frozenset()
        self._seen: _Look = frozenset()

    def import_first(self) -> None:
        """Import what is there. With faults in it, earlier data stay in force; raises them where there are none."""
        look = self._look()
        try:
            self._import(look)
        except (ReferenceDataInvalid, OSError):
            with reading(self._engine) as connection:
                if status(connection) is None:
                    raise
            log.exception("reference_import_failed", folder=str(self._folder))

    def import_changed(self) -> None:
        """Import the folder if its files have changed and are complete."""
        look = self._look()
        is_settled, self._seen = look == self._seen, look
        if look == self._imported or not is_settled:
            return
        try:
            self._import(look)
        except (ReferenceDataInvalid, OSError) as error:
            told = log.bind(folder=str(self._folder), error=reason_of(error))
            told.error("reference_import_failed", places=_places(error))

    def _import(self, look: _Look) -> None:
        self._imported = look  # also when it fails: the same files would fail again
        report = import_folder(self._engine, self._folder, now=self._clock.now())
        log.info("reference_imported", number=report.import_number, as_of=report.as_of.isoformat())

    def _look(self) -> _Look:
        try:
            files = [path for path in self._folder.iterdir() if path.is_file() and not path.name.startswith(".")]
            return frozenset((f.name, f.stat().st_size, f.stat().st_mtime_ns) for f in files)
        except OSError:
            return frozenset()  # being replaced: the next look tells


def _places(error: Exception) -> list[str]:
    """Where the faults are. What is wrong there, which quotes the row, `aiguilleur reference import` says."""
    faults = error.faults[:_MOST_PLACES] if isinstance(error, ReferenceFilesInvalid) else ()
    return [f"{fault.file}:{fault.line or ''}:{fault.column or ''}" for fault in faults]
