"""Text for a terminal: what comes from a document can never move the cursor, change colours, hide, or begin a line."""

import json
from collections.abc import Iterable
from typing import Any

from worker.escapes import escaped, shown


def printable(text: str) -> str:
    """The text on one line, with control and format characters (escapes, bidi marks) as a replacement character."""
    return shown(text)


def page(lines: Iterable[str]) -> str:
    """Lines to be printed as they are; none of them can pass for two."""
    return "".join(f"{shown(line)}\n" for line in lines)


def json_line(value: Any) -> str:
    """One line of JSON, readable, and as harmless on a terminal as in a pipe."""
    return escaped(json.dumps(value, ensure_ascii=False)) + "\n"
