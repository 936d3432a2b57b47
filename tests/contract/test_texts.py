"""What the texts for people name is there: settings, commands, targets of make, tests, files."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import typer.main
from pydantic import AliasChoices

from tests.places import ROOT
from worker.cli.main import app
from worker.settings import Settings

PAGES = (
    *("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"),
    *("deploy/RUNBOOK.md", "fixtures/README.md", "rules/REASONS.md"),
)


@cache
def _text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def _variables() -> Iterator[str]:
    """The names of all settings, as the environment spells them."""
    for name, setting in Settings.model_fields.items():
        match setting.validation_alias:
            case AliasChoices(choices=choices):
                yield from map(str, choices)
            case str(alias):
                yield alias
            case _:
                yield f"AIGUILLEUR_{name.upper()}"


def test_the_table_of_settings_is_complete() -> None:
    """The runbook describes every setting, and none that is not there."""
    table = _text("deploy/RUNBOOK.md").partition("\n## Settings\n")[2].partition("\n## ")[0]
    heads = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| `")]
    assert {name for head in heads for name in re.findall(r"`([A-Z0-9_]+)`", head)} == set(_variables())


def test_defaults_in_the_table_are_those_of_the_code() -> None:
    """What the table gives as the default of a number or a switch is the default."""
    table = _text("deploy/RUNBOOK.md")
    told = dict(re.findall(r"^\| `AIGUILLEUR_([A-Z_]+)` \| `?([0-9]+|true|false)`? \|", table, flags=re.MULTILINE))
    assert len(told) > 8
    assert {name: str(Settings.model_fields[name.lower()].default).lower() for name in told} == told


@pytest.mark.parametrize("page", PAGES)
def test_every_variable_that_is_named_is_a_setting(page: str) -> None:
    """No page names a setting that is gone."""
    named = set(re.findall(r"AIGUILLEUR_[A-Z0-9]+(?:_[A-Z0-9]+)*", _text(page)))
    assert named - set(_variables()) == set()


def test_the_table_of_commands_is_complete() -> None:
    """The README names every command, each once, and only options that it has."""
    program: Any = typer.main.get_command(app)
    told = set()
    for cell in re.findall(r"^\| (`aiguilleur .*?`) \| ", _text("README.md"), flags=re.MULTILINE):
        first, *others = re.findall(r"`([^`]+)`", cell)
        name, *words = first.split()[1:]
        commands = getattr(program.commands[name], "commands", None)
        told |= {(name, other) for other in (words[0], *others)} if commands else {(name,)}
        command = commands[words[0]] if commands else program.commands[name]
        assert set(re.findall(r"--[a-z-]+", cell)) <= {
            option for one in command.params for option in (*one.opts, *one.secondary_opts)
        }, cell
    there = {
        (name, *inner)
        for name, command in program.commands.items()
        for inner in ([(one,) for one in getattr(command, "commands", ())] or [()])
    }
    assert told == there


@pytest.mark.parametrize("page", PAGES)
def test_targets_of_make_exist(page: str) -> None:
    """Every `make TARGET` is in the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", _text("Makefile"), flags=re.MULTILINE))
    assert set(re.findall(r"(?:`|\$ )make ([a-z]+)", _text(page))) <= targets


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """A link to a file names one of the project; one with an anchor names a heading."""
    for target, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", _text(page)):
        file = (ROOT / page).parent / target if target else ROOT / page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert anchor in {heading.lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_files_that_are_named_exist(page: str) -> None:
    """A path in backticks that begins at the top of the project is there."""
    tops = "|".join(sorted(path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")))
    named = re.findall(rf"`((?:{tops})/[\w./-]*)`", _text(page))
    assert [path for path in named if not path.startswith("data/") and not (ROOT / path).exists()] == []


TESTS = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", _text("SECURITY.md"))))


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_tests_that_prove_security_exist(file: str, name: str) -> None:
    """What SECURITY.md calls a proof is a test."""
    assert re.search(rf"^def {name}\(", _text(f"tests/{file}"), flags=re.MULTILINE)
