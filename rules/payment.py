"""The payment clock (délai global de paiement), by the code de la commande publique (CCP).

A body pays within 30 days (R2192-10). The clock starts when the request for payment is available to it, or when the
work was done if that is later (R2192-12 to -15). It stops once at most, before the payment is ordered, when the
supplier is told what is missing (R2192-27, -28); when that has come a new period opens: 30 days, or what remained if
that was more (R2192-29). Days are calendar days, and the last one is a day on which payment is in time.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from rules.model import Invoice

NEW_PERIOD_DAYS = 30  # R2192-29
PROJECT_MANAGER_DAYS = 7  # within which the maître d'œuvre checks a works invoice; they are part of the body's days
SILENCE_DAYS = 15  # after which the holder of the contract counts as agreeing to a sub-contractor's invoice


class Bucket(StrEnum):
    """How near a deadline is. The last one has no end: a balance above 30 days (R2192-29) is no cause for worry."""

    LATE = "late"
    UP_TO_5 = "0_5"
    UP_TO_10 = "6_10"
    UP_TO_20 = "11_20"
    UP_TO_30 = "21_30"


# The days left up to which each bucket goes, the nearest first; the last bucket takes the rest.
BUCKETS: tuple[tuple[int, Bucket], ...] = (
    (-1, Bucket.LATE),
    (5, Bucket.UP_TO_5),
    (10, Bucket.UP_TO_10),
    (20, Bucket.UP_TO_20),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """The one stop of a clock. `completed_on` is None while something is still missing.

    `notified_on` is the day on which the supplier was told, with the reasons and the pieces to be given (R2192-28).
    Raises `ValueError` where the end comes before the beginning.
    """

    notified_on: dt.date
    completed_on: dt.date | None = None

    def __post_init__(self) -> None:
        if self.completed_on is not None and self.completed_on < self.notified_on:
            raise ValueError("a suspension cannot end before it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the clock of one request for payment follows from; what is not known is None."""

    available_on: dt.date
    performed_on: dt.date | None = None
    suspension: Suspension | None = None


def starts_on(available_on: dt.date, performed_on: dt.date | None = None) -> dt.date:
    """The day on which the clock starts.

    That is the day of the portal's message that the invoice is available (R2192-15), or the day on which the work was
    done, if later (R2192-13). Neither the date of the invoice nor the moment at which it reached us counts.
    """
    return available_on if performed_on is None else max(available_on, performed_on)


def works_check_until(received_by_manager_on: dt.date) -> dt.date:
    """The last day on which the maître d'œuvre should have checked a works invoice.

    On works the clock starts when the maître d'œuvre receives the request (R2192-12, where the contract names him), so
    his seven days are part of the thirty: they move no deadline, and a delay of his is the body's.
    """
    return received_by_manager_on + dt.timedelta(days=PROJECT_MANAGER_DAYS)


def subcontractor_starts_on(received_by_holder_on: dt.date, agreed_on: dt.date | None = None) -> dt.date:
    """The day on which the clock of a sub-contractor who is paid directly starts.

    That is the day on which the body has the holder's agreement, or the end of the holder's 15 days of silence,
    whichever comes first. A refusal opens no clock, and is no case of this function.
    """
    silence_ends = received_by_holder_on + dt.timedelta(days=SILENCE_DAYS)
    return silence_ends if agreed_on is None else min(agreed_on, silence_ends)


def deadline(facts: Facts, days: int) -> dt.date | None:
    """The last day to pay; None while the clock stands still.

    A notice that comes after the deadline stops nothing: what is late stays late.
    """
    first = starts_on(facts.available_on, facts.performed_on) + dt.timedelta(days=days)
    stop = facts.suspension
    if stop is None or stop.notified_on > first:
        return first
    if stop.completed_on is None:
        return None
    balance = (first - stop.notified_on).days
    return stop.completed_on + dt.timedelta(days=max(NEW_PERIOD_DAYS, balance))


def payment_deadline(invoice: Invoice | None, made_available_at: dt.datetime, days: int) -> dt.date:
    """The last day to pay, as far as the document says, counted from the day the invoice became available (R2192-15).

    The portal's own date (`DateReception` of the pivot) wins over the moment at which the delivery reached us. No
    document states when the work was done, nor a suspension, nor the agreement of a holder.
    """
    received = invoice.reception_date.value if invoice and invoice.reception_date else None
    try:
        return starts_on(received or made_available_at.date()) + dt.timedelta(days=days)
    except OverflowError:  # a sender may announce an invoice for the last day of the calendar
        return dt.date.max


def days_left(deadline: dt.date, today: dt.date) -> int:
    """How many days there are to pay: 0 on the last day, negative when it is past."""
    return (deadline - today).days


def bucket_of(days: int) -> Bucket:
    """The bucket of a number of days left."""
    return next((bucket for most, bucket in BUCKETS if days <= most), Bucket.UP_TO_30)
