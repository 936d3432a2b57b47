"""Print the tables: `python -m tests.accuracy [--failures] [--scans-every N]`.

Failures are listed for the part that may be tuned on, never for the one that is only measured on.
"""

import argparse
import sys
from collections.abc import Iterator

from tests.accuracy.scores import Table
from tests.accuracy.sets import generated, printed, real, scanned
from tests.pages.truth import MEASURE, TUNE
from worker.extract.ocr import MISSING, is_installed


def tables(every: int) -> Iterator[Table]:
    """All tables, the quick ones first; scans only where Tesseract is installed."""
    yield real()
    yield generated(TUNE)
    yield generated(MEASURE)
    yield printed()
    if is_installed():
        yield from (scanned(part, dpi, every) for dpi in (200, 300) for part in (TUNE, MEASURE))


def main() -> int:
    """Print each table as it is counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--failures", action="store_true", help="list what was read wrong or not at all")
    parser.add_argument("--scans-every", type=int, default=4, help="scan every so many invoices (1: all of them)")
    options = parser.parse_args()
    for table in tables(options.scans_every):
        for line in table.lines(failures=options.failures and "measure" not in table.title):
            sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    if not is_installed():
        sys.stdout.write(f"Scans were left out: {MISSING}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
