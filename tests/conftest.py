"""Servers of our own, one of each for a whole test run, started when the first test asks.

In CI a missing server is a failure; elsewhere the tests that need it are skipped, and say what to install.
"""

import os
import signal
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from _pytest.outcomes import Skipped

from tests.services.local import ServerMissing
from tests.services.postgres import PostgreSQL
from tests.services.prometheus import Prometheus
from tests.services.rabbitmq import RabbitMQ
from tests.services.s3 import S3
from tests.services.tools import Tool
from worker.extract.ocr import is_installed

# A run that is ended from outside ends its servers too.
signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQ]:
    """A running broker. Take `fresh_vhost()` for a test's own queues; who stops the broker starts it again."""
    try:
        server = RabbitMQ()
    except ServerMissing as missing:
        _leave_out(missing)
    with server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgreSQL]:
    """A running server. Take `fresh_database()` for a test's own tables; who stops the server starts it again."""
    try:
        server = PostgreSQL()
    except ServerMissing as missing:
        _leave_out(missing)
    with server:
        yield server


@pytest.fixture
def prometheus() -> Iterator[Prometheus]:
    """A server that is not started yet: its configuration is the test's own."""
    try:
        server = Prometheus()
    except ServerMissing as missing:
        _leave_out(missing)
    with server:
        yield server


@pytest.fixture(scope="session")
def promtool() -> Tool:
    """The checker of Prometheus."""
    return _tool("promtool")


@pytest.fixture(scope="session")
def amtool() -> Tool:
    """The checker of Alertmanager."""
    return _tool("amtool")


@pytest.fixture(scope="session")
def tesseract() -> None:
    """Tesseract with its French data. Nowhere needed: without it scans are refused, and these tests left out."""
    if not is_installed():
        raise ServerLeftOut("Tesseract is not installed: apt-get install tesseract-ocr tesseract-ocr-fra")


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """A running S3 with an empty bucket."""
    with S3() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database. A test that takes it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'aiguilleur.sqlite'}"
    server: PostgreSQL = request.getfixturevalue("postgres")
    return server.fresh_database()


class ServerLeftOut(Skipped):
    """Skips a test whose server is not installed."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """All tests that one missing server leaves out share a line of the summary."""
    report = yield
    if call.excinfo is not None and isinstance(call.excinfo.value, ServerLeftOut):
        report.longrepr = (__file__, 1, f"Skipped: {call.excinfo.value.msg}")
    return report


def _tool(name: str) -> Tool:
    try:
        return Tool(name)
    except ServerMissing as missing:
        _leave_out(missing)


def _leave_out(missing: ServerMissing) -> NoReturn:
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(f"in CI every server is needed: {missing}")
    raise ServerLeftOut(str(missing))
