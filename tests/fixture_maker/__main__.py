"""The command line of the generator."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.fixture_maker.audit import clashes
from tests.fixture_maker.cases import ALL
from tests.fixture_maker.write import Difference, bundles, differences, refused, strays, write


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the fixtures; 0 when done, 1 when the tree differs or may not be overwritten, 2 on wrong use."""
    parser = argparse.ArgumentParser(prog="python -m tests.fixture_maker", description="Write the fixtures.")
    parser.add_argument("--out", type=Path, default=Path("fixtures"), help="the folder to write (default: fixtures)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the tree differs")
    parser.add_argument(
        "--replace", action="append", default=[], metavar="CASE",
        help="overwrite this case, `reference`, `reference_stale`, or `all`; may be repeated",
    )  # fmt: skip
    options = parser.parse_args(arguments)

    made = bundles()
    replace = frozenset(options.replace)
    unknown = replace - {bundle.name for bundle in made} - {"all"}
    if unknown:
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    found = differences(options.out, made)
    lost = strays(options.out, made)
    disturbing = clashes(ALL)
    _report(found, lost)
    sys.stdout.writelines(f"{'clash':8}  {text}\n" for text in disturbing)
    if options.check:
        return 1 if found or lost or disturbing else 0

    blocked = sorted({difference.bundle.name for difference in refused(found, replace)})
    if blocked:
        sys.stderr.write(f"Nothing was written: {len(blocked)} would be overwritten. Look at the change, then add\n")
        sys.stderr.writelines(f"  --replace {name}\n" for name in blocked)
        return 1
    write(options.out, found)
    count = sum(difference.kind != "not ours" for difference in found)
    sys.stdout.write(f"{count} files written under {options.out}\n")
    return 0


def _report(found: Iterable[Difference], lost: Iterable[str]) -> None:
    for difference in found:
        sys.stdout.write(f"{difference.kind:8}  {difference.path}\n")
    for path in lost:
        sys.stdout.write(f"{'no case':8}  {path}\n")


if __name__ == "__main__":
    sys.exit(main())
