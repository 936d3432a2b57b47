"""The payment clock: when it starts, its one stop, and how near its end is."""

import datetime as dt

import pytest

from rules.payment import (
    Bucket,
    Facts,
    Suspension,
    bucket_of,
    days_left,
    deadline,
    payment_deadline,
    starts_on,
    subcontractor_starts_on,
    works_check_until,
)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("available", "performed", "start"),
    [
        ("11-02", None, "11-02"),  # R2192-15: the portal's message
        ("11-02", "10-20", "11-02"),  # done before: the message still
        ("11-02", "11-02", "11-02"),
        ("11-02", "11-09", "11-09"),  # R2192-13: billed before it was done
    ],
)
def test_start(available: str, performed: str | None, start: str) -> None:
    """The clock starts when the invoice is available, or when the work was done if that is later."""
    assert starts_on(_day(available), _day(performed) if performed else None) == _day(start)


@pytest.mark.parametrize(
    ("notified", "completed", "last"),
    [
        ("11-12", "11-22", "12-22"),  # 20 days remained: a new period of 30
        ("11-02", "11-22", "12-22"),  # told on the first day: 30 remained, and 30 are given
        ("10-20", "11-22", "01-04"),  # told before the clock started, 43 remained: they are kept
        ("12-02", "12-03", "01-02"),  # told on the last day
        ("12-03", "12-10", "12-02"),  # told when it was late already: nothing stops
        ("12-03", None, "12-02"),
        ("11-12", "11-12", "12-12"),  # completed at once
    ],
)
def test_one_stop(notified: str, completed: str | None, last: str) -> None:
    """After a stop a period of 30 days opens, or of what remained where that was more (R2192-29)."""
    stop = Suspension(notified_on=_day(notified), completed_on=_day(completed) if completed else None)
    found = deadline(Facts(available_on=_day("11-02"), suspension=stop), 30)
    assert found is not None
    assert f"{found:%m-%d}" == last


def test_a_stopped_clock_has_no_deadline() -> None:
    """While something is missing there is no last day to pay."""
    facts = Facts(available_on=_day("11-02"), suspension=Suspension(notified_on=_day("11-12")))
    assert deadline(facts, 30) is None


def test_a_balance_above_thirty_is_kept() -> None:
    """A body that has 50 days, as a public hospital, keeps what remained of them."""
    stop = Suspension(notified_on=_day("11-07"), completed_on=_day("11-10"))
    assert deadline(Facts(available_on=_day("11-02"), suspension=stop), 50) == _day("11-10") + dt.timedelta(days=45)


def test_without_a_stop() -> None:
    """The last day is the start and the body's days, the day of the work taken into account."""
    facts = Facts(available_on=_day("11-02"), performed_on=_day("11-05"))
    assert deadline(facts, 30) == _day("12-05")


def test_a_stop_cannot_end_before_it_begins() -> None:
    """Such facts are refused."""
    with pytest.raises(ValueError, match="suspension"):
        Suspension(notified_on=_day("11-12"), completed_on=_day("11-11"))


@pytest.mark.parametrize(
    ("agreed", "start"), [(None, "11-17"), ("11-09", "11-09"), ("11-17", "11-17"), ("11-25", "11-17")]
)
def test_subcontractor(agreed: str | None, start: str) -> None:
    """The clock of a sub-contractor starts with the holder's agreement, or after his 15 days of silence."""
    assert subcontractor_starts_on(_day("11-02"), _day(agreed) if agreed else None) == _day(start)


def test_end_of_the_calendar() -> None:
    """A deadline beyond the last day of the calendar is that day."""
    assert payment_deadline(None, dt.datetime(9999, 12, 20, tzinfo=dt.UTC), 30) == dt.date.max


def test_works() -> None:
    """The maître d'œuvre has seven days to check."""
    assert works_check_until(_day("11-02")) == _day("11-09")


@pytest.mark.parametrize(
    ("today", "left", "bucket"),
    [
        ("10-25", 38, Bucket.UP_TO_30),  # more than 30: no cause for worry
        ("11-02", 30, Bucket.UP_TO_30),
        ("11-11", 21, Bucket.UP_TO_30),
        ("11-12", 20, Bucket.UP_TO_20),
        ("11-21", 11, Bucket.UP_TO_20),
        ("11-22", 10, Bucket.UP_TO_10),
        ("11-26", 6, Bucket.UP_TO_10),
        ("11-27", 5, Bucket.UP_TO_5),
        ("12-02", 0, Bucket.UP_TO_5),  # the last day is in time
        ("12-03", -1, Bucket.LATE),
        ("12-31", -29, Bucket.LATE),
    ],
)
def test_days_left(today: str, left: int, bucket: Bucket) -> None:
    """Days are counted to the deadline, and every number of days has one bucket."""
    assert days_left(_day("12-02"), _day(today)) == left
    assert bucket_of(left) is bucket
