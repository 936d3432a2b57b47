"""Amounts of money: what is one, and which of several is meant."""

from decimal import Decimal

import pytest

from rules.findings import ReasonCode
from tests.fixture_maker.xmlkit import rewrite
from tests.unit.extract.samples import CII_REFORM, UBL_REFORM, invoice, told
from worker.extract.values import decimal_of, decoded_size


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("120", "120"),
        ("120.00", "120.00"),
        ("3245.681450", "3245.681450"),
        ("-20.00", "-20.00"),
        ("+20", "20"),
        ("00120.50", "120.50"),
        (".5", "0.5"),
        ("5.", "5"),
        ("120,50", "120.50"),
        ("-0,5", "-0.5"),
        (",5", "0.5"),
        ("9" * 28, "9" * 28),
        ("9" * 26 + ".99", "9" * 26 + ".99"),
    ],
)
def test_accepted(text, value):
    """A point or one comma is the decimal mark, and every digit is kept."""
    assert decimal_of(text) == Decimal(value)
    assert decimal_of(text).as_tuple() == Decimal(value).as_tuple()


@pytest.mark.parametrize(
    "text",
    [
        *("", "+", "-", ".", ",", "-.", "--5", "+-5", "5-"),
        *("1 250,00", "1\u00a0250.00", "1\u202f250", "1_250"),
        *("1,250.00", "1.250,00", "1,250,000", "1.250.000"),
        *("1e5", "1E-2", "Infinity", "NaN", "-inf", "0x10"),
        *("120 EUR", "120€", "cent", "١٢٠", "１２０", "²", "9" * 29, "0." + "1" * 28),
    ],
)
def test_refused(text):
    """Thousands marks, exponents, words, other scripts and more digits than decimals keep are no amount."""
    assert decimal_of(text) is None


def test_unreadable_amount():
    """An amount that cannot be understood keeps its text, has no value and is told."""
    odd = invoice(CII_REFORM.replace(b"<ram:GrandTotalAmount>1500.00<", b"<ram:GrandTotalAmount> 1 500,00 <"))
    assert (odd.amount_incl_tax.raw, odd.amount_incl_tax.value) == (" 1 500,00 ", None)
    assert told(odd, ReasonCode.INT_VALUE_UNREADABLE) == [{"field": "amount_incl_tax", "value": "1 500,00"}]


def taxes(*amounts):
    """An invoice in euros with some totals of VAT, as (currency, amount)."""
    shown = "".join(
        f"<ram:TaxTotalAmount currencyID='{currency}'>{amount}</ram:TaxTotalAmount>"
        if currency
        else f"<ram:TaxTotalAmount>{amount}</ram:TaxTotalAmount>"
        for currency, amount in amounts
    )
    old = b'<ram:TaxTotalAmount currencyID="EUR">250.00</ram:TaxTotalAmount>'
    assert old in CII_REFORM
    return invoice(CII_REFORM.replace(old, shown.encode()))


@pytest.mark.parametrize(
    ("amounts", "value"),
    [
        ([(None, "250.00")], "250.00"),
        ([("EUR", "250.00"), ("CHF", "232.50")], "250.00"),
        ([("CHF", "232.50"), ("EUR", "250.00")], "250.00"),
        ([("CHF", "232.50"), (None, "250.00")], "250.00"),
        ([("CHF", "232.50"), ("USD", "270.00")], "232.50"),
        ([("CHF", "232.50")], "232.50"),
    ],
)
def test_vat_in_several_currencies(amounts, value):
    """The VAT total in the currency of the invoice is meant; else one without currency, else the first."""
    read = taxes(*amounts)
    assert read.amount_tax.value == Decimal(value)
    assert not told(read, ReasonCode.INT_VALUE_REPEATED)


def test_two_vat_totals_in_one_currency():
    """Two VAT totals that differ in the same currency are told, and the first is kept."""
    read = taxes(("EUR", "250.00"), ("EUR", "251.00"))
    assert read.amount_tax.value == Decimal("250.00")
    assert told(read, ReasonCode.INT_VALUE_REPEATED) == [
        {"field": "amount_tax", "values": "250.00, 251.00", "kept": "250.00"}
    ]


def test_vat_without_currency_of_the_invoice():
    """Where the invoice names no currency, several VAT totals that differ are told."""
    currency = b"<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
    two = UBL_REFORM.replace(currency, b"").replace(
        b"</cac:TaxTotal>", b"</cac:TaxTotal><cac:TaxTotal><cbc:TaxAmount>1</cbc:TaxAmount></cac:TaxTotal>"
    )
    read = invoice(two)
    assert (read.currency, read.amount_tax.value) == (None, Decimal("250.00"))
    assert told(read, ReasonCode.INT_VALUE_REPEATED)[0]["field"] == "amount_tax"


@pytest.mark.parametrize(
    ("element", "name"),
    [
        ("TaxExclusiveAmount", "amount_excl_tax"),
        ("TaxInclusiveAmount", "amount_incl_tax"),
        ("PayableAmount", "amount_due"),
    ],
)
def test_totals_in_several_currencies(element, name):
    """Every total may be stated in a second currency; the one of the invoice is meant."""
    other = f'<cbc:{element} currencyID="CHF">1.00</cbc:{element}><cbc:{element} currencyID="EUR">'
    read = invoice(rewrite(UBL_REFORM, (f'<cbc:{element} currencyID="EUR">', other)))
    assert getattr(read, name) == getattr(invoice(UBL_REFORM), name)
    assert not told(read, ReasonCode.INT_VALUE_REPEATED)


@pytest.mark.parametrize(
    ("text", "size"),
    [(None, 0), ("", 0), ("QQ==", 1), ("QUI=", 2), ("QUJD", 3), (" QU\nJD ", 3), ("=", 0), ("====", 0)],
)
def test_decoded_size(text, size):
    """The size of a base64 text is told without decoding it, and is never negative."""
    assert decoded_size(text) == size
