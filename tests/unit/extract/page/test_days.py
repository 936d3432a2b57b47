"""The date of issue, in every notation; a due date, a delivery's or an order's is never taken for it."""

import pytest

from tests.unit.extract.page.typed import read, told, trust

DAY = "2026-08-16"


def day(*texts: str) -> str | None:
    """The date of issue of some pages."""
    return told(read(*texts), "issue_date")


@pytest.mark.parametrize(
    "written",
    [
        "16/08/2026",
        "16/08/26",
        "16/8/2026",
        "16.08.2026",
        "16-08-2026",
        "16 / 08 / 2026",
        "2026-08-16",
        "2026/08/16",
        "16 août 2026",
        "16 aout 2026",
        "16 AOÛT 2026",
        "16\u00a0août\u00a02026",
        "16\u202faoût\u202f2026",
        "le 16 août 2026",
        "August 16, 2026",
        "16 August 2026",
        "16th August 2026",
        "16. August 2026",
        "16-août-2026",
    ],
)
@pytest.mark.parametrize("label", ["Date de facture :", "Date :", "Date de la facture"])
def test_a_date_is_read_in_every_notation(label, written):
    """Figures or words, French, English or German, with blanks of any width."""
    assert day(f"{label} {written}") == DAY


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1er janvier 2026", "2026-01-01"),
        ("02 févr. 2026", "2026-02-02"),
        ("3 fév. 2026", "2026-02-03"),
        ("4 mars 2026", "2026-03-04"),
        ("5 avr. 2026", "2026-04-05"),
        ("6 mai 2026", "2026-05-06"),
        ("7 juin 2026", "2026-06-07"),
        ("8 juil. 2026", "2026-07-08"),
        ("9 sept. 2026", "2026-09-09"),
        ("10 oct. 2026", "2026-10-10"),
        ("11 nov. 2026", "2026-11-11"),
        ("12 déc. 2026", "2026-12-12"),
        ("29/02/2028", "2028-02-29"),
        ("31/12/2026", "2026-12-31"),
    ],
)
def test_months_are_read_in_full_and_short(written, value):
    """French months, with or without accents and points."""
    assert day(f"Date de facture : {written}") == value


@pytest.mark.parametrize("written", ["29/02/2026", "31/04/2026", "00/08/2026", "16/13/2026", "32 août 2026"])
def test_a_day_that_does_not_exist_is_no_date(written):
    """Nothing is guessed out of an impossible date."""
    assert day(f"Date de facture : {written}") is None


@pytest.mark.parametrize(
    "text",
    [
        "Date de facture : 16/08/2026",
        "Date de facturation : 16/08/2026",
        "Date d'émission : 16/08/2026",
        "Date d’émission 16/08/2026",
        "Émise le 16/08/2026",
        "Facture émise le : 16/08/2026",
        "Facture du 16/08/2026",
        "Invoice date: 16/08/2026",
        "Rechnungsdatum: 16.08.2026",
        "Facture n° F-2026-118 du 16/08/2026",
        "Facture n° F-2026-118 - 16/08/2026",
        "Facture n° F-2026-118\ndu 16/08/2026",
        "Date\n16/08/2026",
        "Facture n°          Date            N° de client\nF-2026-118          16/08/2026      411025",
        "Mont-de-Marsan, le 16 août 2026",
        "À Mont-de-Marsan, le dimanche 16 août 2026",
        "Fait à Dax, le 16/08/2026",
        "Le 16 août 2026",
    ],
)
def test_the_date_is_found_where_invoices_print_it(text):
    """Behind its label, in its column, behind the number, over a letter, or alone."""
    assert day(text) == DAY


@pytest.mark.parametrize(
    "line",
    [
        "Date d'échéance : 15/09/2026",
        "Échéance : 15/09/2026",
        "Échéance le 15/09/2026",
        "Date limite de paiement : 15/09/2026",
        "Date de règlement : 15/09/2026",
        "À régler avant le 15/09/2026",
        "À payer le 15/09/2026",
        "Payable le 15/09/2026",
        "Due date: 15/09/2026",
        "Date de livraison : 15/09/2026",
        "Livré le 15/09/2026",
        "Date de commande : 15/09/2026",
        "Votre commande du 15/09/2026",
        "Date de prestation : 15/09/2026",
        "Période du 01/09/2026 au 15/09/2026",
        "Date de validité : 15/09/2026",
        "Bon de livraison n° 4411 du 15/09/2026",
        "Devis n° D-118 du 15/09/2026",
        "Votre commande n° 2412345673 du 15/09/2026",
        "Marché notifié le 15/09/2026",
    ],
)
def test_a_date_of_something_else_is_never_taken(line):
    """Due dates, deliveries, orders, periods: alone they give nothing, beside the date of issue they do not disturb."""
    assert day(line) is None
    assert day(f"{line}\nDate de facture : 16/08/2026") == DAY
    assert day(f"Facture n° F-2026-118 du 16/08/2026\n{line}") == DAY


def test_a_due_date_in_a_header_row_stays_in_its_column():
    """The neighbour's date is the neighbour's, even where the invoice's own cell is empty."""
    head = "Facture n°          Date            Échéance"
    assert day(f"{head}\nF-2026-118          16/08/2026      15/09/2026") == DAY
    assert day(f"{head}\nF-2026-118                          15/09/2026") is None


def test_dates_are_french_where_nothing_tells():
    """3/11 is the third of November."""
    assert day("Date de facture : 03/11/2026") == "2026-11-03"


def test_one_date_with_the_month_first_tells_the_order_of_all():
    """On a page on which 12/25/2026 stands, 11/03/2026 is the third of November."""
    assert day("Invoice date: 11/03/2026\nDelivery date: 12/25/2026") == "2026-11-03"


def test_where_both_orders_stand_the_french_one_holds():
    """A page that writes 25/12 and 12/25 tells nothing by it."""
    assert day("Date de facture : 11/03/2026\nDue date: 12/25/2026\nLivré le 25/12/2026") == "2026-03-11"


@pytest.mark.parametrize("written", ["03.11.2026", "3 November 2026", "2026-11-03"])
def test_only_dates_with_slashes_turn(written):
    """Points, words and ISO dates are never written with the month first."""
    assert day(f"Invoice date: {written}\nDelivery date: 12/25/2026") == "2026-11-03"


def test_two_dates_of_issue_contest_each_other():
    """Different dates beside labels as good are doubted."""
    invoice = read("Date de facture : 16/08/2026\n\nDate de facture : 17/08/2026")
    assert trust(invoice, "issue_date") < 0.95


def test_the_label_of_the_invoice_comes_before_any_date():
    """“Date de facture” is more than “Date”."""
    assert day("Date : 01/08/2026\nDate de facture : 16/08/2026") == DAY


def test_several_dates_without_a_label_give_nothing():
    """Nothing says which of them it is."""
    assert day("15/08/2026\n\nFournitures\n\n16/08/2026") is None
