"""Rules and alerts as files: valid, tried on stories, complete, and naming only what exists."""

import re
from pathlib import Path

import pytest

from tests.observability import declared
from tests.observability.deployed import (
    ALERTMANAGER,
    PROMETHEUS,
    RULES,
    STORIES,
    Rule,
    alerts,
    kebab,
    loaded,
    recordings,
)
from tests.observability.promql import Named, named, new_labels, queues
from tests.places import ROOT
from tests.services.tools import Tool
from worker.queueing import topology
from worker.settings import Settings

EVERY_RULE = (*alerts(), *recordings().values())
PAGES = [alert for alert in alerts() if alert.raw["labels"]["severity"] == "page"]
NORMAL_DAY = "normal_day"
LABEL_IN_TEXT = re.compile(r"\$labels\.(\w+)")
# Metrics of pages that may be absent while all is well, with the one that is told beside them.
MAY_BE_ABSENT = {
    "aiguilleur_referential_change_ratio": "aiguilleur_exporter_up",  # there is none before the second import
    # there is none without the portal's API; the process that tells it is watched
    "aiguilleur_completeness_missing": "aiguilleur_exporter_up",
    "aiguilleur_completeness_last_success_timestamp_seconds": "aiguilleur_exporter_up",
}


def _named(rule: Rule) -> Named:
    return named(rule.expression)


def _metrics_behind(expression: str) -> set[str]:
    """The metrics of an expression, and those of the recordings in it."""
    found = set()
    for metric in named(expression).metrics:
        recording = recordings().get(metric)
        found |= _metrics_behind(recording.expression) if recording else {metric}
    return found


def test_the_rules_are_valid(promtool: Tool) -> None:
    """`promtool` finds no fault in them, and none twice."""
    done = promtool.run("check", "rules", "--lint=all", "--lint-fatal", *RULES)
    assert done.returncode == 0, done.stdout


def test_the_example_of_prometheus_is_valid(promtool: Tool) -> None:
    """`promtool` accepts it with its rules, and it scrapes every process that the unit of systemd starts."""
    done = promtool.run("check", "config", PROMETHEUS)
    assert done.returncode == 0, done.stdout
    jobs = {job["job_name"]: job for job in loaded(PROMETHEUS)["scrape_configs"]}
    targets = jobs["aiguilleur"]["static_configs"][0]["targets"]
    unit = (ROOT / "deploy" / "systemd" / "aiguilleur.service").read_text(encoding="utf-8")
    processes = re.search(r"--processes (\d+)", unit)
    host, port = Settings().listen
    assert processes is not None
    assert targets == [f"{host}:{port + number}" for number in range(int(processes[1]))]


def test_the_example_of_alertmanager_is_valid(amtool: Tool) -> None:
    """`amtool` accepts it, every severity goes where it should, and what is inhibited is an alert."""
    done = amtool.run("check-config", ALERTMANAGER)
    assert done.returncode == 0, done.stdout
    for severity, receiver in (("page", "on-call"), ("ticket", "tickets"), ("finance", "finance")):
        routed = amtool.run("config", "routes", "test", f"--config.file={ALERTMANAGER}", f"severity={severity}")
        assert routed.stdout.strip().splitlines()[-1] == receiver
    inhibited = {
        name
        for rule in loaded(ALERTMANAGER)["inhibit_rules"]
        for matcher in (*rule["source_matchers"], *rule["target_matchers"])
        for name in matcher.partition("=")[2].strip(' ~"').split("|")
    }
    assert inhibited <= {alert.name for alert in alerts()}


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_alerts_fire_on_their_story_and_not_on_a_normal_day(promtool: Tool, file: Path) -> None:
    """`promtool` plays the stories."""
    done = promtool.run("test", "rules", file)
    assert done.returncode == 0, done.stdout


def test_every_alert_has_a_story() -> None:
    """Each alert is seen to fire, each is seen not to fire, and the normal day has every metric that a page needs."""
    fired, silent = set(), set()
    for file in STORIES:
        for test in loaded(file)["tests"]:
            for asked in test["promql_expr_test"]:
                name = re.search(r'alertname="(\w+)"', asked["expr"])
                if name is not None:
                    (fired if asked["exp_samples"] else silent).add(name[1])
    assert fired == silent == {alert.name for alert in alerts()}
    day = next(loaded(file) for file in STORIES if file.stem == NORMAL_DAY)["tests"][0]
    played = {re.match(r"[\w:]+", series["series"])[0] for series in day["input_series"]}  # type: ignore[index]
    assert {metric for page in PAGES for metric in _metrics_behind(page.expression)} <= played


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert.name)
def test_an_alert_says_what_to_know(alert: Rule) -> None:
    """Who is told, one sentence, what happened, and where to read on; nothing twice."""
    assert alert.raw["labels"] == {"severity": alert.raw["labels"]["severity"]}
    assert alert.raw["labels"]["severity"] in {"page", "ticket", "finance"}
    said = alert.raw["annotations"]
    assert set(said) == {"summary", "description", "runbook_url"}
    assert said["summary"].endswith(".")
    assert "\n" not in said["summary"]
    assert said["runbook_url"].endswith(f"/deploy/RUNBOOK.md#{kebab(alert.name)}")
    assert [other.name for other in alerts()].count(alert.name) == 1


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert.name)
def test_the_labels_in_the_text_of_an_alert_exist(alert: Rule) -> None:
    """A text names only labels that its expression leaves."""
    inside = _named(alert)
    possible = set(inside.grouping) | new_labels(alert.expression)
    for metric in inside.metrics:
        possible |= declared.series()[metric]
    said = alert.raw["annotations"]
    assert set(LABEL_IN_TEXT.findall(said["summary"] + said["description"])) <= possible


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.name)
def test_a_rule_names_what_exists(rule: Rule) -> None:
    """Every metric and every label of a rule is one that the code, RabbitMQ or another rule has."""
    check_names(rule.expression)


@pytest.mark.parametrize(
    "wrong",
    [
        "sum(aiguilleur_decided_total)",
        'rate(aiguilleur_decisions_total{result="ROUTED"}[5m])',
        "sum by (reason) (aiguilleur_outbox_pending)",
        "aiguilleur_queue_wait_seconds > 3",
        "up == 0 or on (queue) rabbitmq_alarms_memory_used_watermark",
    ],
)
def test_a_wrong_name_is_found(wrong: str) -> None:
    """The check itself sees a metric, a label and a grouping that do not exist."""
    with pytest.raises(AssertionError):
        check_names(wrong)


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.name)
def test_a_rule_names_queues_that_exist(rule: Rule) -> None:
    """Every queue is one of the topology, and what a broker says of queues is always asked by queue."""
    known = {queue.name for queue in topology.QUEUES}
    assert queues(rule.expression) <= known
    for metric, labels in _named(rule).metrics.items():
        assert "queue" in labels or not metric.startswith("rabbitmq_detailed_queue")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_dead_exporter_does_not_look_like_health(page: Rule) -> None:
    """Each metric behind a page has its absent(), or the page fires without it."""
    watched = {
        metric
        for alert in alerts()
        for inside in re.findall(r"absent\(([^()]*(?:\([^()]*\)[^()]*)*)\)", alert.expression)
        for metric in named(inside).metrics
    }
    for metric in _metrics_behind(page.expression):
        assert MAY_BE_ABSENT.get(metric, metric) in watched


def check_names(expression: str) -> None:
    """Fail if an expression names a metric or a label that does not exist."""
    inside = named(expression)
    assert inside.metrics or re.search(r"\b(?:hour|month|day_of_\w+)\(\)", expression)
    known = declared.series()
    assert set(inside.metrics) <= set(known)
    for metric, labels in inside.metrics.items():
        assert labels <= known[metric], metric
    grouping = inside.grouping
    assert grouping <= frozenset[str]().union(*(known[metric] for metric in inside.metrics))
