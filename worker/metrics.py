"""The counters of the service: a closed list. Labels come from closed sets, never from a document or a message."""

from prometheus_client import Counter

from worker.errors import WorkerError

DELIVERIES_RECEIVED = Counter("aiguilleur_deliveries_received", "Deliveries taken into the inbox for the first time.")
RETRIES = Counter("aiguilleur_retries", "Attempts that failed and will be made again.", ["reason"])
DEAD_LETTERS = Counter("aiguilleur_dead_letters", "Messages given up and kept as dead letters.", ["queue", "reason"])
EVENTS_PUBLISHED = Counter("aiguilleur_events_published", "Events that the broker has confirmed.", ["event"])
EVENTS_UNROUTABLE = Counter("aiguilleur_events_unroutable", "Attempts to publish that no queue took.", ["event"])
SWEPT = Counter("aiguilleur_swept_deliveries", "Deliveries found neither finished nor under way, and queued again.")


def reason_of(error: BaseException) -> str:
    """The label of an error: the stable code of ours, one word for all others."""
    return error.code if isinstance(error, WorkerError) else "UNEXPECTED"
