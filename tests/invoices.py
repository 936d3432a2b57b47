"""Many distinct invoices, cheaply."""

from decimal import Decimal

from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import Bill, Line
from tests.fixture_maker.pivot import Unit, pivot


def numbered(number: int) -> bytes:
    """The pivot of invoice `number`, with a number, a portal id and an amount of its own."""
    line = Line("Fournitures", 1, Decimal(1000 + number) / 100)
    bill = Bill(
        f"SRV-26-{number:07d}", p.OFFICE, p.MAIN, (line,), service="DIRINFRA", portal_id=str(910_000_000 + number)
    )
    return pivot(Unit(bill, ()))
