"""The files that a command line names: in the order given, inside a folder by name."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from worker.errors import ConfigurationError


def files_of(paths: Iterable[Path]) -> list[Path]:
    """Every file, as its path was given or below the folder that was. Raises `ConfigurationError` for a wrong path."""
    return [file for path in paths for file in _files(path)]


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        for folder, folders, names in os.walk(path):
            folders.sort()
            folders[:] = [name for name in folders if not name.startswith(".")]
            yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))
    elif path.exists():
        yield path
    else:
        raise ConfigurationError(f"{path}: there is no such file or folder")
