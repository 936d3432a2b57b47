"""What a run of the fuzzer finds: each way to fail once, with the smallest input that shows it."""

import re
import time
import traceback
from collections.abc import Callable
from pathlib import Path

_OURS = re.compile(r"/(?:worker|rules|tests/fuzz)/")

Check = Callable[[bytes], object]


class TooSlow(AssertionError):
    """An input took more processor time than its size explains. `what` was read names the finding."""

    def __init__(self, what: str, told: str) -> None:
        self.what = what
        super().__init__(f"{what}: {told}")


class Findings:
    """Calls a check and keeps what goes wrong in a folder; the run goes on."""

    def __init__(self, check: Check, folder: Path, seconds: float) -> None:
        self._check = check
        self._folder = folder
        self._seconds = seconds

    def __call__(self, data: bytes) -> None:
        """One input. Nothing is raised but what ends a process."""
        started = time.process_time()
        try:
            self._check(data)
        except Exception as error:  # noqa: BLE001  whatever it is, it is a finding
            self._keep(error, data)
        else:
            taken = time.process_time() - started
            if taken > self._seconds:
                self._keep(TooSlow("one", f"{taken:.1f} s for {len(data):,} bytes"), data)

    def _keep(self, error: Exception, data: bytes) -> None:
        name = _name(error)
        place = self._folder / f"{name}.bin"
        if place.exists() and place.stat().st_size <= len(data):
            return
        place.write_bytes(data)
        told = "".join(traceback.format_exception(error))
        self._folder.joinpath(f"{name}.txt").write_text(told[-8000:], encoding="utf-8", errors="backslashreplace")


def _name(error: Exception) -> str:
    """The kind of error and the last place in our own code that it went through."""
    if isinstance(error, TooSlow):
        return "TooSlow-" + re.sub(r"\W+", "-", error.what)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _OURS.search(frame.filename)]
    last = next((f for f in reversed(frames) if "/tests/" not in f.filename), frames[-1] if frames else None)
    where = f"{Path(last.filename).stem}-{last.lineno}" if last else "nowhere"
    return f"{type(error).__name__}-{where}"
