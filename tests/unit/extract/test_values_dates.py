"""Dates: every form that the two circuits write, and which are none."""

import datetime as dt

import pytest

from rules.findings import ReasonCode
from tests.unit.extract.samples import BILL, CII, CII_REFORM, invoice, told
from worker.extract.values import date_of

DAY = dt.date(2026, 8, 16)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("20260816", None),
        ("20260816", "102"),
        ("202608161430", "203"),
        ("20260816143059", "204"),
        ("2026-08-16", None),
        ("2026-08-16", "102"),
        ("2026-08-16Z", None),
        ("2026-08-16+02:00", None),
        ("2026-08-16-04:00", None),
        ("2026-08-16T14:30:59", None),
        ("2026-08-16T14:30:59.123Z", None),
        ("2026-08-16T14:30:59+02:00", None),
    ],
)
def test_accepted(text, code):
    """ISO dates with or without zone and time, and digits whose number fits their format."""
    assert date_of(text, code) == DAY


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("20260816XX", None),
        ("20260816XX", "102"),
        ("2026081", "102"),
        ("202608161430", None),
        ("202608161430", "102"),
        ("20260816", "203"),
        ("20260816", "204"),
        ("202608", "610"),
        ("20260816", "999"),
        ("20260230", "102"),
        ("20261301", None),
        ("00000101", None),
        ("9999-12-31", None),
        ("99991231", "102"),
        ("0001-01-01", None),
        ("2026-02-29", None),
        ("2026-00-10", None),
        ("0000-01-01", None),
        ("16/08/2026", None),
        ("2026/08/16", None),
        ("26-08-16", None),
        ("2026-8-16", None),
        ("2026-08-16 14:30", None),
        ("2026-08-16T", None),
        ("-2026-08-16", None),
        ("٢٠٢٦٠٨١٦", None),
        ("", None),
    ],
)
def test_refused(text, code):
    """Impossible days, formats that do not fit and other ways of writing a date are none."""
    assert date_of(text, code) is None


def dated(element, of=CII):
    """An invoice with other elements for its date of issue."""
    begin = of.index(b"<udt:DateTimeString")
    end = of.index(b"</udt:DateTimeString>", begin) + len(b"</udt:DateTimeString>")
    return invoice(of[:begin] + element.encode() + of[end:])


def test_digits_without_format():
    """Chorus Pro's own files leave the format out; eight digits are then a date."""
    assert b"format=" not in CII
    assert b'format="102"' in CII_REFORM
    assert invoice(CII).issue_date.value == invoice(CII_REFORM).issue_date.value == BILL.issued


@pytest.mark.parametrize("code", ["", " ", "102", " 102 "])
def test_blanks_around_the_format(code):
    """A blank format is none, and blanks around one do not count."""
    assert dated(f"<udt:DateTimeString format='{code}'>20260816</udt:DateTimeString>").issue_date.value == DAY


def test_unreadable_day():
    """A date that cannot be understood keeps its text, has no value and is told."""
    read = dated("<udt:DateTimeString format='102'>20260816XX</udt:DateTimeString>")
    assert (read.issue_date.raw, read.issue_date.value) == ("20260816XX", None)
    assert told(read, ReasonCode.INT_VALUE_UNREADABLE) == [{"field": "issue_date", "value": "20260816XX"}]


def test_format_of_the_date_that_is_kept():
    """The format belongs to the date that is kept, not to a blank one before it."""
    blank = "<udt:DateTimeString format='102'> </udt:DateTimeString>"
    assert dated(blank + "<udt:DateTimeString format='203'>202608161430</udt:DateTimeString>").issue_date.value == DAY


@pytest.mark.parametrize("element", ["", "<udt:DateTimeString/>", "<udt:DateTimeString>  </udt:DateTimeString>"])
def test_absent(element):
    """An absent or blank date is missing, not unreadable."""
    read = dated(element)
    assert read.issue_date is None
    assert {"field": "issue_date"} in told(read, ReasonCode.INT_VALUE_MISSING)
