"""The EDI folder: real names, real packaging, hostile archives; nothing is lost, nothing is taken twice."""

import datetime as dt
import gzip
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.app import started
from tests.invoices import numbered
from tests.manifest import NOW
from worker.bootstrap import Embedded
from worker.clock import FixedClock
from worker.errors import TransientError
from worker.intake import edi
from worker.intake.edi import EdiFolder, flow_id
from worker.intake.receiver import Receiver
from worker.store.schema import deliveries

NAME = "FSO1113A_CPP001_CPP0011113000000000044750"
REPORT = b"<?xml version='1.0'?><CPPStatut><CPPFluxStatuts/></CPPStatut>"


class Desk:
    """A folder, its watcher, and an inbox."""

    def __init__(self, app: Embedded, folder: Path) -> None:
        self.app, self.folder, self.seconds = app, folder, 0.0
        folder.mkdir()
        self.queued: list[str] = []
        self.restart()

    def restart(self) -> None:
        """A new process on the same folder."""
        receiver = Receiver(self.app.pipeline, self.queued.append)
        self.watcher = EdiFolder(
            self.folder, self.app.documents, receiver, FixedClock(NOW), elapsed=lambda: self.seconds
        )  # fmt: skip

    def put(self, content: bytes, name: str = NAME) -> Path:
        """Leave a flow."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def look(self) -> int:
        """Look twice, ten seconds apart."""
        self.watcher.take_complete()
        self.seconds += 10
        return self.watcher.take_complete()

    def rows(self) -> list[Any]:
        """The inbox."""
        with self.app.engine.connect() as connection:
            return list(connection.execute(select(deliveries)))

    def files(self, place: str) -> list[str]:
        """The names in a subfolder."""
        return sorted(path.name for path in (self.folder / place).iterdir())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An empty folder."""
    with started(None, tmp_path / "store") as app:
        yield Desk(app, tmp_path / "edi")


def _packed(*members: tuple[str, bytes], change: Callable[[tarfile.TarInfo], None] = lambda _: None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            change(entry)
            archive.addfile(entry, io.BytesIO(content) if entry.isreg() else None)
    return out.getvalue()


def test_a_single_flow_without_suffix(desk: Desk) -> None:
    """It is a delivery, and is archived under its own name."""
    desk.put(numbered(1))
    assert desk.look() == 1
    (row,) = desk.rows()
    assert (row.source, row.media_type) == ("edi", "application/xml")
    assert (desk.files("archive"), desk.files("quarantine")) == ([NAME], [])
    assert desk.queued == [row.delivery_id]


def test_an_archive_without_suffix(desk: Desk) -> None:
    """Each document in it is a delivery of its own; the signature is none; it can be read to the end."""
    desk.put(_packed(("a.xml", numbered(1)), ("sub/b.xml", numbered(2)), ("signature.xml", b"<Signature/>")))
    desk.look()
    assert len(desk.rows()) == 2
    for delivery_id in desk.queued:
        desk.app.pipeline.process(delivery_id)
    assert desk.files("archive") == [NAME]


def test_a_flow_that_is_under_way_is_left(desk: Desk) -> None:
    """It is taken when its size has been the same for five seconds, or when it is renamed."""
    path = desk.put(numbered(1)[:100])
    for size in range(200, 600, 100):
        assert desk.watcher.take_complete() == 0
        desk.seconds += 4
        path.write_bytes(numbered(1)[:size])
        os.utime(path, ns=(size, size))
    desk.put(numbered(2), f"{NAME}.part")
    path.write_bytes(numbered(1))
    desk.look()
    assert [len(desk.rows()), sorted(p.name for p in desk.folder.iterdir() if p.is_file())] == [1, [f"{NAME}.part"]]
    (desk.folder / f"{NAME}.part").rename(desk.folder / NAME.replace("44750", "44751"))
    desk.look()
    assert len(desk.rows()) == 2


def test_a_flow_that_is_sent_again_changes_nothing(desk: Desk) -> None:
    """It is archived beside the first one; another content under that name is another delivery."""
    for _ in range(2):
        desk.put(_packed(("a.xml", numbered(1)), ("b.xml", numbered(2))))
        desk.look()
    assert len(desk.rows()) == 2
    assert len(desk.files("archive")) == 2
    desk.put(numbered(3))
    desk.look()
    assert len(desk.rows()) == 3


def test_a_kill_between_rows_and_archive(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next process takes the flow again, and finds its deliveries."""
    desk.put(_packed(("a.xml", numbered(1)), ("b.xml", numbered(2)), ("c.xml", numbered(3))))
    take, taken = Receiver.take, []

    def killed(self: Receiver, delivery: Any) -> None:
        if len(taken) == 2:
            raise KeyboardInterrupt
        taken.append(delivery)
        take(self, delivery)

    monkeypatch.setattr(Receiver, "take", killed)
    with pytest.raises(KeyboardInterrupt):
        desk.look()
    monkeypatch.setattr(Receiver, "take", take)
    assert len(desk.rows()) == 2
    desk.restart()
    desk.look()
    assert len(desk.rows()) == 3
    assert desk.files("archive") == [NAME]


def test_a_store_that_is_away_leaves_the_flow(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays in the folder for the next time."""

    def away(*_: object) -> None:
        raise TransientError("away")

    monkeypatch.setattr(Receiver, "take", away)
    desk.put(numbered(1))
    with pytest.raises(TransientError):
        desk.look()
    monkeypatch.undo()
    desk.look()
    assert (len(desk.rows()), desk.files("archive")) == (1, [NAME])


def _device(entry: tarfile.TarInfo) -> None:
    entry.type = tarfile.CHRTYPE


def _link(entry: tarfile.TarInfo) -> None:
    entry.type, entry.linkname, entry.size = tarfile.SYMTYPE, "/etc/passwd", 0


def _hard_link(entry: tarfile.TarInfo) -> None:
    entry.type, entry.linkname, entry.size = tarfile.LNKTYPE, "../../etc/passwd", 0


HOSTILE = {
    "NOT_A_PLAIN_FILE-link": _packed(("a.xml", b""), change=_link),
    "NOT_A_PLAIN_FILE-hard-link": _packed(("a.xml", b""), change=_hard_link),
    "NOT_A_PLAIN_FILE-device": _packed(("a.xml", b""), change=_device),
    "DAMAGED_ARCHIVE-cut": _packed(("a.xml", os.urandom(50_000)))[:-20_000],
    "DAMAGED_ARCHIVE-gzip-of-no-tar": gzip.compress(b"nothing of a tar" * 100),
    "EMPTY-archive": _packed(),
    "EMPTY-file": b"",
    "TOO_MANY_MEMBERS-many": _packed(*((f"{n}.xml", b"<a/>") for n in range(501))),
    "TOO_LARGE-bomb": _packed(("a.xml", bytes(3 << 20))),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_flow_that_cannot_be_unpacked_is_put_aside(desk: Desk, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a whole, with the reason beside it, and the next flow is taken."""
    monkeypatch.setattr(edi, "_MOST_MEMBER_BYTES", 2 << 20)
    desk.put(HOSTILE[case])
    desk.put(numbered(7), NAME.replace("44750", "44751"))
    desk.look()
    assert len(desk.rows()) == 1
    assert desk.files("quarantine") == [NAME, f"{NAME}.why.json"]
    note = json.loads((desk.folder / "quarantine" / f"{NAME}.why.json").read_text(encoding="utf-8"))
    assert (note["reason"], dt.datetime.fromisoformat(note["at"])) == (case.partition("-")[0], NOW)
    assert (desk.folder / "quarantine" / NAME).read_bytes() == HOSTILE[case]


@pytest.mark.parametrize("name", ["../../escaped.xml", "/tmp/escaped.xml", "a/../../escaped.xml"])
def test_names_in_an_archive_lead_nowhere(desk: Desk, name: str) -> None:
    """The document is taken; its name is never a path."""
    desk.put(_packed((name, numbered(1))))
    desk.look()
    assert len(desk.rows()) == 1
    assert not list(desk.folder.parent.rglob("escaped.xml"))
    assert not Path("/tmp/escaped.xml").exists()


def test_what_is_no_invoice_is_archived(desk: Desk) -> None:
    """Reports and statuses come by the same way."""
    desk.put(REPORT)
    desk.look()
    assert (desk.rows(), desk.files("archive")) == ([], [NAME])


def test_links_and_hidden_files_in_the_folder_are_left(desk: Desk) -> None:
    """Only plain files are flows."""
    (desk.folder / NAME).symlink_to("/etc/passwd")
    desk.put(numbered(1), ".hidden")
    assert desk.look() == 0
    assert desk.rows() == []


@pytest.mark.parametrize(
    ("name", "flow"),
    [
        (NAME, "CPP0011113000000000044750"),
        ("FEN0036A_CPP002_CPP0020036000000000000004", "CPP0020036000000000000004"),
        (f"{NAME}.tar.gz", "CPP0011113000000000044750"),
        ("invoice.xml", None),
    ],
)
def test_names_of_flows(name: str, flow: str | None) -> None:
    """The last block is the id of the flow; another name is no obstacle."""
    assert flow_id(name) == flow
