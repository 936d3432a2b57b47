"""`aiguilleur serve --embedded`: a folder in, a folder out, one process, no servers."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from tests.invoices import numbered
from tests.places import FIXTURES
from tests.running import Served, eventually


class Embedded:
    """A town hall's folders, and the service on them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.drop, self.events, self.reference = root / "drop", root / "events", root / "reference"
        self.served: list[Served] = []
        copytree(FIXTURES / "reference", self.reference)

    def serve(self) -> Served:
        """Start it."""
        log = self.root / f"{len(self.served)}.log"
        environment = {
            **os.environ,
            "AIGUILLEUR_DATA_DIR": str(self.root / "data"),
            "AIGUILLEUR_DROP_DIR": str(self.drop),
            "AIGUILLEUR_EVENTS_DIR": str(self.events),
            "AIGUILLEUR_REFERENCE_DIR": str(self.reference),
            "AIGUILLEUR_METRICS_ADDRESS": "127.0.0.1:0",
        }
        with log.open("ab") as out:
            command = [sys.executable, "-m", "worker", "serve", "--embedded"]
            process = subprocess.Popen(command, env=environment, stdout=out, stderr=out, start_new_session=True)
        self.served.append(Served(log, process))
        return self.served[-1]

    def put(self, name: str, content: bytes) -> None:
        """Drop a file, as a careful sender does: written beside, then renamed."""
        hidden = self.drop / f".{name}"
        hidden.write_bytes(content)
        hidden.rename(self.drop / name)

    def emitted(self) -> list[Path]:
        """The files of events."""
        return sorted(self.events.glob("*.json")) if self.events.exists() else []


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Embedded]:
    """Folders with reference data."""
    made = Embedded(tmp_path)
    yield made
    for served in made.served:
        if served.process.poll() is None:
            served.process.kill()
            served.process.wait(30)


def test_files_become_events(town: Embedded) -> None:
    """Each file is taken, moved aside and decided, each event is a file; a kill in between loses nothing."""
    served = town.serve()
    served.wait_ready()
    for number in range(5):
        town.put(f"{number}.xml", numbered(number))
    eventually(lambda: len(town.emitted()) == 5)
    assert len(list((town.drop / "done").iterdir())) == 5
    events = [json.loads(path.read_text(encoding="utf-8")) for path in town.emitted()]
    assert [event["id"] + ".json" for event in events] == [path.name for path in town.emitted()]
    for number in range(5, 25):
        town.put(f"{number}.xml", numbered(number))
    eventually(lambda: len(town.emitted()) > 5)
    served.stop(signal.SIGKILL)
    again = town.serve()
    again.wait_ready()
    eventually(lambda: len(town.emitted()) == 25)
    assert len({json.loads(path.read_text(encoding="utf-8"))["subject"] for path in town.emitted()}) == 25
    assert again.stop() == 0


def test_reference_data_are_imported_at_start_and_when_they_change(town: Embedded) -> None:
    """A new export comes into force by itself; one with faults does not, and the service goes on."""
    served = town.serve()
    served.wait_ready()
    services = town.reference / "services.csv"
    services.write_text(services.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    eventually(lambda: len(served.logged("reference_imported")) == 2)
    services.write_text("nonsense\n", encoding="utf-8")
    eventually(lambda: len(served.logged("reference_import_failed")) == 1)
    assert served.answer("/readyz")[0] == 200


def test_wrong_reference_data_at_the_first_start_are_told(town: Embedded) -> None:
    """Without any data in force there is nothing to decide by: the service does not start."""
    (town.reference / "services.csv").write_text("nonsense\n", encoding="utf-8")
    served = town.serve()
    assert served.process.wait(30) == 1
    assert "services.csv" in served.tail()
