"""What every gate looks at: one invoice, what is known about it, the policy and the moment."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rules.exercises import closes
from rules.frameworks import FrameworkClass, framework_class
from rules.model import Commitment, Field, Invoice, Service, Snapshot
from rules.normalise import service_form
from rules.policy import Policy
from rules.trust import is_guess, is_sure


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

    @property
    def framework(self) -> FrameworkClass:
        """The class of the invoice's cadre."""
        code = self.invoice.billing_framework
        return framework_class(code.value if code else None)

    def is_guess(self, field: Field[Any] | None) -> bool:
        """Whether a value of the invoice was read from a page."""
        return is_guess(self.invoice, field)

    def is_sure(self, field: Field[Any] | None) -> bool:
        """Whether a value may be relied on: data, or a guess that the policy believes. What is absent is sure."""
        return is_sure(self.invoice, field, self.policy.page.threshold)

    def service(self, code: str | None) -> Service | None:
        """The usable service of the recipient that this code names, or None."""
        recipient = self.snapshot.recipient
        if not code or recipient is None:
            return None
        wanted = service_form(code)
        named = (
            service
            for service in self.snapshot.services
            if service.recipient_siret == recipient.siret
            and service_form(service.code) == wanted
            and service.usable_on(self.now.date())
        )
        return min(named, key=lambda service: service.code, default=None)

    def own_commitments(self) -> tuple[Commitment, ...]:
        """The commitments of this very recipient, in an order that does not depend on the reference files."""
        recipient = self.snapshot.recipient
        return self._commitments(lambda c: recipient is not None and c.recipient_siret == recipient.siret)

    def other_commitments(self) -> tuple[Commitment, ...]:
        """The commitments of the body's other budgets that bear a number or a contract like the invoice's."""
        recipient = self.snapshot.recipient
        return self._commitments(lambda c: recipient is None or c.recipient_siret != recipient.siret)

    def is_over(self, commitment: Commitment) -> bool:
        """Whether the commitment's exercise is over for this invoice."""
        return closes(commitment, self.invoice, self.now.date(), self.policy.exercises.complementary_days)

    def _commitments(self, wanted: Callable[[Commitment], bool]) -> tuple[Commitment, ...]:
        return tuple(sorted(filter(wanted, self.snapshot.commitments), key=commitment_order))


def commitment_order(commitment: Commitment) -> tuple[str, int, str]:
    """What orders commitments: their key, number first."""
    return commitment.number, commitment.fiscal_year or 0, commitment.recipient_siret
