"""The wheel holds what the program reads at run time."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.places import ROOT


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files of a wheel that was built from a copy of the sources."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("rules", "worker"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", out, source]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("folder", ["rules", "worker"])
def test_everything_that_is_no_cache_is_in_it(names: set[str], folder: str) -> None:
    """Every module, policy, sentence, schema and migration of the source tree is in the wheel."""
    wanted = {".py", ".toml", ".json", ".mako", ".typed", ".css"}
    files = (path for path in (ROOT / folder).rglob("*") if path.suffix in wanted and "__pycache__" not in path.parts)
    present = {path.relative_to(ROOT).as_posix() for path in files}
    present |= {f"{folder}/py.typed"}
    assert present - names == set()


def test_nothing_else_is_in_it(names: set[str]) -> None:
    """No test, fixture or deployment file is installed."""
    assert {Path(name).parts[0].partition("-")[0] for name in names} == {"rules", "worker", "aiguilleur"}
