"""The drop folder: which files are taken, when, and as which delivery."""

import os
import time
from pathlib import Path

import pytest

from tests.manifest import NOW
from worker.clock import FixedClock
from worker.errors import TransientError
from worker.intake.folder import DONE, DropFolder
from worker.store.documents import FolderDocuments
from worker.store.inbox import Delivery


class Inbox:
    """Takes deliveries, unless told not to."""

    def __init__(self) -> None:
        self.taken: list[Delivery] = []
        self.is_away = False

    def take(self, delivery: Delivery) -> None:
        """Remember it."""
        if self.is_away:
            raise TransientError("away")
        self.taken.append(delivery)


class Setting:
    """A drop folder with its clock."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "drop"
        self.inbox = Inbox()
        self.now = 0.0
        self.drop = DropFolder(
            self.folder, FolderDocuments(root / "documents"), self.inbox, FixedClock(NOW), lambda: self.now
        )

    def put(self, name: str, content: bytes = b"<x/>", *, age: float = 0) -> Path:
        """Write a file whose last change is some seconds ago."""
        path = self.folder / name
        path.write_bytes(content)
        changed = time.time() - age
        os.utime(path, (changed, changed))
        return path


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    """An empty drop folder."""
    return Setting(tmp_path)


def test_a_file_that_is_being_written_is_left(setting: Setting) -> None:
    """A file is taken when it has not changed for two seconds."""
    setting.put("a.xml", b"<x")
    assert setting.drop.take_complete() == 0
    setting.now += 1.5
    setting.put("a.xml", b"<x/>")
    assert setting.drop.take_complete() == 0
    setting.now += 1.5
    assert setting.drop.take_complete() == 0
    setting.now += 1
    assert setting.drop.take_complete() == 1
    assert [path.name for path in setting.folder.iterdir()] == [DONE]


def test_a_file_that_was_renamed_into_the_folder_is_taken_at_once(setting: Setting) -> None:
    """An old file is complete when it appears."""
    setting.put("a.xml", age=10)
    assert setting.drop.take_complete() == 1


def test_what_is_no_delivery_is_left(setting: Setting) -> None:
    """Hidden files, names of unfinished uploads, folders and links are not taken."""
    for name in (".hidden", "a.xml.part", "b.tmp", "c~"):
        setting.put(name, age=10)
    (setting.folder / "folder").mkdir()
    (setting.folder / "link").symlink_to("/etc/hostname")
    assert setting.drop.take_complete() == 0


def test_the_same_file_is_the_same_delivery_until_it_is_dropped_again(setting: Setting) -> None:
    """A crash before the file was moved gives the same id; a later drop of the same content another one."""
    path = setting.put("a.xml", age=10)
    changed = path.stat().st_mtime_ns
    setting.drop.take_complete()
    again = setting.put("a.xml")
    os.utime(again, ns=(changed, changed))
    setting.drop.take_complete()
    setting.put("a.xml", age=5)
    setting.drop.take_complete()
    first, same, other = setting.inbox.taken
    assert first.delivery_id == same.delivery_id != other.delivery_id
    assert first.media_type == "application/xml"


def test_a_file_stays_while_the_inbox_is_away(setting: Setting) -> None:
    """Nothing is moved before it is written down."""
    path = setting.put("a.xml", age=10)
    setting.inbox.is_away = True
    with pytest.raises(TransientError):
        setting.drop.take_complete()
    assert path.exists()
