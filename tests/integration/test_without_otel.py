"""The service where OpenTelemetry is not installed, and where nobody asked for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Makes every import of OpenTelemetry fail as it does where the extra is not installed.
_BLOCKED = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "opentelemetry":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Blocked())
"""
_EVERY_MODULE = """
import importlib, pkgutil, sys
import worker
for found in pkgutil.walk_packages(worker.__path__, "worker."):
    if not found.name.endswith("__main__") and ".migrations" not in found.name and found.name != "worker.service.otel":
        importlib.import_module(found.name)
"""
_CHECK = "import sys; sys.argv = ['aiguilleur', 'check']\nfrom worker.cli.main import run\nrun()\n"
_SERVE = """
from worker.service import assembly, logs
from worker.settings import load
logs.configure()
with assembly.embedded(load()) as assembled:
    print(len(assembled.parts), any(name.startswith("opentelemetry") for name in sys.modules))
"""


def _run(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "AIGUILLEUR_"))}
    places = {"AIGUILLEUR_DATA_DIR": str(folder / "data"), "AIGUILLEUR_DROP_DIR": str(folder / "drop")}
    return subprocess.run(
        [sys.executable, "-c", code], env=clean | places | environment, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip


def test_every_module_but_one_imports_without_it(tmp_path: Path) -> None:
    """`worker.service.otel` alone needs the extra."""
    ran = _run(_BLOCKED + _EVERY_MODULE, tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "ModuleNotFoundError" in _run(_BLOCKED + "import worker.service.otel", tmp_path).stderr


@pytest.mark.parametrize("endpoint", [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": ""}])
def test_nothing_of_it_is_imported_without_an_endpoint(tmp_path: Path, endpoint: dict[str, str]) -> None:
    """Though it is installed, a service that does not trace does not load it."""
    ran = _run(f"import sys\n{_SERVE}", tmp_path, **endpoint)
    assert ran.stdout == "4 False\n", ran.stderr
    assert "tracing_off" not in ran.stderr


WRONG = [
    (_BLOCKED, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, "aiguilleur[otel]"),
    ("", {"OTEL_EXPORTER_OTLP_ENDPOINT": "127.0.0.1:4318"}, "http://host:4318"),
    (
        "",
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
        "http/protobuf",
    ),
]


@pytest.mark.parametrize(("before", "environment", "told"), WRONG)
def test_tracing_that_cannot_be_had_is_told_and_the_service_works(
    tmp_path: Path, before: str, environment: dict[str, str], told: str
) -> None:
    """`serve` warns and goes on without traces; `check` says what to do, with exit code 1."""
    served = _run(f"import sys\n{before}{_SERVE}", tmp_path, **environment)
    assert served.stdout == "4 False\n", served.stderr
    (line,) = [line for line in served.stderr.splitlines() if "tracing_off" in line]
    assert told in line
    checked = _run(f"{before}{_CHECK}", tmp_path, **environment)
    assert checked.returncode == 1
    assert [told in line for line in checked.stdout.splitlines() if line.startswith("FAULT")] == [True]


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({}, "ok    traces    OpenTelemetry, OTLP over HTTP"),
        ({"OTEL_SDK_DISABLED": "true"}, None),
        ({"OTEL_TRACES_EXPORTER": "none"}, None),
    ],
)
def test_check_tells_whether_traces_are_sent(tmp_path: Path, more: dict[str, str], line: str | None) -> None:
    """One line where they are, none where they are turned off by OpenTelemetry's own names."""
    checked = _run(_CHECK, tmp_path, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT="http://127.0.0.1:4318/v1/traces", **more)
    assert checked.returncode == 0, checked.stdout
    assert [found for found in checked.stdout.splitlines() if "traces" in found] == ([line] if line else [])
