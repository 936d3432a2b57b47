"""The cases of the fixtures, as the manifest declares them."""

import datetime as dt
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.places import FIXTURES


@dataclass(frozen=True)
class Case:
    """One case: its folder, the files in the order of arrival, and the decisions that a person would take."""

    id: str
    folder: Path
    reference: Path
    files: tuple[Path, ...]
    intended: tuple[dict[str, object], ...]
    rows: tuple[int, ...]  # of the decision table, which the case proves


def _load() -> tuple[dt.datetime, tuple[Case, ...]]:
    manifest = tomllib.loads((FIXTURES / "manifest.toml").read_text(encoding="utf-8"))
    cases = tuple(
        Case(
            id=case["id"],
            folder=FIXTURES / case["folder"],
            reference=FIXTURES / case["reference"],
            files=tuple(FIXTURES / case["folder"] / file["name"] for file in case["files"]),
            intended=tuple(case["intended"]),
            rows=tuple(case["rows"]),
        )
        for case in manifest["case"]
    )
    return manifest["now"], cases


NOW, CASES = _load()
