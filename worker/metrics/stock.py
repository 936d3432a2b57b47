"""What the service holds, as gauges and counters that one process reads from the database when it is scraped.

Several processes would tell the same numbers: give the role `exporter` to one, and take `max`, not `sum`, over
instances where that cannot be sure.

Names follow Prometheus: seconds, and the thing that is counted. So what the design calls `payment_days_left` is
`payment_due_invoices` here, and its `first_seen_age_days_max` is `first_seen_age_seconds_max`.
"""

from typing import NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

Family = GaugeMetricFamily | CounterMetricFamily


class Stock(NamedTuple):
    """A declared series: its name, what it says, its labels."""

    name: str
    says: str
    labels: tuple[str, ...] = ()
    is_counter: bool = False

    def family(self) -> Family:
        """An empty family, to be filled with one reading."""
        kind = CounterMetricFamily if self.is_counter else GaugeMetricFamily
        return kind(self.name, self.says, labels=self.labels)


# Can the numbers below be believed? 0: the database was not read, and they are absent.
EXPORTER_UP = Stock("aiguilleur_exporter_up", "Whether the database could be read for the gauges of the stock.")
# How many are not routed yet, and whose are they? `queued` and `given_up` count deliveries, which nobody has read yet.
UNROUTED = Stock("aiguilleur_unrouted_invoices", "Invoices not routed yet.", ("outcome", "service"))
# The number of operations: how long has the oldest of them been here?
OLDEST = Stock("aiguilleur_oldest_unrouted_age_seconds", "Age of the oldest one not routed yet.", ("outcome",))
# How close is the legal deadline of what we still hold? 30 days and more count as 21_30.
PAYMENT_DUE = Stock(
    "aiguilleur_payment_due_invoices", "Invoices not routed yet, by days to pay.", ("bucket", "service")
)
# How long does an invoice wander, over recycles?
FIRST_SEEN = Stock("aiguilleur_first_seen_age_seconds_max", "Time since the first sight of the oldest one not routed.")
# Do events leave?
OUTBOX_PENDING = Stock("aiguilleur_outbox_pending", "Events not confirmed by the broker yet.")
OUTBOX_OLDEST = Stock("aiguilleur_outbox_oldest_age_seconds", "Age of the oldest event not confirmed yet.")
# Are the reference data fresh, and whole? Absent before the first import.
REFERENTIAL_AGE = Stock("aiguilleur_referential_age_seconds", "Time since the export of the reference data in force.")
REFERENTIAL_ROWS = Stock("aiguilleur_referential_rows", "Rows of the reference data in force.", ("table",))
REFERENTIAL_CHANGE = Stock("aiguilleur_referential_change_ratio", "Growth of a table at its last import.", ("table",))
# Are our proposals right? People decide through commands, which nobody scrapes: the database has them all.
REVIEW_RESOLVED = Stock(
    "aiguilleur_review_resolved", "Reviews that people ended.", ("reason", "resolution"), is_counter=True
)

# Does the portal hold what could not be fetched yet? Absent where the portal's API was never used.
PORTAL_PENDING = Stock(
    "aiguilleur_portal_pending_invoices", "Invoices that the portal lists and that are to be fetched."
)
PORTAL_OLDEST = Stock("aiguilleur_portal_oldest_pending_age_seconds", "Time since the oldest of them was listed.")
# When does the password of the technical account end? It lasts 424 days.
CREDENTIAL_EXPIRY = Stock("aiguilleur_credential_expiry_timestamp_seconds", "When a credential ends.", ("name",))
# Is there an invoice on the portal that nobody here has heard of? It must be 0. Absent before the first proof.
COMPLETENESS_MISSING = Stock("aiguilleur_completeness_missing", "Invoices of the portal that are unknown here.")
# Is the proof itself running? Before the first one that ended: when the first one was begun.
COMPLETENESS_SUCCESS = Stock(
    "aiguilleur_completeness_last_success_timestamp_seconds", "When the latest comparison with the portal ended."
)

ALL = (EXPORTER_UP, UNROUTED, OLDEST, PAYMENT_DUE, FIRST_SEEN, OUTBOX_PENDING, OUTBOX_OLDEST, REFERENTIAL_AGE,
       REFERENTIAL_ROWS, REFERENTIAL_CHANGE, REVIEW_RESOLVED, PORTAL_PENDING, PORTAL_OLDEST, CREDENTIAL_EXPIRY,
       COMPLETENESS_MISSING, COMPLETENESS_SUCCESS)  # fmt: skip
