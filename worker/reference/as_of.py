"""When the finance software exported the reference data (`reference.toml`)."""

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Any

from worker.reference.faults import FaultLog

REFERENCE_TOML = "reference.toml"
_MAX_BYTES = 1 << 16
_KEY = "as_of"
_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_EXAMPLE = "2026-11-20T06:00:00+01:00"


def read_as_of(folder: Path, now: dt.datetime, log: FaultLog) -> dt.datetime:
    """The moment of the export, with its time zone; `now` where the folder does not say."""
    path = folder / REFERENCE_TOML
    if not path.exists():
        return now
    tree = _parsed(path, log)
    for name in tree.keys() - {_KEY}:
        log.notice(path.name, None, name, "the key is unknown and was ignored")
    if _KEY not in tree:
        return now
    moment = _moment(tree[_KEY])
    if moment is None:
        log.fault(path.name, None, _KEY, f"is not a moment with its time zone: write it as {_EXAMPLE}")
        return now
    if moment > now:
        log.notice(path.name, None, _KEY, "the export is dated in the future: compare the clocks of both machines")
    return moment


def _parsed(path: Path, log: FaultLog) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            log.fault(path.name, None, None, f"has more than {_MAX_BYTES} bytes: it needs one line, {_KEY}")
            return {}
        return tomllib.loads(data.decode("utf-8-sig"))
    except OSError as error:
        log.fault(path.name, None, None, f"the file cannot be read ({error.strerror}): correct its permissions")
    except UnicodeDecodeError:
        log.fault(path.name, None, None, "is not UTF-8: save it as UTF-8")
    except (ValueError, RecursionError) as error:  # tomllib's own error, and what its parser lets through
        line = _LINE.search(str(error))
        message = f"is not TOML ({error}): it needs one line, {_KEY} = {_EXAMPLE}"
        log.fault(path.name, int(line[1]) if line else None, None, message)
    return {}


def _moment(value: object) -> dt.datetime | None:
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if not isinstance(value, dt.datetime) or value.tzinfo is None:
        return None
    try:
        return value.astimezone(dt.UTC)
    except OverflowError:
        return None
