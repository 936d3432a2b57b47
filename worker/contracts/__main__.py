"""`python -m worker.contracts --check | --write`: compare the files of `worker/schemas` with the models, or write them.

Exit codes: 0 done, 1 the files differ, 2 wrong use.
"""

import argparse
import sys
from pathlib import Path

import worker
from worker.contracts.files import held, made


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m worker.contracts", description="The published contracts.")
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--check", action="store_true", help="name the files that differ from the models")
    mode.add_argument("--write", action="store_true", help="write the files that differ from the models")
    chosen = parser.parse_args(arguments)
    differing = differences()
    if chosen.write:
        return _write(differing)
    for name in differing:
        print(f"worker/schemas/{name} differs from the models: run python -m worker.contracts --write", file=sys.stderr)  # noqa: T201
    return 1 if differing else 0


def differences() -> tuple[str, ...]:
    """The names of the files that are missing, differ, or belong to no model."""
    wanted, found = made(), held()
    return tuple(sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)))


def _write(names: tuple[str, ...]) -> int:
    wanted = made()
    folder = Path(worker.__file__).parent / "schemas"
    for name in names:
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
