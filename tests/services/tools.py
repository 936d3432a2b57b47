"""Programs that tests run to their end: the checkers of Prometheus and Alertmanager."""

import shutil
import subprocess
from pathlib import Path

from tests.services.local import ServerMissing

_PACKAGES = {"promtool": "prometheus", "amtool": "prometheus-alertmanager"}


class Tool:
    """An installed program. Raises `ServerMissing`."""

    def __init__(self, name: str) -> None:
        found = shutil.which(name)
        if found is None:
            raise ServerMissing(f"{name} is not installed: apt-get install {_PACKAGES[name]}")
        self._program = found

    def run(self, *arguments: str | Path, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run it to its end, with a text on its standard input; what it prints is in `stdout`."""
        return subprocess.run(
            [self._program, *arguments], input=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False, timeout=300,
        )  # fmt: skip
