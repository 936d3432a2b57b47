"""`python -m tests.pages OUT`: the set as files, with `truth.json`."""

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.pages import MEASURE, SEED, TUNE, Case, cases
from tests.pages.scans import scan


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the PDFs and their truth to a folder, which is made if need be."""
    parser = argparse.ArgumentParser(prog="python -m tests.pages", description="Write invoices without XML as PDF.")
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder to write")
    parser.add_argument("--part", choices=(TUNE, MEASURE), help="only this half of the layouts (default: both)")
    parser.add_argument("--scans", type=int, choices=(200, 300), metavar="DPI", help="as scanned pages: 200 or 300")
    options = parser.parse_args(arguments)

    options.out.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, case in enumerate(cases(options.part)):
        pdf = scan(case.pdf, options.scans, SEED + number) if options.scans else case.pdf
        rows.append(_row(case))
        (options.out / rows[-1]["file"]).write_bytes(pdf)
    (options.out / "truth.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(rows)} invoices written to {options.out}\n")
    return 0


def _row(case: Case) -> dict[str, object]:
    head = {"file": f"{case.name}.pdf", "layout": case.layout, "part": case.part, "traits": sorted(case.traits)}
    return head | dataclasses.asdict(case.truth)


if __name__ == "__main__":
    sys.exit(main())
