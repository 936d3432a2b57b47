"""`python -m tests.hostile [WORDS...]`: the table of the hostile set, or of the files whose path holds a word."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.hostile.attack import Subject
from tests.hostile_maker.every import every
from tests.hostile_maker.xml_shapes import truncated


def main(words: Sequence[str]) -> int:
    """Print a line for each file; 1 if anything is not as it must be."""
    wanted = [h for h in (*every(), *truncated()) if not words or any(word in h.path for word in words)]
    bad = 0
    with tempfile.TemporaryDirectory(prefix="hostile-files-") as folder, Subject(Path(folder, "log")) as subject:
        sys.stdout.write(
            f"{'file':58} {'outcome':12} {'reason':24} {'s':>6} {'cpu s':>6} {'peak MB':>8} {'event kB':>8}\n"
        )
        for hostile in wanted:
            file = Path(folder, hostile.name)
            file.write_bytes(hostile.make())
            found = subject.attack(file)
            file.unlink()
            faults = found.faults(hostile)
            bad += bool(faults)
            mark = " <<<" if faults else ""
            sys.stdout.write(
                f"{hostile.path:58} {found.outcome:12} {found.reason:24} {found.seconds:6.2f} {found.cpu:6.2f}"
                f" {found.peak / 1e6:8.0f} {found.event_bytes / 1e3:8.1f}{mark} {'; '.join(faults)}\n"
            )
            sys.stdout.flush()
    sys.stdout.write(f"{len(wanted)} files, {bad} not as they must be\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
