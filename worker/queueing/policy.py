"""What is tried again, how often, and when."""

from dramatiq.common import compute_backoff

from worker.errors import TransientError

MAX_RETRIES = 8
MIN_BACKOFF_MS, MAX_BACKOFF_MS = 5_000, 600_000  # the broker closes a channel that holds a message for half an hour


def should_retry(retries_so_far: int, error: BaseException) -> bool:
    """Only what is transient is tried again: a permanent error, or a fault of ours, gives the same result."""
    return isinstance(error, TransientError) and retries_so_far < MAX_RETRIES


def backoff_ms(retries_so_far: int) -> int:
    """How long to wait before the next attempt: doubled each time, with jitter, between a half of it and all."""
    return int(compute_backoff(retries_so_far, factor=MIN_BACKOFF_MS, max_backoff=MAX_BACKOFF_MS)[1])
