"""What hostile documents must never reach: the terminal, the log, the network, other files."""

import os
import re
import socket
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile_maker import good
from tests.hostile_maker.values import SCREEN, acting_everywhere
from tests.places import FIXTURES, ROOT

_SET = FIXTURES / "hostile"
_NOW = "2026-11-24T09:00:00+01:00"
_ACTING = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _run(*arguments: object) -> str:
    """Standard output and error of the command line."""
    command = [sys.executable, "-c", "from worker.cli.main import run; run()", *map(str, arguments)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), *sys.path)))}
    done = subprocess.run(command, capture_output=True, check=False, env=env, timeout=120)
    return (done.stdout + done.stderr).decode("utf-8")


def _acting(output: str) -> set[str]:
    return {c for c in output if c != "\n" and unicodedata.category(c) in _ACTING}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """A store with one invoice whose values hold all that acts on a screen; its file, and what `replay` printed."""
    folder = tmp_path_factory.mktemp("screen")
    file = folder / "invoice.xml"
    file.write_bytes(acting_everywhere(good.pivot_xml()))
    store = folder / "store"
    told = _run("replay", file, "--reference", FIXTURES / "reference", "--now", _NOW, "--store", store)
    return store, file, told


def test_replay_is_one_line_an_invoice(store: tuple[Path, Path, str]) -> None:
    """No value moves the cursor, and none can forge the line of another invoice."""
    _, _, told = store
    lines = told.splitlines()
    assert not _acting(told)
    assert [line.split()[0] for line in lines[:2] if line] == ["REVIEW"]
    assert len(lines) == 3


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_inspect_lets_nothing_act(store: tuple[Path, Path, str], options: tuple[str, ...]) -> None:
    """What is read is shown without its control and format characters, for people and as JSON."""
    _, file, _ = store
    told = _run("inspect", file, *options)
    assert good.BILL.number[4:] in told
    assert not _acting(told)


@pytest.mark.parametrize(
    "command", [("explain",), ("explain", "--json"), ("review", "show")], ids=["explain", "explain-json", "show"]
)
def test_pages_let_nothing_act(store: tuple[Path, Path, str], command: tuple[str, ...]) -> None:
    """The pages of an invoice hold no control or format character."""
    place, _, _ = store
    key = re.findall(r"sha256:[0-9a-f]{64}", _run("review", "list", "--store", place))[0]
    told = _run(*command, key, "--store", place)
    assert "REVIEW" in told
    assert not _acting(told)


def test_review_list_lets_nothing_act(store: tuple[Path, Path, str]) -> None:
    """The list of reviews has one line an invoice, as text and as JSON."""
    place, _, _ = store
    for options in ((), ("--json",)):
        told = _run("review", "list", "--store", place, *options)
        assert len(told.splitlines()) == 1
        assert not _acting(told)


def test_an_error_lets_nothing_act(store: tuple[Path, Path, str]) -> None:
    """A key that nobody knows is told back without its escapes."""
    place, _, _ = store
    told = _run("explain", "".join(SCREEN.values()), "--store", place)
    assert told.startswith("aiguilleur: no invoice")
    assert not _acting(told)


def test_a_name_in_a_pdf_lets_nothing_act() -> None:
    """The name of an embedded file is shown without its escapes."""
    told = _run("inspect", _SET / "pdf-bombs" / "name-with-escapes.pdf")
    assert "INT_NOT_AN_INVOICE" in told
    assert not _acting(told)


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A port of four digits that counts who comes."""
    came: list[bytes] = []
    server = next(filter(None, map(_listening, range(8_999, 7_000, -1))))

    def count() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            came.append(connection.recv(100))
            connection.close()

    thread = threading.Thread(target=count, daemon=True)
    thread.start()
    yield server.getsockname()[1], came
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def _listening(port: int) -> socket.socket | None:
    server = socket.socket()
    try:
        server.bind(("127.0.0.1", port))
    except OSError:
        server.close()
        return None
    server.listen()
    return server


def test_the_listener_counts(listener: tuple[int, list[bytes]]) -> None:
    """A connection to the listener is seen, so that none seen means none made."""
    port, came = listener
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"here")
        connection.recv(1)
    assert came == [b"here"]


def test_nothing_is_fetched_and_nothing_else_is_read(listener: tuple[int, list[bytes]], tmp_path: Path) -> None:
    """No address in a document is connected to, and the content of no other file appears in what is written."""
    port, came = listener
    secret = "quatre-vingt-dix-sept vaches"
    canary = Path("/tmp", f"hc-{os.getpid() % 100_000:05}")  # as long as the path that it replaces
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    named = 0
    for file in sorted((*(_SET / "xml-entities").iterdir(), *(_SET / "pdf-actions").iterdir())):
        content = file.read_bytes().replace(b":8999", b":%d" % port).replace(b"/etc/hostname", str(canary).encode())
        named += str(port).encode() in content or str(canary).encode() in content
        (inbox / file.name).write_bytes(content)
    assert named > 40
    canary.write_text(secret, encoding="utf-8")
    try:
        store, events = tmp_path / "store", tmp_path / "events"
        told = _run(
            "replay", inbox, "--reference", FIXTURES / "reference", "--now", _NOW, "--store", store, "--events", events,
            "--json",
        )  # fmt: skip
        told += _run("inspect", inbox)
    finally:
        canary.unlink()
    assert told.count("\n") > named
    assert came == []
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(secret.encode() in content for content in (told.encode(), *written))
