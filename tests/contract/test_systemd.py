"""The units of systemd: they stop the service as it wants to be stopped, and name settings that exist."""

import configparser
import re
from pathlib import Path

import pytest

from worker.service.process import STOP_SECONDS
from worker.service.supervisor import GRACE_SECONDS
from worker.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy" / "systemd"
UNITS = sorted(DEPLOY.glob("*.service"))


def _service(unit: Path) -> configparser.SectionProxy:
    parsed = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read(unit, encoding="utf-8")
    return parsed["Service"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_signals_once_waits_long_enough_and_starts_again(unit: Path) -> None:
    """A second signal would be an immediate stop, and an exit is always followed by a start."""
    service = _service(unit)
    assert (service["KillMode"], service["Restart"]) == ("mixed", "always")
    assert int(service["TimeoutStopSec"]) > STOP_SECONDS + GRACE_SECONDS


@pytest.mark.parametrize("file", [*UNITS, DEPLOY / "aiguilleur.env"], ids=lambda file: file.name)
def test_settings_in_units_exist(file: Path) -> None:
    """Every variable named is a setting of the code."""
    named = set(re.findall(r"\bAIGUILLEUR_([A-Z_]+)=", file.read_text(encoding="utf-8")))
    assert named
    assert {name.lower() for name in named} <= set(Settings.model_fields)
