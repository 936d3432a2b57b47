"""Logs on standard error, ours and those of the libraries: one JSON object a line, or lines to read on a terminal.

The text of an exception may quote a document, so a traceback is shown by its places alone.
"""

import json
import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from worker.escapes import escaped, shown

_CONSOLE = structlog.dev.ConsoleRenderer()
_QUIET = ("pika", "alembic", "sqlalchemy", "opentelemetry", "httpx", "httpcore")


def configure(level: int = logging.INFO) -> None:
    """Set up logging for this process."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _places_only,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(),
            ],
            use_get_message=True,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.getLogger("dramatiq").setLevel(logging.WARNING)


def _renderer() -> Processor:
    if sys.stderr.isatty():
        return _to_a_terminal
    return structlog.processors.JSONRenderer(serializer=_as_json, ensure_ascii=False)


def _as_json(event: EventDict, **options: Any) -> str:
    return escaped(json.dumps(event, **options))


def _to_a_terminal(logger: WrappedLogger, method: str, event: EventDict) -> str:
    """Lines in colour; what was logged can add no colour, line or escape of its own."""
    harmless = {name: shown(value) if isinstance(value, str) else value for name, value in event.items()}
    return _CONSOLE(logger, method, harmless)


def _places_only(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace the exception by its type and the places it came through."""
    info = event.pop("exc_info", None)
    if not info:
        return event
    if info is True:
        info = sys.exc_info()
    error = info if isinstance(info, BaseException) else info[1]
    if error is not None:
        event["exception"] = type(error).__qualname__
        event["places"] = _places(error.__traceback__)
    return event


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-12:]]
