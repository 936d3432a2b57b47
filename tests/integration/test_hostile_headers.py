"""Headers of messages on the intake queue, as large and as strange as AMQP lets anybody send them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.invoices import numbered
from tests.running import Place, eventually, place
from tests.services.postgres import PostgreSQL
from tests.services.rabbitmq import RabbitMQ
from worker.queueing import topology
from worker.store import schema

LARGEST = 131_072 - 80  # what fits into the frame of a message's properties


@pytest.fixture
def somewhere(rabbitmq: RabbitMQ, postgres: PostgreSQL, tmp_path: Path) -> Iterator[Place]:
    """An empty virtual host and database with reference data."""
    with place(rabbitmq.fresh_vhost(), postgres.fresh_database(), tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    "headers",
    [
        {"x": "a" * LARGEST},
        {f"x{number}": "a" * 100 for number in range(1100)},
        {"aiguilleur-reason": "mine", "aiguilleur-code": 7, "x": {"deep": [{"er": [1, None, True]}]}},
        {"x-death": "a", "x-delivery-count": -1, "x-delay": 2**40},
    ],
    ids=["one of a whole frame", "many", "ours and nested", "the broker's"],
)
def test_no_header_stops_the_intake(somewhere: Place, headers: dict[str, Any]) -> None:
    """A message that is refused becomes one dead letter whatever its headers are, and the next one is taken at once."""
    served = somewhere.serve("--role", "intake,worker,relay")
    served.wait_ready()
    good = somewhere.announce(numbered(1), "d-1")
    somewhere.send(b"no JSON", headers=headers)
    somewhere.send(good, headers=headers)
    eventually(lambda: somewhere.ready(topology.RECEIVED_DEAD) == 1 and somewhere.count(schema.decisions) == 1)
    eventually(lambda: somewhere.ready(topology.RECEIVED) == 0)
    assert len(served.logged("message_refused")) == 1
    assert served.logged("step_failed") == []
    (letter,) = somewhere.taken(topology.RECEIVED_DEAD)
    assert letter[1] == b"no JSON"
    assert letter[0].headers["aiguilleur-code"] == "MESSAGE_MALFORMED"
