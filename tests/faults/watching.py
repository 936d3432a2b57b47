"""Prometheus beside a run: it scrapes every process of a fleet, by the rules in a hurry, and remembers the alerts."""

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tests.observability.hurry import configuration
from tests.running import Place, eventually
from tests.services.local import HOST, free_ports
from tests.services.prometheus import Prometheus
from tests.services.rabbitmq import RabbitMQ

_TARGETS_OF_BROKER = 2


class Span(NamedTuple):
    """From when to when an alert was in a state, in seconds of the run."""

    begun: float
    ended: float


Seen = dict[str, dict[str, Span]]  # of each alert, its states


@dataclass
class Watcher:
    """The alerts since a moment."""

    prometheus: Prometheus
    begun: float

    def seen(self) -> Seen:
        """Every alert that was pending or firing, with the first and the last moment of each state."""
        answer = self.prometheus.ask("query_range", query="ALERTS", start=self.begun, end=time.time(), step=1)
        found: Seen = {}
        for series in answer["result"]:
            name, state = series["metric"]["alertname"], series["metric"]["alertstate"]
            moments = [float(moment) - self.begun for moment, _ in series["values"]]
            states = found.setdefault(name, {})
            known = states.get(state, Span(moments[0], moments[-1]))
            states[state] = Span(min(known.begun, moments[0]), max(known.ended, moments[-1]))
        return found


def fired(seen: Seen) -> frozenset[str]:
    """The alerts that fired, also those that are over."""
    return frozenset(name for name, states in seen.items() if "firing" in states)


def told(seen: Seen) -> Iterator[str]:
    """A line for each alert."""
    for name, states in sorted(seen.items()):
        spans = ", ".join(f"{state} {span.begun:.0f}..{span.ended:.0f} s" for state, span in sorted(states.items()))
        yield f"      {name:24} {spans}"


def ports_for(processes: Mapping[str, int]) -> dict[str, list[int]]:
    """The ports of each entry of a fleet, given how many processes it has."""
    return {name: free_ports(number) for name, number in processes.items()}


def address(ports: list[int]) -> dict[str, str]:
    """The setting that gives an entry its ports: it knows the first."""
    return {"AIGUILLEUR_METRICS_ADDRESS": f"{HOST}:{ports[0]}"}


@contextlib.contextmanager
def watched(made: Place, ports: Mapping[str, list[int]], rabbitmq: RabbitMQ) -> Iterator[Watcher]:
    """Watch processes that run already, from the moment at which all of them are seen and nothing is wrong."""
    targets = [port for several in ports.values() for port in several]
    with Prometheus() as prometheus:
        prometheus.start(configuration(made.folder / "rules", targets, rabbitmq, made.vhost))
        # It looks for its targets after five seconds, and until then everything is missing.
        eventually(lambda: prometheus.value("count(up == 1)") == len(targets) + _TARGETS_OF_BROKER)
        eventually(lambda: prometheus.ask("alerts")["alerts"] == [])
        yield Watcher(prometheus, time.time())
