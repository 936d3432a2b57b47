"""What is written is what is read: amounts to the last digit, identifiers to the last character."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.fixture_maker import pivot
from tests.unit.extract.samples import BILL, CII_REFORM, CREDIT_NOTE, LETTER, PIVOT, UBL, ZUGFERD1, flow, invoice
from worker.extract.values import date_of, decimal_of

# field, and where it stands in each syntax: names of elements, the last of them unique below the ones before
TEXTS = {
    "cii": (
        CII_REFORM,
        {
            "invoice_number": "ExchangedDocument/ID",
            "commitment_number": "BuyerOrderReferencedDocument/IssuerAssignedID",
            "contract_number": "ContractReferencedDocument/IssuerAssignedID",
            "supplier_name": "SellerTradeParty/Name",
        },
    ),
    "zugferd1": (
        ZUGFERD1,
        {
            "invoice_number": "HeaderExchangedDocument/ID",
            "service_code": "ApplicableSupplyChainTradeAgreement/BuyerReference",
            "commitment_number": "BuyerOrderReferencedDocument/ID",
        },
    ),
    "ubl": (
        UBL,
        {
            "invoice_number": "Invoice/ID",
            "service_code": "AccountingContact/ID",
            "commitment_number": "OrderReference/ID",
            "recipient_siret": "AccountingCustomerParty/Party/PartyIdentification/ID",
        },
    ),
    "credit-note": (
        CREDIT_NOTE,
        {"invoice_number": "CreditNote/ID", "contract_number": "ContractDocumentReference/ID"},
    ),
    "pivot": (
        flow(BILL, pieces=(pivot.Piece("lettre.pdf", LETTER),)),  # no original that fills what is blank
        {
            "invoice_number": "DonneesFacture/Id",
            "service_code": "Debiteur/CodeService",
            "recipient_siret": "Debiteur/Identifiant",
            "supplier_id": "Fournisseur/Identifiant",
            "commitment_number": "Engagement/NumeroEngagement",
            "contract_number": "Engagement/NumeroMarche",
        },
    ),
}
AMOUNTS = {
    "cii": (CII_REFORM, "GrandTotalAmount"),
    "zugferd1": (ZUGFERD1, "GrandTotalAmount"),
    "ubl": (UBL, "TaxInclusiveAmount"),
    "credit-note": (CREDIT_NOTE, "TaxInclusiveAmount"),
    "pivot": (PIVOT, "MontantTTC"),
}
PLACES = [(syntax, field) for syntax, (_, fields) in TEXTS.items() for field in fields]

# all that XML may hold, but for the characters that a parser must change (line ends)
ANY_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=40)
NUMBERS = st.one_of(
    ANY_TEXT,
    st.text("0123456789", min_size=1, max_size=30),
    st.text("0 -_./°n'\u00a0\u202f\u200b'<>&\"éÉｆ", max_size=20),
    st.builds(
        "{}{}{}".format, st.sampled_from(["0", "00", "  0", "\t", ""]), ANY_TEXT, st.sampled_from(["", " ", "\n "])
    ),
)


def written(document, path, text, encoding="utf-8"):
    """A document with another text in one element."""
    root = etree.fromstring(document)
    steps = "/".join(f"*[local-name()='{step}']" for step in path.split("/"))
    (element,) = root.xpath(f"//{steps}")
    element.text = text
    return etree.tostring(root, encoding=encoding, xml_declaration=True)


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(PLACES), NUMBERS, st.sampled_from(["utf-8", "utf-16", "us-ascii"]))
def test_identifiers(place, text, encoding):
    """An identifier comes back as it was written, but for outer blanks; a blank one is absent."""
    syntax, field = place
    document, fields = TEXTS[syntax]
    read = getattr(invoice(written(document, fields[field], text, encoding)), field)
    if text.strip():
        assert (read.raw, read.value) == (text, text.strip())
    else:
        assert read is None


def plain(sign, digits, places):
    """A decimal number as invoices write it, without exponent."""
    padded = digits.rjust(places + 1, "0")
    return sign + (f"{padded[:-places]}.{padded[-places:]}" if places else padded)


PLAIN = st.builds(plain, st.sampled_from(["", "-"]), st.text("0123456789", min_size=1, max_size=27), st.integers(0, 27))


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(list(AMOUNTS)), PLAIN)
def test_amounts(syntax, text):
    """An amount is read as the decimal that was written, to its last digit and zero."""
    document, element = AMOUNTS[syntax]
    read = invoice(written(document, element, text)).amount_incl_tax
    assert read.raw == text
    assert read.value.as_tuple() == Decimal(text).as_tuple()


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20))
def test_decimals(number):
    """Any decimal of ordinary size, with a point or a comma, is read back equal."""
    text = f"{number:f}"
    assert decimal_of(text) == decimal_of(text.replace(".", ",")) == number


_AMOUNT = re.compile(r"[+-]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)")


@given(st.one_of(st.text(max_size=30), st.text("0123456789.,+-eE ٣", max_size=12)))
def test_any_text_as_amount(text):
    """A text is an amount only if it is digits with at most one mark and one sign."""
    short = sum(character.isdigit() for character in text) <= 28
    assert (decimal_of(text) is not None) == (_AMOUNT.fullmatch(text) is not None and short)


_OURS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))


@given(_OURS, st.sampled_from(["", "Z", "+02:00", "T00:00:00"]))
def test_days(day, suffix):
    """Any day of our times is read back, in either way of writing it."""
    assert date_of(day.isoformat() + suffix, None) == day
    digits = day.isoformat().replace("-", "")
    assert date_of(digits, "102") == date_of(digits, None) == date_of(digits + "2359", "203") == day


@given(st.one_of(st.dates(max_value=dt.date(1899, 12, 31)), st.dates(dt.date(2200, 1, 1))))
def test_days_of_other_times(day):
    """A day from which no deadline can be counted is none."""
    assert date_of(day.isoformat(), None) is None


@given(st.text(max_size=20), st.one_of(st.none(), st.sampled_from(["102", "203", "204", "610"]), st.text(max_size=3)))
def test_any_text_as_day(text, code):
    """Any text under any format is a day or none."""
    day = date_of(text, code)
    assert day is None or day.isoformat().replace("-", "") == text.replace("-", "")[:8]


@pytest.mark.parametrize(("syntax", "field"), PLACES)
def test_places(syntax, field):
    """Each place of these tests is the one where its field is read."""
    document, fields = TEXTS[syntax]
    assert getattr(invoice(written(document, fields[field], "0 1é")), field).value == "0 1é"
