"""The runbook: a section for each alert, and commands that exist."""

import re
from typing import Any

import pytest
import typer.main

from tests.observability.deployed import RUNBOOK, Rule, alerts, kebab
from worker.cli.main import app

TEXT = RUNBOOK.read_text(encoding="utf-8")
PARTS = ("Means: ", "See more: ", "Do: ", "Do not: ")
_COMMAND = re.compile(r"`aiguilleur\s+([^`]+)`")
COMMANDS = sorted({" ".join(found.split()) for found in _COMMAND.findall(TEXT)})


def _sections() -> dict[str, str]:
    """The text below each heading, by the anchor that a page of Markdown gives it."""
    found = re.split(r"^#+ (.+)$", TEXT, flags=re.MULTILINE)[1:]
    return {_anchor(heading): text for heading, text in zip(found[::2], found[1::2], strict=True)}


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert.name)
def test_an_alert_has_its_section(alert: Rule) -> None:
    """It says who is told, what it means, how to see more, what to do and what not to do, in this order."""
    section = _sections().get(kebab(alert.name))
    assert section is not None, f"no section for {alert.name} in the runbook"
    assert f"*{alert.raw['labels']['severity']}.*" in section
    places = [section.find(f"\n{part}") for part in PARTS]
    assert -1 not in places
    assert places == sorted(places)
    seen = section[places[1] : places[2]]
    assert "`" in seen or "panel" in seen


def test_a_section_of_an_alert_has_an_alert() -> None:
    """What was an alert once is gone from the runbook."""
    between = TEXT.partition("\n## Alerts\n")[2].partition("\n## ")[0]
    headings = re.findall(r"^### (.+)$", between, flags=re.MULTILINE)
    assert sorted(map(_anchor, headings)) == sorted(kebab(alert.name) for alert in alerts())


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_in_the_runbook_exists(command: str) -> None:
    """Every command and every option is one that the program has."""
    check_command(command)


@pytest.mark.parametrize("command", ["status-quo", "review bury KEY", "requeue --all", "deadletters"])
def test_a_command_that_does_not_exist_is_found(command: str) -> None:
    """The check itself sees a wrong command, a wrong option, and a group without its command."""
    with pytest.raises(AssertionError):
        check_command(command)


def check_command(line: str) -> None:
    """Fail unless a line, without the name of the program, is a command with options that it has."""
    command: Any = typer.main.get_command(app)
    words = line.split()
    while (commands := getattr(command, "commands", None)) is not None:
        assert words, f"aiguilleur {line}: a group without its command"
        name = words.pop(0)
        assert name in commands, f"aiguilleur {line}: there is no {name}"
        command = commands[name]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    for word in words:
        assert not word.startswith("-") or word in known, f"aiguilleur {line}: there is no {word}"
