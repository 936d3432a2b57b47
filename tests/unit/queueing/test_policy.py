"""What is tried again, and when."""

import pytest

from worker.errors import ConfigurationError, DocumentAltered, ExtractionError, MessageMalformed, TransientError
from worker.queueing.connection import BrokerUnavailable
from worker.queueing.policy import MAX_BACKOFF_MS, MAX_RETRIES, MIN_BACKOFF_MS, backoff_ms, should_retry
from worker.store.availability import DatabaseUnavailable


@pytest.mark.parametrize(
    ("retries", "error", "expected"),
    [
        (0, TransientError(), True),
        (0, BrokerUnavailable(), True),
        (0, DatabaseUnavailable(), True),
        (MAX_RETRIES - 1, TransientError(), True),  # the eighth and last retry
        (MAX_RETRIES, TransientError(), False),  # enough
        (0, DocumentAltered(), False),  # permanent: the same again
        (0, MessageMalformed(), False),
        (0, ExtractionError(), False),
        (0, ConfigurationError(), False),
        (0, KeyError(), False),  # a fault of ours
        (0, OSError(), False),  # the actor names those that pass
        (0, SystemExit(), False),
    ],
)
def test_only_what_is_transient_is_tried_again(retries: int, error: BaseException, *, expected: bool) -> None:
    """A transient error has eight retries, every other one none."""
    assert should_retry(retries, error) is expected


@pytest.mark.parametrize("retries", range(MAX_RETRIES))
def test_the_pause_grows_and_stays_below_ten_minutes(retries: int) -> None:
    """Each pause lies between its doubled base and twice that, and never reaches the broker's half hour."""
    base = MIN_BACKOFF_MS * 2**retries
    for _ in range(50):
        pause = backoff_ms(retries)
        assert min(base, MAX_BACKOFF_MS / 2) <= pause <= min(2 * base, MAX_BACKOFF_MS)
