"""The vocabulary of cells."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.model import AmountBasis, CommitmentStatus, IdType
from worker.reference import cells

READERS = (
    *(cells.identifier, cells.words, cells.boolean, cells.day, cells.year, cells.money, cells.currency, cells.status),
    *(cells.amount_basis, cells.role, cells.id_type, cells.siret, cells.siren),
)


@pytest.mark.parametrize(
    ("reader", "text", "value"),
    [
        (cells.boolean, "true", True),
        (cells.boolean, "1", True),
        (cells.boolean, "OUI", True),
        (cells.boolean, "Vrai", True),
        (cells.boolean, "False", False),
        (cells.boolean, "0", False),
        (cells.boolean, "non", False),
        (cells.day, "2024-02-29", dt.date(2024, 2, 29)),
        (cells.year, "2026", 2026),
        (cells.currency, "eur", "EUR"),
        (cells.status, "Cancelled", CommitmentStatus.CANCELLED),
        (cells.amount_basis, "HT", AmountBasis.HT),
        (cells.role, "Subcontractor", "subcontractor"),
        (cells.id_type, "1", IdType.SIRET),
        (cells.id_type, "2", IdType.UE_HORS_FRANCE),
        (cells.id_type, "5", IdType.TAHITI),
        (cells.id_type, "7", IdType.PARTICULIER),
        (cells.id_type, "ridet", IdType.RIDET),
        (cells.identifier, "0012", "0012"),
        (cells.identifier, "SAAM D5", "SAAM D5"),
    ],
)
def test_a_cell_means_what_the_vocabulary_says(reader, text, value):
    """Every word of the vocabulary has its value, in any case; identifiers stay as they are."""
    assert reader(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.50", "1234.50"),
        ("1234,50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1\u00a0234\u00a0567,5", "1234567.5"),
        ("12\u202f345.67", "12345.67"),
        ("-80,00", "-80.00"),
        ("+3", "3"),
        (",5", "0.5"),
        ("0", "0"),
    ],
)
def test_an_amount_is_exact(text, value):
    """An amount keeps every digit, whichever decimal mark and thousands blank it has."""
    amount, doubtful = cells.money(text)
    assert (str(amount), doubtful) == (value, False)


def test_a_comma_before_three_digits_is_in_doubt():
    """A comma that could part thousands is read as the decimal comma, and said to be in doubt."""
    assert cells.money("1,234") == (Decimal("1.234"), True)
    assert cells.money("1.234") == (Decimal("1.234"), False)


@pytest.mark.parametrize(
    ("reader", "text", "advice"),
    [
        (cells.boolean, "peut-être", "write true or false"),
        (cells.day, "31/12/2026", "YYYY-MM-DD"),
        (cells.day, "20261231", "YYYY-MM-DD"),
        (cells.day, "2026-02-30", "calendar"),
        (cells.year, "26", "four digits"),
        (cells.year, "2026.0", "four digits"),
        (cells.money, "1.234,50", "one decimal"),
        (cells.money, "12 34", "one decimal"),
        (cells.money, "12 €", "one decimal"),
        (cells.money, "1E+05", "one decimal"),
        (cells.money, "NaN", "one decimal"),
        (cells.money, "-", "one decimal"),
        (cells.money, "12.", "one decimal"),
        (cells.money, "9" * 19, "too many digits"),
        (cells.currency, "€", "ISO 4217"),
        (cells.status, "ouvert", "open, closed or cancelled"),
        (cells.amount_basis, "net", "ttc or ht"),
        (cells.role, "titulaire", "holder, cocontractor or subcontractor"),
        (cells.id_type, "8", "1 to 7"),
        (cells.siret, "216001586000", "14 digits"),
        (cells.siret, "2.16002E+13", "export the column as text"),
        (cells.siret, "2160015860001A", "14 digits"),
        (cells.siret, "00000000000000", "nobody"),
        (cells.siren, "1234567", "9 digits"),
        (cells.identifier, "x" * 201, "shorten"),
        (cells.identifier, "a\0b", "NUL"),
    ],
)
def test_a_fault_says_what_to_do(reader, text, advice):
    """What cannot be understood is refused, with what to write instead."""
    with pytest.raises(cells.CellFault, match=advice):
        reader(text)


@pytest.mark.parametrize(
    ("reader", "text", "value", "words"),
    [
        (cells.siret, "21600158600017", "21600158600017", []),
        (cells.siret, "216 001 586 00017", "21600158600017", []),
        (cells.siret, "5580501300036", "05580501300036", ["leading zero", "wrong key"]),
        (cells.siret, "00000000169959", "00000000169959", ["wrong key"]),
        (cells.siren, "356000000", "356000000", []),
    ],
)
def test_a_siret_is_fourteen_digits(reader, text, value, words):
    """A SIRET keeps its digits, gets back a zero that was dropped, and a wrong key is only remarked."""
    read = reader(text)
    assert read.value == value
    assert len(read.notices) == len(words)
    assert all(word in notice for word, notice in zip(words, read.notices, strict=True))


@given(
    value=st.decimals(min_value=-(10**12), max_value=10**12, places=2),
    comma=st.booleans(),
    blank=st.sampled_from(["", " ", "\u00a0", "\u202f"]),
)
def test_any_amount_survives_its_writing(value, comma, blank):
    """However an amount is written, it comes back equal and with its cents."""
    text = f"{value:,.2f}".replace(",", blank).replace(".", "," if comma else ".")
    amount, _ = cells.money(text)
    assert amount == value
    assert amount.as_tuple().exponent == -2


@given(st.dates(min_value=dt.date(1000, 1, 1)))
def test_any_day_survives_its_writing(day):
    """A date written in ISO 8601 comes back."""
    assert cells.day(day.isoformat()) == day


@given(text=st.text(min_size=1), reader=st.sampled_from(READERS))
def test_any_text_is_a_value_or_a_fault(text, reader):
    """No text makes a reader raise anything but a fault of the cell."""
    value: object
    try:
        value = reader(text)
    except cells.CellFault as fault:
        value = fault
    assert not isinstance(value, float)
