"""Amounts and moments come back from each database as they went in."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Integer, MetaData, Table, func, select
from sqlalchemy.exc import StatementError

from worker.store.columns import Moment, Money
from worker.store.engine import open_engine

ZONES = [dt.UTC, ZoneInfo("Europe/Paris"), ZoneInfo("America/Cayenne"), ZoneInfo("Pacific/Noumea")]
amounts = st.decimals(min_value=Decimal("-1e15"), max_value=Decimal("1e15"), allow_nan=False, allow_infinity=False)
moments = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1), timezones=st.sampled_from(ZONES))  # noqa: DTZ001
values = Table(
    "values", MetaData(), Column("id", Integer, primary_key=True), Column("amount", Money), Column("moment", Moment)
)
on_one_table = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    engine = open_engine(store_url, durable=False)
    values.create(engine)
    yield engine
    engine.dispose()


def _longer(amount: Decimal) -> Decimal:
    """The same amount with one more zero at its end."""
    digits = format(amount, "f")
    return Decimal(f"{digits}0" if "." in digits else f"{digits}.0")


@on_one_table
@given(amount=amounts)
def test_an_amount_comes_back(engine: Engine, amount: Decimal) -> None:
    """Every amount comes back to the last digit, with two decimals or more, and is found by any spelling."""
    with engine.begin() as connection:
        connection.execute(values.delete())
        connection.execute(values.insert().values(amount=amount))
        read = connection.execute(select(values.c.amount)).scalar_one()
        spelled = select(func.count()).where(values.c.amount == _longer(amount))
        assert connection.execute(spelled).scalar_one() == 1
    assert isinstance(read, Decimal)
    assert read == amount
    assert len(str(read).partition(".")[2]) >= 2


@on_one_table
@given(moment=moments)
def test_a_moment_comes_back(engine: Engine, moment: dt.datetime) -> None:
    """Every moment comes back to the microsecond, in UTC, whatever its zone was."""
    with engine.begin() as connection:
        connection.execute(values.delete())
        connection.execute(values.insert().values(moment=moment))
        read = connection.execute(select(values.c.moment)).scalar_one()
    assert read == moment.astimezone(dt.UTC)
    assert read.tzinfo is dt.UTC


@on_one_table
@given(several=st.lists(moments, min_size=2, max_size=6))
def test_moments_sort_by_time(engine: Engine, several: list[dt.datetime]) -> None:
    """The database puts moments in the order of time, whatever their zones."""
    with engine.begin() as connection:
        connection.execute(values.delete())
        connection.execute(values.insert(), [{"moment": moment} for moment in several])
        read = list(connection.scalars(select(values.c.moment).order_by(values.c.moment)))
    assert read == sorted(moment.astimezone(dt.UTC) for moment in several)


@pytest.mark.parametrize(
    "value",
    [{"amount": Decimal("NaN")}, {"amount": Decimal("-Infinity")}, {"moment": dt.datetime(2026, 1, 1)}],  # noqa: DTZ001
)
def test_what_has_no_meaning_is_refused(engine: Engine, value: dict[str, object]) -> None:
    """No database takes an amount that is no number, or a moment without its zone."""
    with pytest.raises(StatementError, match=r"finite number|time zone"), engine.begin() as connection:
        connection.execute(values.insert().values(value))


def test_nothing_stays_nothing(engine: Engine) -> None:
    """An amount or a moment that is not known comes back as not known."""
    with engine.begin() as connection:
        connection.execute(values.insert().values(amount=None, moment=None))
        assert tuple(connection.execute(select(values.c.amount, values.c.moment)).one()) == (None, None)
