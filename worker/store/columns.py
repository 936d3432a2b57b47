"""Column types that keep their meaning on every database: moments with a zone, money without floats."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import Dialect, Numeric, Text
from sqlalchemy.types import DateTime, TypeDecorator, TypeEngine


class Moment(TypeDecorator[dt.datetime]):
    """A moment, kept in UTC. SQLite has no zone, so it is taken off on the way in and put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        moment = value.astimezone(dt.UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if dialect.name == "sqlite" else value.astimezone(dt.UTC)


class Money(TypeDecorator[Decimal]):
    """A decimal amount: `numeric` where the database has it, the digits as text in SQLite, which would use floats.

    Equal amounts are written with the same digits, two decimals at least, so that `=` means the same on both.
    """

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        digits = _digits(value)
        return digits if dialect.name == "sqlite" else Decimal(digits)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        _ = dialect
        return None if value is None else Decimal(value)


def _digits(amount: Decimal) -> str:
    if not amount.is_finite():
        raise ValueError("an amount is a finite number")
    whole, _, decimals = format(amount or Decimal(0), "f").partition(".")  # no sign on zero
    return f"{whole}.{decimals.rstrip('0'):0<2}"
