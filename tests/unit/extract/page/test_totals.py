"""Totals: in every notation, by label or by what adds up; a part of the whole is never taken for it."""

from decimal import Decimal

import pytest

from tests.unit.extract.page.typed import read, told

TOTALS = ("amount_excl_tax", "amount_tax", "amount_incl_tax", "amount_due")


def amounts(text: str) -> tuple[str | None, ...]:
    """Net, VAT, gross and what is due, as they were read."""
    invoice = read(text)
    return tuple(told(invoice, name) for name in TOTALS)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1500,00", "1500.00"),
        ("1 500,00", "1500.00"),
        ("1\u00a0500,00", "1500.00"),
        ("1\u202f500,00", "1500.00"),
        ("1\u2009500,00", "1500.00"),
        ("1.500,00", "1500.00"),
        ("1,500.00", "1500.00"),
        ("1'500.00", "1500.00"),
        ("1500.00", "1500.00"),
        ("1 500,00 €", "1500.00"),
        ("1 500,00€", "1500.00"),
        ("1\u202f500,00\u00a0€", "1500.00"),
        ("€ 1,500.00", "1500.00"),
        ("EUR 1 500,00", "1500.00"),
        ("1 500,00 EUR", "1500.00"),
        ("1 500,00 euros", "1500.00"),
        ("1 500 €", "1500.00"),
        ("1 234 567,89", "1234567.89"),
        ("1.234.567,89", "1234567.89"),
        ("1,234,567.89", "1234567.89"),
        ("0,05", "0.05"),
    ],
)
@pytest.mark.parametrize("label", ["Total TTC", "TOTAL T.T.C. :", "Montant total TTC"])
def test_an_amount_is_read_in_every_notation(label, written, value):
    """Commas or points for cents; blanks, points, commas or apostrophes for thousands; any currency sign."""
    assert told(read(f"{label} {written}"), "amount_incl_tax") == value


@pytest.mark.parametrize(
    "text",
    [
        """
        Total HT          1 250,00
        TVA 20 %            250,00
        Total TTC         1 500,00
        """,
        """
        Total HT :  1 250,00 €    TVA :  250,00 €    Total TTC :  1 500,00 €
        """,
        """
        Total HT        Total TVA       Total TTC
        1 250,00 €      250,00 €        1 500,00 €
        """,
        """
        Base HT       Taux      Montant TVA
        1 250,00      20,00 %   250,00
        Montant total HT                   1 250,00
        Montant total TVA                    250,00
        Montant total TTC                  1 500,00
        """,
        """
        Désignation          Qté      PU HT      Total HT
        Fournitures            5     150,00        750,00
        Prestations            1     500,00        500,00
        Total hors taxes                         1 250,00
        T.V.A. à 20,00 %                           250,00
        Total toutes taxes comprises             1 500,00
        """,
        """
        Subtotal               1,250.00
        VAT amount               250.00
        Grand total            1,500.00
        """,
        """
        Nettobetrag            1.250,00
        MwSt.                    250,00
        Gesamtbetrag           1.500,00
        """,
        """
        Sous-total page 1                   800,00
        Total HT                          1 250,00
        dont TVA                            250,00
        Total TTC                         1 500,00
        Acompte versé                       500,00
        """,
    ],
    ids=["list", "one line", "header row", "with rates", "under lines", "English", "German", "with a deposit"],
)
def test_net_vat_and_gross_are_those_that_add_up(text):
    """Whatever stands around them, the three totals are the ones that their labels name and that add up."""
    assert amounts(text)[:3] == ("1250.00", "250.00", "1500.00")


def test_what_is_due_may_be_less_than_the_total():
    """A deposit lowers what is to be paid (BT-115), not the total (BT-112)."""
    text = """
    Total HT             1 250,00
    TVA 20 %               250,00
    Total TTC            1 500,00
    Acompte versé          500,00
    Net à payer          1 000,00
    """
    assert amounts(text) == ("1250.00", "250.00", "1500.00", "1000.00")


def test_several_rates_are_one_vat():
    """VAT of 5.5 % and 20 % make one sum together."""
    text = """
    Total HT             2 000,00
    TVA 5,5 %               55,00
    TVA 20 %               200,00
    Total TTC            2 255,00
    """
    assert told(read(text), "amount_incl_tax") == "2255.00"
    assert told(read(text), "amount_excl_tax") == "2000.00"


@pytest.mark.parametrize(
    "words",
    [
        "TVA non applicable, art. 293 B du CGI",
        "Exonération de TVA, article 261-4 du CGI",
        "Autoliquidation : TVA due par le preneur",
    ],
)
def test_an_invoice_without_vat_has_one_total(words):
    """Where no VAT is due the net sum is the total."""
    assert told(read(f"Total HT    1 250,00 €\n{words}"), "amount_incl_tax") == "1250.00"
    assert told(read(f"Net à payer    1 250,00 €\n{words}"), "amount_incl_tax") == "1250.00"


def test_a_statement_of_works_gives_this_months_total():
    """Of cumulated, earlier and this month's works, what is invoiced is this month's."""
    text = """
    Situation n° 3          Cumul         Situations préc.     Mois
    Total HT                30 000,00     20 000,00            10 000,00
    TVA 20 %                 6 000,00      4 000,00             2 000,00
    Total TTC               36 000,00     24 000,00            12 000,00
    """
    assert told(read(text), "amount_incl_tax") == "12000.00"


@pytest.mark.parametrize(
    "text",
    [
        """
        Avoir n° AV-2026-0007
        Total HT          -1 250,00
        TVA 20 %            -250,00
        Total TTC         -1 500,00
        """,
        """
        Avoir n° AV-2026-0007
        Total HT          − 1 250,00 €
        TVA 20 %            − 250,00 €
        Total TTC         − 1 500,00 €
        """,
        """
        Avoir n° AV-2026-0007
        Total HT          (1 250,00)
        TVA 20 %            (250,00)
        Total TTC         (1 500,00)
        """,
        """
        Avoir n° AV-2026-0007
        Total HT          1 250,00-
        TVA 20 %            250,00-
        Total TTC         1 500,00-
        """,
        """
        Avoir n° AV-2026-0007
        Total HT          1 250,00
        TVA 20 %            250,00
        Total TTC         1 500,00
        """,
        """
        Facture n° F-2026-118
        Total HT          -1 250,00
        TVA 20 %            -250,00
        Total TTC         -1 500,00
        """,
        """
        A V O I R   n° AV-2026-0007
        Total HT          -1 250,00
        TVA 20 %            -250,00
        Total TTC         -1 500,00
        """,
        """
        Credit note no. AV-2026-0007
        Total HT          -1 250,00
        TVA 20 %            -250,00
        Total TTC         -1 500,00
        """,
    ],
    ids=[
        "minus",
        "typographic minus",
        "brackets",
        "minus behind",
        "positive",
        "an invoice below zero",
        "spaced",
        "English",
    ],
)
def test_a_credit_note_is_one_whatever_its_signs(text):
    """It calls itself one, or its total is negative; its amounts are told without sign, as XML tells them."""
    invoice = read(text)
    assert told(invoice, "invoice_type") == "381"
    assert amounts(text)[:3] == ("1250.00", "250.00", "1500.00")


def test_a_balance_of_credit_notes_makes_no_credit_note():
    """A line that tells a client of a balance in its favour is no title."""
    text = "Facture n° F-2026-118\nAvoir disponible sur votre compte client\nTotal TTC  1 500,00"
    assert told(read(text), "invoice_type") == "380"


@pytest.mark.parametrize(
    "line",
    [
        "Un avoir pourra être établi en cas de retour des marchandises.",
        "Vous pouvez demander un avoir dans les trente jours.",
        "Après avoir reçu votre règlement, nous vous adressons une quittance.",
    ],
)
def test_an_invoice_that_speaks_of_credit_notes_is_none(line):
    """The word alone makes no credit note; in French it is also a verb."""
    text = f"Facture n° F-2026-118\n{line}\nTotal HT  1 250,00\nTVA 20 %  250,00\nTotal TTC  1 500,00"
    assert told(read(text), "invoice_type") == "380"


@pytest.mark.parametrize(
    "text",
    [
        "Indemnité forfaitaire de 40,00 € pour frais de recouvrement",
        "Capital social : 8 000,00 €",
        "Prix unitaire 12,50",
        "Remise 10,00 %",
        "Taux de TVA 20,00 %",
        "Code-barres " + 40 * "9" + " €",
        "Total TTC " + 40 * "9" + ",00 €",
        "Version 2.10 du 16/08/2026",
        "Tél. 05.58.12.34.56",
    ],
)
def test_other_amounts_are_no_total(text):
    """Fees, capitals, prices, rates and telephone numbers are written like sums."""
    assert amounts(text)[2:] == (None, None)


@pytest.mark.parametrize("rounding", ["1500.00", "1500.01"])
def test_a_cent_of_rounding_still_adds_up(rounding):
    """VAT that is rounded line by line may miss the sum by a cent."""
    text = f"Total HT  1 250,00\nTVA 20 %  250,00\nTotal TTC  {rounding}"
    invoice = read(text)
    assert invoice.amount_incl_tax.value == Decimal(rounding)
    assert invoice.amount_incl_tax.seen.confidence >= 0.95


def test_totals_that_do_not_add_up_are_told_with_doubt():
    """Labels alone are less than labels and arithmetic together."""
    wrong = read("Total HT  1 250,00\nTVA 20 %  250,00\nTotal TTC  1 600,00")
    assert told(wrong, "amount_incl_tax") == "1600.00"
    assert wrong.amount_incl_tax.seen.confidence < 0.95


def test_the_total_stands_on_the_last_page():
    """What one page carries over to the next is no total."""
    first = "Désignation\nFournitures      800,00\nÀ reporter        800,00"
    last = "Report           800,00\nTotal HT  1 250,00\nTVA 20 %  250,00\nTotal TTC  1 500,00"
    assert told(read(first, last), "amount_incl_tax") == "1500.00"
