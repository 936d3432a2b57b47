"""Fuzz one target, or all: `python -m tests.fuzz [TARGET … | all] SECONDS`. What is found stands in `data/fuzz/TARGET`.

Each target runs in a process of its own, which libFuzzer ends where one input kills it, hangs it or makes it swell; it
is then started again for the rest of its time.
"""

import argparse
import importlib.util
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.targets import TARGETS
from tests.places import ROOT

_EXECUTIONS = re.compile(r"stat::number_of_executed_units:\s*(\d+)|^#(\d+)\s", re.MULTILINE)
_PLACE = ROOT / "data" / "fuzz"
_SHORTEST = 2  # seconds for which a process is still started again


class Run(NamedTuple):
    """What one target came to."""

    target: str
    executions: int
    seconds: float
    findings: tuple[Path, ...]

    def __str__(self) -> str:
        found = ", ".join(path.name for path in self.findings) or "nothing"
        return f"{self.target:<12} {self.executions:>10,} executions {self.seconds:>7.0f} s  found: {found}"


def fuzz(name: str, seconds: float, seed: int, folder: Path) -> Run:
    """Fuzz one target for so many seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    started, executions = time.monotonic(), 0
    while (left := seconds - (time.monotonic() - started)) >= _SHORTEST or executions == 0:
        command = [sys.executable, "-m", "tests.fuzz.child", name, str(max(1, int(left))), str(folder), str(seed)]
        with (folder / "log.txt").open("w+b") as log:
            code = subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, check=False).returncode
            log.seek(0)
            text = log.read().decode(errors="replace")
        done = max((int(one or other) for one, other in _EXECUTIONS.findall(text)), default=0)
        if done == 0:
            sys.exit(f"{name} did not run:\n{text[-3000:]}")
        executions, seed = executions + done, seed + 1
        if code == 0:
            break
    return Run(name, executions, time.monotonic() - started, found_in(folder))


def found_in(folder: Path) -> tuple[Path, ...]:
    """The inputs that failed: ours, and those that libFuzzer kept when a process ended."""
    kept = (*folder.glob("*.bin"), *folder.glob("crash-*"), *folder.glob("timeout-*"), *folder.glob("oom-*"))
    return tuple(sorted(kept))


def main() -> int:
    """Fuzz, print a line for each target; 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="+", metavar="TARGET", choices=[*TARGETS, "all"], help=", ".join(TARGETS))
    parser.add_argument("seconds", type=float, help="for each target")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        sys.exit("atheris is missing: .venv/bin/pip install 'atheris>=3,<4' (Linux, and macOS by a build of its own)")
    names = list(TARGETS) if "all" in options.targets else options.targets
    found = False
    for name in names:
        run = fuzz(name, options.seconds, options.seed, _PLACE / name)
        sys.stdout.write(f"{run}\n")
        sys.stdout.flush()
        found = found or bool(run.findings)
    return int(found)


if __name__ == "__main__":
    sys.exit(main())
