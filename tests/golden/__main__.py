"""Writes expected files. What differs is only overwritten when it is named: look at the difference first."""

import argparse
import difflib
import sys

from tests.golden.outcome import as_text, expected_file, outcome_of
from tests.manifest import CASES


def main() -> int:
    """0 when every expected file is as it should be or was written, 1 when some differ and were left."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden")
    parser.add_argument("--replace", action="append", default=[], metavar="CASE", help="overwrite this case, or `all`")
    replace = frozenset(parser.parse_args().replace)
    left = 0
    for case in CASES:
        path, text = expected_file(case), as_text(outcome_of(case))
        old = path.read_text(encoding="utf-8") if path.exists() else None
        if old == text:
            continue
        if old is None or replace & {case.id, "all"}:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"written   {case.id}\n")
            continue
        left += 1
        sys.stdout.write(f"differs   {case.id}\n")
        sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), text.splitlines(True), n=1))
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
