"""`python -m tests.hostile [WORDS...]`: the table of the hostile set, or of the files whose path holds a word.

Behind it a line for each family. Seconds of the wall say more of the machine than of the file; those of the processor,
of the worker and of its readers together, are what is bounded.
"""

import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from tests.hostile.attack import Measured, Subject
from tests.hostile_maker.every import every
from tests.hostile_maker.xml_shapes import truncated


def main(words: Sequence[str]) -> int:
    """Print a line for each file; 1 if anything is not as it must be."""
    wanted = [h for h in (*every(), *truncated()) if not words or any(word in h.path for word in words)]
    bad = 0
    families: dict[str, list[Measured]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="hostile-files-") as folder, Subject(Path(folder, "log")) as subject:
        sys.stdout.write(
            f"{'file':58} {'outcome':12} {'reason':24} {'s':>6} {'cpu s':>6} {'peak MB':>8} {'event kB':>8}\n"
        )
        for hostile in wanted:
            file = Path(folder, hostile.name)
            file.write_bytes(hostile.make())
            found = subject.attack(file)
            file.unlink()
            families[hostile.family].append(found)
            faults = found.faults(hostile)
            bad += bool(faults)
            mark = " <<<" if faults else ""
            sys.stdout.write(
                f"{hostile.path:58} {found.outcome:12} {found.reason:24} {found.seconds:6.2f} {found.cpu:6.2f}"
                f" {found.peak / 1e6:8.0f} {found.event_bytes / 1e3:8.1f}{mark} {'; '.join(faults)}\n"
            )
            sys.stdout.flush()
    for family, all_found in sorted(families.items()):
        sys.stdout.write(f"{_summed(family, all_found)}\n")
    sys.stdout.write(f"{len(wanted)} files, {bad} not as they must be\n")
    return 1 if bad else 0


def _summed(family: str, found: Sequence[Measured]) -> str:
    outcomes = Counter(one.outcome for one in found)
    worst = max(one.seconds for one in found), max(one.cpu for one in found), max(one.peak for one in found) / 1e6
    told = ", ".join(f"{outcome} {count}" for outcome, count in sorted(outcomes.items()))
    return (
        f"{family:20} {len(found):4} files, at most {worst[0]:.2f} s, cpu {worst[1]:.2f} s, {worst[2]:.0f} MB: {told}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
