"""What is deployed for those who watch: rules, alerts, the dashboard, the runbook, read from their files."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.places import ROOT

DEPLOY = ROOT / "deploy"
PROMETHEUS = DEPLOY / "prometheus" / "prometheus.yml"
RULES = sorted((DEPLOY / "prometheus" / "rules").glob("*.yml"))
ALERTMANAGER = DEPLOY / "alertmanager" / "alertmanager.yml"
DASHBOARD = DEPLOY / "grafana" / "aiguilleur.json"
RUNBOOK = DEPLOY / "RUNBOOK.md"
STORIES = sorted((Path(__file__).parent / "promtool").glob("*.yml"))

# What Grafana puts in the place of its variables, small enough for a test of seconds.
_GRAFANA = {"$__rate_interval": "30s", "$__range": "10m"}


class Rule(NamedTuple):
    """A rule: of an alert, or of a recording. `raw` is all that the file says."""

    name: str
    expression: str
    raw: dict[str, Any]


class Query(NamedTuple):
    """A query of the dashboard, as Prometheus gets it."""

    panel: str
    expression: str
    is_instant: bool

    def __str__(self) -> str:
        return f"{self.panel}: {self.expression}"


def loaded(file: Path) -> Any:
    """The content of a file of YAML."""
    return yaml.safe_load(file.read_text(encoding="utf-8"))


@cache
def alerts() -> tuple[Rule, ...]:
    """Every alert."""
    return tuple(_rules("alert"))


@cache
def recordings() -> dict[str, Rule]:
    """Every recording, by its name."""
    return {rule.name: rule for rule in _rules("record")}


@cache
def dashboard() -> dict[str, Any]:
    """The dashboard."""
    content: dict[str, Any] = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return content


@cache
def queries() -> tuple[Query, ...]:
    """Every query of every panel."""
    return tuple(
        Query(panel["title"], substituted(target["expr"]), bool(target.get("instant")))
        for panel in dashboard()["panels"]
        for target in panel.get("targets", ())
    )


@cache
def annotations() -> tuple[Query, ...]:
    """The queries that mark a moment on every panel."""
    found = dashboard()["annotations"]["list"]
    return tuple(Query(marked["name"], substituted(marked["expr"]), is_instant=False) for marked in found)


def substituted(expression: str) -> str:
    """A query without the variables of Grafana."""
    for variable, value in _GRAFANA.items():
        expression = expression.replace(variable, value)
    return expression


def kebab(name: str) -> str:
    """The anchor of an alert in the runbook: the words of its name."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def _rules(kind: str) -> list[Rule]:
    groups = [group for file in RULES for group in loaded(file)["groups"]]
    return [Rule(rule[kind], rule["expr"], rule) for group in groups for rule in group["rules"] if kind in rule]
