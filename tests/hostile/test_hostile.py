"""Every hostile file against the real pipeline in a process of its own: outcome, time, memory, and what comes after."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.attack import Subject
from tests.hostile_maker.every import every, large
from tests.hostile_maker.model import Hostile
from tests.hostile_maker.write import MANIFEST, manifest
from tests.hostile_maker.xml_shapes import truncated
from tests.places import FIXTURES

_SET = FIXTURES / "hostile"
_KEPT = [hostile for hostile in every() if not hostile.is_large]


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    """The process under attack."""
    with Subject(tmp_path_factory.mktemp("subject") / "log") as subject:
        yield subject


def test_the_kept_set_is_what_the_maker_makes() -> None:
    """The manifest lists what the maker declares, and exactly the kept files stand under the fixtures."""
    assert (_SET / MANIFEST).read_text(encoding="utf-8") == manifest(every())
    present = {path.relative_to(_SET).as_posix() for path in _SET.rglob("*") if path.is_file()}
    assert present - {MANIFEST} == {hostile.path for hostile in _KEPT}


@pytest.mark.parametrize("hostile", _KEPT, ids=lambda hostile: hostile.path)
def test_a_kept_file_is_harmless(subject: Subject, hostile: Hostile) -> None:
    """It ends as the manifest says, within time and memory, leaves nothing behind, and good invoices are still read."""
    assert subject.attack(_SET / hostile.path).faults(hostile) == []


@pytest.mark.slow
@pytest.mark.parametrize("hostile", large(), ids=lambda hostile: hostile.path)
def test_a_large_file_is_harmless(subject: Subject, hostile: Hostile, tmp_path: Path) -> None:
    """The same of files that are too large to be kept."""
    assert subject.attack(_made(hostile, tmp_path)).faults(hostile) == []


@pytest.mark.parametrize("hostile", list(truncated()), ids=lambda hostile: hostile.path)
def test_a_cut_invoice_is_never_completed(subject: Subject, hostile: Hostile, tmp_path: Path) -> None:
    """An invoice cut at any kilobyte is quarantined, unless all that says anything stood before the cut."""
    assert subject.attack(_made(hostile, tmp_path)).faults(hostile) == []


def _made(hostile: Hostile, folder: Path) -> Path:
    file = folder / hostile.name
    file.write_bytes(hostile.make())
    return file
