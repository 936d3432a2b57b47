"""How a scenario of the decision table is delivered: ordinary pivots, one invoice each unless it says otherwise."""

import dataclasses
import datetime as dt
from decimal import Decimal

from tests.fixture_maker.bill import Bill, Line, bill
from tests.fixture_maker.cases.common import delivered
from tests.fixture_maker.model import Case, Intended, case, sequence


def one(case_id: str, purpose: str, invoice: Bill, decision: Intended, *, rows: tuple[int, ...]) -> Case:
    """One invoice in one pivot."""
    return case(case_id, "pivot", purpose, delivered(invoice), decision, rows=rows)


def stale(case_id: str, purpose: str, invoice: Bill, decision: Intended, *, rows: tuple[int, ...]) -> Case:
    """One invoice, decided against the reference data of weeks ago."""
    return dataclasses.replace(one(case_id, purpose, invoice, decision, rows=rows), stale=True)


def several_days(case_id: str, purpose: str, *steps: tuple[Bill, Intended], rows: tuple[int, ...]) -> Case:
    """Several invoices, each in a pivot of its own, in this order."""
    deliveries = ((f"{order}.xml", delivered(invoice), decision) for order, (invoice, decision) in enumerate(steps, 1))
    return sequence(case_id, "pivot", purpose, *deliveries, rows=rows)


def named(number: str, on: str, net: str, commitment: str | None, contract: str | None = None) -> Bill:
    """Bill what a commitment foresees, but name the commitment and the market in these words."""
    return bill(number, on=on, net=net).but(commitment=commitment, contract=contract)


def credit(of: Bill, number: str, net: str) -> Bill:
    """Credit a part of a bill, naming that bill and nothing else to route by."""
    lines = (Line("Avoir", 1, Decimal(net)),)
    return of.but(
        number=number, kind="381", origin=of.number, lines=lines, service=None, commitment=None, contract=None
    )


def on(day: str) -> dt.date:
    """Read a day of November 2026, or another ISO date."""
    return dt.date.fromisoformat(day)
