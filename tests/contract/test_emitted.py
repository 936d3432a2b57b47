"""Every event that the fixtures give rise to, against the published schemas."""

import json
from collections import Counter
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests.app import ListPublisher, replayed, started
from tests.manifest import CASES
from tests.places import FIXTURES, ROOT


@pytest.fixture(scope="module")
def emitted() -> tuple[int, list[dict[str, Any]]]:
    """How many decisions were made on all fixtures, and the events that went out."""
    publisher, made = ListPublisher(), 0
    for reference in sorted({case.reference for case in CASES}):
        with started(reference) as app:
            files = [file for case in CASES if case.reference == reference for file in case.files]
            made += len(replayed(app, files, publisher))
    return made, [json.loads(event.body) for event in publisher.events]


def test_one_event_for_each_decision(emitted: tuple[int, list[dict[str, Any]]]) -> None:
    """There are as many events as decisions, each with an id of its own."""
    made, events = emitted
    assert made == len(events) > 100
    assert max(Counter(event["id"] for event in events).values()) == 1


def test_every_event_validates(emitted: tuple[int, list[dict[str, Any]]]) -> None:
    """Each event follows the schema of its type."""
    for event in emitted[1]:
        schema = json.loads((ROOT / "worker" / "schemas" / f"{event['type']}.json").read_text(encoding="utf-8"))
        faults = list(Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(event))
        assert faults == []


def test_every_outcome_has_its_type(emitted: tuple[int, list[dict[str, Any]]]) -> None:
    """The fixtures give rise to each of the five types of decision."""
    types = {event["type"] for event in emitted[1]}
    assert types == {f"invoice.{kind}.v1" for kind in ("routed", "review", "waiting", "duplicate", "quarantined")}


def test_no_name_and_no_account_leaves(emitted: tuple[int, list[dict[str, Any]]]) -> None:
    """No supplier's name and no IBAN of the fixtures stands in any event."""
    from tests.fixture_maker import parties  # noqa: PLC0415

    suppliers = [value for value in vars(parties).values() if isinstance(value, parties.Supplier)]
    text = json.dumps(emitted[1], ensure_ascii=False)
    assert len(suppliers) > 5
    assert [s.name for s in suppliers if s.name in text] == []
    assert [s.iban for s in suppliers if s.iban and s.iban in text] == []


def test_fixtures_are_there() -> None:
    """The manifest names files that exist."""
    assert [file for case in CASES for file in case.files if not file.is_file()] == []
    assert FIXTURES.is_dir()
