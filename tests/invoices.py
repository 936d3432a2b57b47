"""Many distinct invoices, cheaply: one small pivot whose number and portal id are replaced."""

from decimal import Decimal
from functools import cache

from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import Bill, Line
from tests.fixture_maker.pivot import Unit, pivot

_NUMBER, _PORTAL_ID = "SRV-26-0000000", "910000000"


def numbered(number: int) -> bytes:
    """The pivot of invoice `number`, below ten million."""
    named = _template().replace(_NUMBER.encode(), f"SRV-26-{number:07d}".encode())
    return named.replace(_PORTAL_ID.encode(), str(910_000_000 + number).encode())


@cache
def _template() -> bytes:
    line = Line("Fournitures", 1, Decimal("10.00"))
    return pivot(Unit(Bill(_NUMBER, p.OFFICE, p.MAIN, (line,), service="DIRINFRA", portal_id=_PORTAL_ID), ()))
