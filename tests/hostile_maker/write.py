"""Laying the small set and its manifest on disk, and reading the manifest back."""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.hostile_maker.every import every
from tests.hostile_maker.model import LARGE, Hostile

MANIFEST = "manifest.toml"
_HEAD = """\
# Written by `python -m tests.hostile_maker`; do not edit.
# Each file: what it attacks, what must become of it, and why. `decided` is any outcome but a quarantine; `reason` is
# that of a quarantine; `finding` is one that a decided invoice carries. `kept = false`: made when it is needed.
# Files cut at every kilobyte are not listed: quarantined as INT_MALFORMED, unless the invoice in a PDF is whole.
"""


def manifest(hostiles: Iterable[Hostile]) -> str:
    """The manifest of files."""
    return _HEAD + "".join(_entry(hostile) for hostile in hostiles)


def _entry(hostile: Hostile) -> str:
    values: dict[str, object] = {
        "file": hostile.path,
        "attacks": hostile.attacks,
        "outcome": hostile.outcome,
        "reason": hostile.reason,
        "finding": hostile.finding,
        "why": hostile.why,
        "kept": not hostile.is_large,
    }
    told = {name: value for name, value in values.items() if value not in {"", False} or name == "kept"}
    lines = "".join(f"{name} = {_toml(value)}\n" for name, value in told.items())
    return f"\n[[hostile]]\n{lines}"


def _toml(value: object) -> str:
    """JSON writes strings and truth values as TOML does, once DEL is escaped too."""
    return json.dumps(value).replace("\x7f", "\\u007f")


def write(folder: Path) -> int:
    """Write the small set and the manifest of both; how many files were written. What no case makes is taken away."""
    made = {hostile.path: hostile.make() for hostile in every() if not hostile.is_large}
    if too_large := [path for path, content in made.items() if len(content) > LARGE]:
        raise ValueError(f"too large to be kept: {', '.join(too_large)}")
    for present in folder.rglob("*"):
        path = present.relative_to(folder).as_posix()
        if present.is_file() and path not in made and path != MANIFEST:
            present.unlink()
    for path, content in made.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (folder / MANIFEST).write_text(manifest(every()), encoding="utf-8")
    return len(made)


@dataclass(frozen=True)
class Listed:
    """A file of the manifest."""

    path: str
    outcome: str
    reason: str
    finding: str
    is_kept: bool


def listed(folder: Path) -> tuple[Listed, ...]:
    """What the manifest of a folder says."""
    tree = tomllib.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return tuple(
        Listed(
            path=entry["file"],
            outcome=entry["outcome"],
            reason=entry.get("reason", ""),
            finding=entry.get("finding", ""),
            is_kept=entry["kept"],
        )
        for entry in tree["hostile"]
    )
