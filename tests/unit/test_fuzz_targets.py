"""What `make fuzz` would run, run once: a target that has fallen behind the code is told by every test run."""

import pytest

from tests.fuzz.targets import TARGETS

_SEEDS = 3  # of each target: enough to go through it


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_holds_on_its_seeds(name: str) -> None:
    """Its seeds are there, are no longer than it takes, and pass its check."""
    target = TARGETS[name]
    seeds = list(target.seeds())[:_SEEDS]
    assert seeds
    for seed in seeds:
        assert target.check(seed[: target.largest]) is None
