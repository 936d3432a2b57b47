"""The metrics of the service: a closed list, each with the question that it answers. Names and labels are public.

What happens is counted by the process in which it happens, after its transaction, and told on that process's `/metrics`
(`worker.metrics.counted`). What is held is asked of the database, by one process (`worker.metrics.stock`). Labels come
from closed sets (`worker.metrics.labels`).
"""

from worker.metrics.counted import (
    BUILD_INFO,
    DEAD_LETTERS,
    DECISIONS,
    DELIVERIES_RECEIVED,
    DUPLICATES,
    END_TO_END,
    EVENTS_PUBLISHED,
    EVENTS_UNROUTABLE,
    FIRST_DECISION,
    MATCH_RUNG,
    PORTAL_CALLS,
    PORTAL_CIRCUIT_OPEN,
    PORTAL_CLOCK_SKEW,
    PORTAL_FETCH_FAILURES,
    PORTAL_RETRIES,
    PORTAL_SENDINGS,
    PROCESSING,
    QUEUE_WAIT,
    RECEIVED,
    RETRIES,
    ROUTED_AMOUNT,
    RULES_INFO,
    SWEPT,
    UNKNOWN_VALUES,
    WARNINGS,
    WORKER_THREADS_ALIVE,
)
from worker.metrics.labels import REPEATED, reason_of

__all__ = [
    "BUILD_INFO",
    "DEAD_LETTERS",
    "DECISIONS",
    "DELIVERIES_RECEIVED",
    "DUPLICATES",
    "END_TO_END",
    "EVENTS_PUBLISHED",
    "EVENTS_UNROUTABLE",
    "FIRST_DECISION",
    "MATCH_RUNG",
    "PORTAL_CALLS",
    "PORTAL_CIRCUIT_OPEN",
    "PORTAL_CLOCK_SKEW",
    "PORTAL_FETCH_FAILURES",
    "PORTAL_RETRIES",
    "PORTAL_SENDINGS",
    "PROCESSING",
    "QUEUE_WAIT",
    "RECEIVED",
    "REPEATED",
    "RETRIES",
    "ROUTED_AMOUNT",
    "RULES_INFO",
    "SWEPT",
    "UNKNOWN_VALUES",
    "WARNINGS",
    "WORKER_THREADS_ALIVE",
    "reason_of",
]
