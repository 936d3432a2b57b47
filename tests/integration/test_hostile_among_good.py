"""Hostile documents among good ones, through the real service: they cost the good ones nothing but their own time."""

from pathlib import Path

from tests.hostile.among import not_as_declared, of_good, spread, through
from tests.invoices import numbered
from tests.running import place
from tests.services.postgres import PostgreSQL
from tests.services.rabbitmq import RabbitMQ

_GOOD, _HOSTILE = 200, 20
_SECONDS = 300.0  # many times what it takes


def test_nothing_is_lost_or_changed(rabbitmq: RabbitMQ, postgres: PostgreSQL, tmp_path: Path) -> None:
    """Every delivery is decided and told: hostile ones as they are alone, good ones as without any hostile one."""
    hostile = spread(_HOSTILE)
    with place(rabbitmq.fresh_vhost(), postgres.fresh_database(), tmp_path) as made:
        ended = through(made, [numbered(number) for number in range(_GOOD)], hostile, _SECONDS, "--threads", "4")
    assert len(ended.outcomes) == _GOOD + _HOSTILE
    assert len(of_good(ended.outcomes)) == _GOOD
    assert set(of_good(ended.outcomes).values()) == {(("ROUTED", "OK"),)}
    assert not_as_declared(ended.outcomes, hostile) == []
    assert ended.untold == 0
    assert ended.left == ()
