"""The review desk: what people decide where the rules could not, checked, recorded, and told by an event."""

import json
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine

from rules.model import AmountBasis, Commitment, Reservation
from rules.normalise import service_form
from worker.errors import PermanentError
from worker.events import Choice, event_id, resolved_event
from worker.ports import Clock
from worker.store import decisions, outbox, reference, reviews
from worker.store.decisions import Recorded
from worker.store.engine import reading
from worker.store.locks import lock_for_decision
from worker.store.reviews import Resolution


class NotUnderReview(PermanentError):
    """The invoice waits for nobody: it was resolved meanwhile, or decided otherwise. Look at it with `explain`."""

    code = "NOT_UNDER_REVIEW"


class ChoiceRefused(PermanentError):
    """What was chosen does not exist for this budget. Choose an active service, or a commitment of the budget."""

    code = "CHOICE_REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A choice as the person states it; `year` tells commitments of one number apart. Nothing chosen is None."""

    service_code: str | None = None
    commitment_number: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDesk:
    """Lists and resolves invoices under review."""

    engine: Engine
    clock: Clock
    source: str

    def waiting(self, queue: str | None = None) -> list[Recorded]:
        """The decisions that wait for a person, of one queue or of all."""
        with reading(self.engine) as connection:
            found = reviews.under_review(connection)
        return [item for item in found if queue is None or decision_of(item)["review_queue"] == queue]

    def resolve(self, invoice_key: str, chosen: Chosen | None, by: str, comment: str | None = None) -> Recorded:
        """Record what a person decided; None means that the invoice goes to none of what was proposed.

        Raises `NotUnderReview` and `ChoiceRefused`. The event goes out with the next run of the relay.
        """
        with self.engine.begin() as connection:
            if not reviews.is_under_review(connection, invoice_key):
                raise _not_under_review(invoice_key)
            latest = decisions.in_force(connection, invoice_key)
            recipient = decision_of(latest)["recipient_siret"]
            lock_for_decision(connection, latest.delivery_id, invoice_key, recipient)
            if not reviews.is_under_review(connection, invoice_key):  # somebody was faster
                raise _not_under_review(invoice_key)
            latest = decisions.in_force(connection, invoice_key)
            choice = _check(connection, latest, chosen) if chosen else None
            recorded = self._recorded(connection, latest, choice)
            resolution = _resolution(latest, choice, by, comment)
            recorded = replace(recorded, record=_with_resolution(latest, resolution))
            reviews.record(connection, recorded, resolution, _reservation(connection, latest, choice))
            self._announce(connection, recorded, resolution)
        return recorded

    def _recorded(self, connection: Connection, latest: Recorded, choice: "_Checked | None") -> Recorded:
        past = decisions.standing(connection, latest.invoice_key)
        number = (past.decision_number if past else latest.decision_number) + 1
        return replace(
            latest,
            decision_number=number,
            decided_at=self.clock.now(),
            outcome="ROUTED" if choice else "REVIEW",
            event_id=event_id(latest.invoice_key, number),
        )

    def _announce(self, connection: Connection, recorded: Recorded, resolution: Resolution) -> None:
        choice = Choice(resolution.commitment_number, resolution.commitment_year, resolution.service_code)
        event = resolved_event(
            source=self.source,
            invoice_key=recorded.invoice_key,
            decision_number=recorded.decision_number,
            decided_at=recorded.decided_at,
            resolved_by=resolution.resolved_by,
            choice=choice if resolution.chosen else None,
            accepted_rank=resolution.accepted_rank,
            comment=resolution.comment,
        )
        outbox.put(connection, event, recorded.decided_at)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A choice that exists: the service's code as in the reference data, and the commitment."""

    service_code: str
    commitment: Commitment | None


def _not_under_review(invoice_key: str) -> NotUnderReview:
    return NotUnderReview(f"{invoice_key} is not under review; see `aiguilleur explain {invoice_key}`")


def decision_of(recorded: Recorded) -> dict[str, Any]:
    """The decision part of a record."""
    decision: dict[str, Any] = json.loads(recorded.record)["decision"]
    return decision


def _check(connection: Connection, latest: Recorded, chosen: Chosen) -> _Checked:
    siret = decision_of(latest)["recipient_siret"]
    imp = reference.current_import(connection)
    if imp is None or siret is None:
        raise ChoiceRefused("the invoice's budget is not known here; it can only be resolved with --none")
    commitment = _commitment(connection, imp, siret, chosen) if chosen.commitment_number else None
    code = chosen.service_code or (commitment.service_code if commitment else None)
    if code is None:
        raise ChoiceRefused("neither a service nor a commitment that names one; give --service")
    services = reference.services(connection, imp, siret)
    found = next((s for s in services if service_form(s.code) == service_form(code) and s.active), None)
    if found is None:
        raise ChoiceRefused(f"the service “{code}” is not an active service of {siret}")
    return _Checked(found.code, commitment)


def _commitment(connection: Connection, imp: reference.CurrentImport, siret: str, chosen: Chosen) -> Commitment:
    years = reference.commitments_numbered(connection, imp, siret, chosen.commitment_number or "")
    found = [c for c in years if chosen.year in {None, c.fiscal_year}]
    if not found:
        raise ChoiceRefused(f"the commitment “{chosen.commitment_number}” is not one of {siret}")
    if len(found) > 1:
        told = ", ".join(str(c.fiscal_year) for c in found)
        raise ChoiceRefused(f"“{chosen.commitment_number}” exists in several exercises ({told}); give --year")
    return found[0]


def _resolution(latest: Recorded, choice: _Checked | None, by: str, comment: str | None) -> Resolution:
    commitment = choice.commitment if choice else None
    return Resolution(
        resolved_by=by,
        chosen=choice is not None,
        service_code=choice.service_code if choice else None,
        commitment_number=commitment.number if commitment else None,
        commitment_year=commitment.fiscal_year if commitment else None,
        accepted_rank=_rank(latest, commitment),
        comment=comment,
    )


def _rank(latest: Recorded, commitment: Commitment | None) -> int | None:
    """The rank under which the commitment was proposed, if it was."""
    if commitment is None:
        return None
    key = (commitment.number, commitment.fiscal_year)
    ranks = (c["rank"] for c in decision_of(latest)["candidates"] if (c["number"], c["fiscal_year"]) == key)
    return next(ranks, None)


def _with_resolution(latest: Recorded, resolution: Resolution) -> str:
    """The record of the reviewed decision, with what the person decided."""
    record = json.loads(latest.record)
    record["resolution"] = {
        "resolved_by": resolution.resolved_by,
        "chosen": resolution.chosen,
        "service_code": resolution.service_code,
        "commitment_number": resolution.commitment_number,
        "commitment_year": resolution.commitment_year,
        "comment": resolution.comment,
    }
    return json.dumps(record, ensure_ascii=False)


def _reservation(connection: Connection, latest: Recorded, choice: _Checked | None) -> Reservation | None:
    """What the chosen commitment now has to pay; credit notes give back."""
    commitment = choice.commitment if choice else None
    read = json.loads(latest.record)["read"]
    if commitment is None or read is None:
        return None
    imp = reference.current_import(connection)
    budget = reference.recipient(connection, imp, commitment.recipient_siret) if imp else None
    excluded = budget is not None and budget.amount_basis is AmountBasis.HT
    field = read["fields"].get("amount_excl_tax" if excluded else "amount_incl_tax")
    if field is None or field["value"] is None:
        return None
    amount = abs(Decimal(field["value"]))
    return Reservation(
        invoice_key=latest.invoice_key,
        recipient_siret=commitment.recipient_siret,
        number=commitment.number,
        fiscal_year=commitment.fiscal_year,
        amount=-amount if read["is_credit_note"] else amount,
    )
