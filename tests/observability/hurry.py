"""The rules as deployed, in a hurry: every time in them is divided by one factor, and nothing else is changed.

A fault of a test lasts seconds, where the rules wait for minutes. So a minute is a second here, mechanically and
everywhere: in `for`, in windows and offsets, in limits on ages, and in the bucket of the objective (15 minutes become
15 seconds, which is a bucket too). What the service itself takes stays as it is: a process that starts within three
seconds looks like one that needed three minutes.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.observability.deployed import PROMETHEUS, RULES, loaded
from tests.services.local import HOST
from tests.services.rabbitmq import RabbitMQ

FACTOR = 60
LEAST_SECONDS = 600  # a plain number from here on is a time in an expression, and none below is
_EVERY = "1s"  # a scrape in 30 s would be two in a second: more than a busy machine has to give
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"(?<=\[)(\d+)([smhd])(?=\])|(?<=offset )(\d+)([smhd])\b")
_BUCKET = re.compile(r'(?<=le=~")(\d+)')
NUMBER = re.compile(r'(?<![\w.:"])\d+(?![\w.:"])')


def hurried(content: dict[str, Any]) -> dict[str, Any]:
    """The content of a file of rules with every time divided by the factor."""
    return {"groups": [_group(group) for group in content["groups"]]}


def hurried_expression(expression: str) -> str:
    """An expression with every time divided by the factor."""
    text = _DURATION.sub(lambda found: _milliseconds("".join(part for part in found.groups() if part)), expression)
    text = _BUCKET.sub(lambda found: str(int(found[1]) // FACTOR), text)
    return NUMBER.sub(lambda found: _shorter(int(found[0])), text)


def configuration(folder: Path, ports: Sequence[int], rabbitmq: RabbitMQ, vhost: str) -> str:
    """The configuration of Prometheus as deployed, for processes on these ports. The rules are written to a folder."""
    content = loaded(PROMETHEUS)
    content["global"] |= {"scrape_interval": _EVERY, "scrape_timeout": _EVERY, "evaluation_interval": _EVERY}
    del content["alerting"]
    folder.mkdir(exist_ok=True)
    content["rule_files"] = []
    for file in RULES:
        copy = folder / file.name
        copy.write_text(yaml.safe_dump(hurried(loaded(file))), encoding="utf-8")
        content["rule_files"].append(str(copy))
    broker = rabbitmq.prometheus_url.removeprefix("http://").removesuffix("/metrics")
    for job in content["scrape_configs"]:
        is_ours = job["job_name"] == "aiguilleur"
        job["static_configs"] = [{"targets": [f"{HOST}:{port}" for port in ports] if is_ours else [broker]}]
        if "params" in job:
            job["params"]["vhost"] = [vhost]
    return yaml.safe_dump(content)


def _group(group: dict[str, Any]) -> dict[str, Any]:
    times = {name: _milliseconds(group[name]) for name in ("interval",) if name in group}
    return group | times | {"rules": [_rule(rule) for rule in group["rules"]]}


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    times = {"for": _milliseconds(rule["for"])} if "for" in rule else {}
    return rule | times | {"expr": hurried_expression(str(rule["expr"]))}


def _milliseconds(duration: str) -> str:
    return f"{int(duration[:-1]) * _UNITS[duration[-1]] * 1000 // FACTOR}ms"


def _shorter(number: int) -> str:
    return str(number // FACTOR) if number >= LEAST_SECONDS else str(number)
