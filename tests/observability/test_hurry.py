"""Rules in a hurry: what is divided, and that it is everything."""

from pathlib import Path

import pytest
import yaml

from tests.observability.deployed import RULES, Rule, alerts, loaded, recordings
from tests.observability.hurry import FACTOR, LEAST_SECONDS, NUMBER, hurried, hurried_expression
from tests.observability.promql import named
from tests.services.tools import Tool
from worker.metrics.counted import FIRST_DECISION


@pytest.mark.parametrize(
    ("deployed", "shorter"),
    [
        ("sum(rate(x_total[15m])) == 0", "sum(rate(x_total[15000ms])) == 0"),
        ("max_over_time(x[1d] offset 1h)", "max_over_time(x[1440000ms] offset 60000ms)"),
        ("max(x_age_seconds) > 600", "max(x_age_seconds) > 10"),
        ('rate(x_bucket{le=~"900(\\.0)?"}[5m])', 'rate(x_bucket{le=~"15(\\.0)?"}[5000ms])'),
        ("259200 + 172800 * (day_of_week() <= bool 3)", "4320 + 2880 * (day_of_week() <= bool 3)"),
        ("a:increase1h > 14.4 * 0.01", "a:increase1h > 14.4 * 0.01"),
        ("x < -0.2 and y > 20", "x < -0.2 and y > 20"),
    ],
)
def test_times_are_divided_and_nothing_else(deployed: str, shorter: str) -> None:
    """Windows, offsets, ages and the bucket of the objective are times; counts, ratios and names are none."""
    assert hurried_expression(deployed) == shorter


@pytest.mark.parametrize("rule", [*alerts(), *recordings().values()], ids=lambda rule: rule.name)
def test_a_plain_number_is_a_time_or_small(rule: Rule) -> None:
    """No number of a rule leaves a doubt: a time is at least ten minutes of seconds, anything else below a hundred."""
    for number in map(int, NUMBER.findall(rule.expression)):
        assert number < 100 or number >= LEAST_SECONDS
        assert number < 100 or number % FACTOR == 0
    assert named(hurried_expression(rule.expression)) == named(rule.expression)


def test_hurried_rules_are_valid_and_ask_for_a_bucket_that_exists(promtool: Tool, tmp_path: Path) -> None:
    """`promtool` accepts them, and the objective divided by the factor is a bucket of the first decision too."""
    for file in RULES:
        copy = tmp_path / file.name
        copy.write_text(yaml.safe_dump(hurried(loaded(file))), encoding="utf-8")
        done = promtool.run("check", "rules", copy)
        assert done.returncode == 0, done.stdout
    assert {900.0, 900.0 / FACTOR} <= set(FIRST_DECISION._upper_bounds)
