"""What the project makes of a case, in the form in which it is compared."""

import json
from pathlib import Path
from typing import Any

from tests.app import replayed, started
from tests.manifest import Case
from tests.places import FIXTURES
from worker.bootstrap import extractor
from worker.cli.inspect import lines
from worker.cli.replay import line_of
from worker.resources import load_sentences
from worker.settings import Settings

EXPECTED = FIXTURES / "expected"
_NOT_COMPARED = ("file", "event_id", "policy_version")  # ids are tested elsewhere; any change of policy renames it


def outcome_of(case: Case) -> dict[str, Any]:
    """The inspected lines and the decisions of each file, without what differs from run to run."""
    reader, sentences = extractor(Settings(ocr=False), hash_content=False), load_sentences("en")
    with started(case.reference) as app:
        decisions = replayed(app, case.files)
    return {
        file.name: {
            "inspected": [_without(line) for line in lines(reader, file, sentences)],
            "decided": [_without(line_of(d)) for d in decisions if d.file == file],
        }
        for file in case.files
    }


def expected_file(case: Case) -> Path:
    """Where the expectation of a case stands; documents and expectations are kept apart."""
    return EXPECTED / case.folder.parent.name / case.id / "expected.json"


def as_text(outcome: dict[str, Any]) -> str:
    """The text of an expected.json."""
    return json.dumps(outcome, ensure_ascii=False, indent=1) + "\n"


def _without(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in _NOT_COMPARED}
