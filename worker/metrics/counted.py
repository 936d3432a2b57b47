"""What each process counts of its own work. Sum over processes; after a restart a counter begins at 0."""

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each one here, which nobody asks for

_DAY = 86_400.0
_STAGE_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
_WAIT_BUCKETS = (0.05, 0.25, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 1800.0, 3600.0, 14_400.0, 43_200.0, _DAY)
_END_BUCKETS = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 1800.0, 3600.0, 14_400.0, 43_200.0,
                _DAY, 2 * _DAY, 3 * _DAY, 5 * _DAY, 7 * _DAY, 10 * _DAY, 14 * _DAY)  # fmt: skip

# Is anything coming in? One for each invoice, at its first decision: before it was read nobody knows what it is.
RECEIVED = Counter("aiguilleur_received", "Invoices decided for the first time.", ["format", "cadre"])
# Do documents reach the inbox, whatever the workers do?
DELIVERIES_RECEIVED = Counter("aiguilleur_deliveries_received", "Deliveries taken into the inbox for the first time.")
# What do we decide, and why? The primary reason only.
DECISIONS = Counter("aiguilleur_decisions", "Decisions, by outcome and primary reason.", ["outcome", "reason"])
# Which soft problems grow?
WARNINGS = Counter("aiguilleur_warnings", "Warnings of decisions.", ["reason"])
# How many rely on normalisation?
MATCH_RUNG = Counter("aiguilleur_match_rung", "Decisions with a commitment, by the rung that matched.", ["rung"])
# Redelivery, or a real duplicate?
DUPLICATES = Counter("aiguilleur_duplicates", "Deliveries that came again, and invoices like another.", ["reason"])
# Has the schema upstream moved?
UNKNOWN_VALUES = Counter("aiguilleur_unknown_values", "Values and elements that no known schema has.", ["field"])
# How much money finds its way, by policy label of the commitment? Credit notes are left out: a counter never falls.
# An invoice with several labels counts under each.
ROUTED_AMOUNT = Counter(
    "aiguilleur_routed_amount", "Euros (tax included) of routed invoices, by label of the commitment.", ["label"]
)

# Where does the time go? Seconds of one invoice in each stage.
PROCESSING = Histogram(
    "aiguilleur_processing_seconds", "Time of one invoice in a stage.", ["stage"], buckets=_STAGE_BUCKETS
)
# Are there enough workers? First attempts only: later ones wait on purpose.
QUEUE_WAIT = Histogram(
    "aiguilleur_queue_wait_seconds", "From a delivery being queued to the work on it.", buckets=_WAIT_BUCKETS
)
# Is it decided within 15 minutes? The objective rests on it. Failed attempts, and what was lost and found, count.
FIRST_DECISION = Histogram(
    "aiguilleur_first_decision_seconds", "From received to the first decision.", buckets=_WAIT_BUCKETS
)
# How long did the supplier wait for us? From available on the portal, or received where it did not say, to decided.
END_TO_END = Histogram(
    "aiguilleur_end_to_end_seconds", "From available on the portal to decided.", ["outcome"], buckets=_END_BUCKETS
)

# Are failures transient, or is something broken?
RETRIES = Counter("aiguilleur_retries", "Attempts that failed and will be made again.", ["reason"])
DEAD_LETTERS = Counter("aiguilleur_dead_letters", "Deliveries and messages given up.", ["queue", "reason"])
# Is work lost on its way, and found again?
SWEPT = Counter("aiguilleur_swept_deliveries", "Deliveries found neither finished nor under way, and queued again.")
# Are the consumers fed?
EVENTS_PUBLISHED = Counter("aiguilleur_events_published", "Events that the broker has confirmed.", ["event"])
EVENTS_UNROUTABLE = Counter("aiguilleur_events_unroutable", "Attempts to publish that no queue took.", ["event"])

# Can this process work? 0 in one that has no worker, or whose threads have ended.
WORKER_THREADS_ALIVE = Gauge("aiguilleur_worker_threads_alive", "Threads of the worker that live.")
# Which rules, and which program, decided? Always 1.
RULES_INFO = Gauge("aiguilleur_rules_info", "The policy in force.", ["version"])
BUILD_INFO = Gauge("aiguilleur_build_info", "The program.", ["version"])

# Does the portal answer? By endpoint, with the stable code of the error where it does not.
PORTAL_CALLS = Counter(
    "aiguilleur_portal_calls", "Calls of the portal, by endpoint and result.", ["endpoint", "result"]
)
PORTAL_RETRIES = Counter("aiguilleur_portal_retries", "Attempts at the portal that are made again.", ["reason"])
# Which invoices cannot be fetched, and why? Each is tried again, less and less often.
PORTAL_FETCH_FAILURES = Counter("aiguilleur_portal_fetch_failures", "Downloads that failed.", ["reason"])
# What became of the proposals that were sent?
PORTAL_SENDINGS = Counter("aiguilleur_portal_sendings", "Statuses sent to the portal, by result.", ["result"])
PORTAL_CIRCUIT_OPEN = Gauge("aiguilleur_portal_circuit_open", "Whether the portal is left alone after failures.")
PORTAL_CLOCK_SKEW = Gauge("aiguilleur_portal_clock_skew_seconds", "How far our clock is ahead of the portal's.")
