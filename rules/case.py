"""What every gate looks at: one invoice, what is known about it, the policy and the moment."""

import datetime as dt
from dataclasses import dataclass

from rules.model import Commitment, Invoice, Service, Snapshot
from rules.normalise import service_form
from rules.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One invoice before the rules. `waiting_since` is when it first began to wait, if it does."""

    invoice: Invoice
    invoice_key: str
    snapshot: Snapshot
    policy: Policy
    now: dt.datetime
    waiting_since: dt.datetime | None = None

    @property
    def stale(self) -> bool:
        """Whether the reference data is older than the policy allows."""
        as_of = self.snapshot.as_of
        return as_of is None or self.now - as_of > dt.timedelta(hours=self.policy.reference.max_age_hours)

    def service(self, code: str | None) -> Service | None:
        """The usable service of the recipient that this code names, or None."""
        if not code:
            return None
        wanted = service_form(code)
        today = self.now.date()
        named = (service for service in self.snapshot.services if service_form(service.code) == wanted)
        return next((service for service in named if service.usable_on(today)), None)

    def own_commitments(self) -> tuple[Commitment, ...]:
        """The commitments of this very recipient, in an order that does not depend on the reference files."""
        recipient = self.snapshot.recipient
        mine = (c for c in self.snapshot.commitments if recipient and c.recipient_siret == recipient.siret)
        return tuple(sorted(mine, key=lambda c: (c.number, c.fiscal_year or 0)))
