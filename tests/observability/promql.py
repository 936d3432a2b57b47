"""The metrics and labels that an expression names. Reads what we write, not all of PromQL."""

import re
from typing import NamedTuple

_STRING = re.compile(r'"(?:\\.|[^"\\])*"')
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
_SELECTOR = re.compile(r"([A-Za-z_:][\w:]*)\s*\{([^}]*)\}")
_DURATION = re.compile(r"\[[^\]]*\]|\boffset\s+\w+")
_NAME = re.compile(r"(?<![\w:.])([A-Za-z_:][\w:]*)(?!\s*\()(?![\w:])")
_KEYWORDS = frozenset({"and", "or", "unless", "bool"})
_NEW_LABEL = re.compile(r'label_replace\(.*?,\s*"(\w+)"', re.DOTALL)
_QUEUE = re.compile(r'queue=~?"([^"]+)"')


class Named(NamedTuple):
    """What an expression names: metrics, each with the labels that select it, and the labels that group."""

    metrics: dict[str, frozenset[str]]
    grouping: frozenset[str]


def named(expression: str) -> Named:
    """The names in an expression."""
    text = _STRING.sub('""', expression)
    grouping = {label for inside in _GROUPING.findall(text) for label in _labels(inside)}
    text = _DURATION.sub(" ", _GROUPING.sub(" ", text))
    metrics: dict[str, frozenset[str]] = {}
    for metric, inside in _SELECTOR.findall(text):
        labels = {part.partition("=")[0].strip(" !~") for part in inside.split(",") if part.strip()}
        metrics[metric] = metrics.get(metric, frozenset()) | labels
    for metric in _NAME.findall(_SELECTOR.sub(" ", text)):
        if metric not in _KEYWORDS:
            metrics.setdefault(metric, frozenset())
    return Named(metrics, frozenset(grouping))


def new_labels(expression: str) -> frozenset[str]:
    """The labels that an expression makes itself."""
    return frozenset(_NEW_LABEL.findall(expression))


def queues(expression: str) -> frozenset[str]:
    """The queues that an expression selects by name; a pattern with a wildcard is none."""
    found = {name for pattern in _QUEUE.findall(expression) for name in pattern.split("|")}
    return frozenset(name for name in found if "*" not in name)


def _labels(inside: str) -> list[str]:
    return [label.strip() for label in inside.split(",") if label.strip()]
