"""The visible page against the data: each true difference is told once, with both values, and nothing else ever is."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from rules.findings import ReasonCode
from rules.model import Field, IdType, Invoice, PartyId, Syntax
from tests.pages.parties import keyed
from tests.unit.extract.page.typed import reading
from worker.extract.accounts import account_of, accounts, ibans_in
from worker.extract.page.compare import divergences

SIREN, OTHER_SIREN = keyed("99900011"), keyed("99900020")
SUPPLIER, OTHER = keyed(f"{SIREN}0001"), keyed(f"{OTHER_SIREN}0001")
BODY, ITS_LABORATORY = "22990001400015", "22990001400023"
IBAN, ANOTHER, GERMAN = "FR7630006000011234567890189", "FR1420041010050500013M02606", "DE89370400440532013000"

PAGE = f"""
SARL Dubois au capital de 8000 euros            Facture n° LV-2026-0042 du 16/08/2026
SIRET du fournisseur : {SUPPLIER}
                                                SIRET du destinataire : {BODY}
N° d'engagement : 2412345673                    Code service : FIN01
N° de marché : MAPA-2025/18

Désignation                                     Total HT
Fournitures                                     1 250,00

Total HT             1 250,00 €
TVA 20 %               250,00 €
Total TTC            1 500,00 €

IBAN : FR76 3000 6000 0112 3456 7890 189
"""


def text(value: str) -> Field:
    """A text field of the data."""
    return Field(value, value, "factur-x.xml")


def amount(value: str) -> Field:
    """An amount of the data."""
    return Field(value, Decimal(value), "factur-x.xml")


def day(value: str) -> Field:
    """A date of the data."""
    return Field(value, dt.date.fromisoformat(value), "factur-x.xml")


def supplied_by(identifier: str, id_type: str = IdType.SIRET.value) -> dict:
    """The fields that name a supplier."""
    return {
        "supplier_id": text(identifier),
        "supplier_id_type": id_type,
        "supplier_ids": (PartyId(identifier, id_type, "factur-x.xml"),),
    }


DATA = Invoice(
    syntax=Syntax.CII,
    invoice_number=text("LV-2026-0042"),
    issue_date=day("2026-08-16"),
    recipient_siret=text(BODY),
    service_code=text("FIN01"),
    commitment_number=text("2412345673"),
    contract_number=text("MAPA-2025/18"),
    amount_excl_tax=amount("1250.00"),
    amount_tax=amount("250.00"),
    amount_incl_tax=amount("1500.00"),
    accounts=accounts([text(IBAN)]),
    **supplied_by(SUPPLIER),
)


def differences(data: Invoice, page: str = PAGE, *further: str) -> list[dict[str, str]]:
    """What the page says otherwise than the data."""
    read = reading(page, *further)
    found = divergences(data, read.invoice, read.sheets)
    assert {one.code for one in found} <= {ReasonCode.INT_PAGE_DIVERGENCE}
    return [dict(one.values) for one in found]


def test_a_page_that_says_the_same_says_nothing():
    """Where page and data agree there is nothing to tell."""
    assert differences(DATA) == []


@pytest.mark.parametrize(
    ("name", "change", "data", "page"),
    [
        ("invoice_number", {"invoice_number": text("LV-2026-0043")}, "LV-2026-0043", "LV-2026-0042"),
        ("issue_date", {"issue_date": day("2026-09-30")}, "2026-09-30", "2026-08-16"),
        ("recipient_siret", {"recipient_siret": text(ITS_LABORATORY)}, ITS_LABORATORY, BODY),
        ("service_code", {"service_code": text("PARC")}, "PARC", "FIN01"),
        ("commitment_number", {"commitment_number": text("2498765432")}, "2498765432", "2412345673"),
        ("contract_number", {"contract_number": text("2024-07")}, "2024-07", "MAPA-2025/18"),
        ("supplier_id", supplied_by(OTHER), OTHER, SUPPLIER),
        ("amount_excl_tax", {"amount_excl_tax": amount("1290.00")}, "1290.00", "1250.00"),
        ("amount_tax", {"amount_tax": amount("258.00")}, "258.00", "250.00"),
        ("amount_incl_tax", {"amount_incl_tax": amount("1548.00")}, "1548.00", "1500.00"),
        ("account", {"accounts": accounts([text(ANOTHER)])}, "…2606", "…0189"),
    ],
    ids=lambda value: value if isinstance(value, str) and "_" in value else "",
)
def test_a_field_that_differs_is_told_once_with_both_values_and_the_place(name, change, data, page):
    """One finding for the one field: what the data say, what the page says, and where."""
    (told,) = differences(replace(DATA, **change))
    assert (told["field"], told["data"], told["page"]) == (name, data, page)
    assert told["place"].startswith("page 1")


def test_every_field_that_differs_is_told():
    """Several differences are several findings."""
    change = {"invoice_number": text("LV-2026-0043"), "commitment_number": text("2498765432")}
    told = differences(replace(DATA, amount_incl_tax=amount("1548.00"), **change))
    assert [one["field"] for one in told] == ["invoice_number", "commitment_number", "amount_incl_tax"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"invoice_number": text("LV-2026-0043")}, "Rappel : LV-2026-0043"),
        ({"commitment_number": text("2498765432")}, "Votre référence : 24 9876 5432"),
        ({"service_code": text("PARC")}, "Parc et ateliers"),
        ({"contract_number": text("2024-07")}, "(marché subséquent 2024-07)"),
        ({"issue_date": day("2026-09-30")}, "le 30 septembre 2026"),
        ({"issue_date": day("2026-09-03")}, "09/03/2026"),
        ({"amount_incl_tax": amount("1548.00")}, "dont à déduire : 1 548,00 €"),
        ({"recipient_siret": text(ITS_LABORATORY)}, "Laboratoire : 229 900 014 00023"),
        (supplied_by(OTHER), f"Groupe Larrieu, {OTHER_SIREN[:3]} {OTHER_SIREN[3:6]} {OTHER_SIREN[6:]}"),
        ({"accounts": accounts([text(ANOTHER)])}, "ou FR14 2004 1010 0505 0001 3M02 606"),
    ],
)
def test_a_value_that_is_visible_anywhere_is_no_difference(change, line):
    """What stands anywhere on the page, in whatever form, is what the page says too."""
    data = replace(DATA, **change)
    assert len(differences(data)) == 1
    assert differences(data, f"{PAGE}\n{line}") == []
    assert differences(data, PAGE, line) == []


@pytest.mark.parametrize(
    "change",
    [
        {"amount_excl_tax": amount("-1250.00"), "amount_tax": amount("-250"), "amount_incl_tax": amount("-1500.0")},
        {"amount_incl_tax": amount("1500.01")},
        {"invoice_number": text("lv 2026 0042")},
        {"invoice_number": text("LV20260042")},
        {"contract_number": text("MAPA 2025-18")},
        {"commitment_number": text("2412 3456 73")},
        {"service_code": text("fin01")},
        {"recipient_siret": text("229 900 014 00015")},
        supplied_by(SIREN, IdType.SIREN.value),
        supplied_by(keyed(f"{SIREN}0002")),
        {"accounts": accounts([text("FR76 3000 6000 0112 3456 7890 189")])},
        {"accounts": accounts([text(ANOTHER), text(IBAN)])},
    ],
    ids=[
        "signs",
        "a cent",
        "small letters and blanks",
        "no dashes",
        "other dashes",
        "groups",
        "small letters",
        "SIRET in groups",
        "SIREN for SIRET",
        "another establishment",
        "IBAN in groups",
        "one account of two",
    ],
)
def test_the_same_in_another_form_is_no_difference(change):
    """Signs, blanks, case, a cent of rounding, a SIREN for its SIRET: none of them is a difference."""
    assert differences(replace(DATA, **change)) == []


@pytest.mark.parametrize(
    "name",
    ["invoice_number", "issue_date", "recipient_siret", "service_code", "commitment_number", "amount_incl_tax"],
)
def test_what_only_one_of_both_says_is_no_difference(name):
    """A page need not repeat the data, nor the data the page."""
    assert differences(replace(DATA, **{name: None})) == []


@pytest.mark.parametrize(
    "page",
    [
        "",
        "Le papier à en-tête de la SARL Dubois",
        "N° d'engagement :\nCode service :",
        PAGE.replace(" : ", " ... ")[:60],
    ],
)
def test_a_page_that_says_nothing_tells_no_difference(page):
    """An empty page, a letterhead and bare labels contradict nothing."""
    assert differences(DATA, page) == []


def test_a_doubtful_reading_tells_no_difference():
    """Two numbers that contest each other are no evidence against a third."""
    doubled = f"{PAGE}\nN° d'engagement : 2411111111"
    assert differences(replace(DATA, commitment_number=text("2498765432")), doubled) == []


def test_an_iban_is_never_told():
    """Of an account only its last four characters are told; neither IBAN stands in what is found, nor its digest."""
    read = reading(PAGE)
    (one,) = divergences(replace(DATA, accounts=accounts([text(ANOTHER)])), read.invoice, read.sheets)
    written = repr(one)
    for iban in (IBAN, ANOTHER):
        assert iban[:-4] not in written.replace(" ", "")
        assert not any(iban[start : start + 5] in written.replace(" ", "") for start in range(len(iban) - 4))
        assert account_of(iban).digest not in written


@pytest.mark.parametrize(
    ("written", "iban"),
    [
        ("IBAN FR76 3000 6000 0112 3456 7890 189", IBAN),
        ("IBAN : FR7630006000011234567890189", IBAN),
        ("FR76 3000 6000 0112 3456 7890 189 BIC AGRIFRPP", IBAN),
        ("FR76 3000 6000 0112 3456 7890 189 SWIFT", IBAN),
        ("DE89 3704 0044 0532 0130 00", GERMAN),
        ("IBAN DE89370400440532013000.", GERMAN),
    ],
)
def test_an_iban_is_found_in_a_line(written, iban):
    """In groups of four or not, whatever stands behind it."""
    assert [account for account, _, _ in ibans_in(written)] == [account_of(iban)]


@pytest.mark.parametrize(
    "written",
    ["FR76 3000 6000 0112 3456 7890 188", "FR32 999 000 018", "BC26 0117 2412 3456 73", "2412345673", ""],
)
def test_what_has_no_right_key_is_no_iban(written):
    """VAT numbers and orders look like the beginning of one."""
    assert list(ibans_in(written)) == []


def test_accounts_of_the_data_that_are_no_iban_are_left_out():
    """A national number, or one with a wrong key, cannot be compared; one that stands twice is one."""
    given = [text("30006 00001 12345678901 89"), text(IBAN), text("FR76 3000 6000 0112 3456 7890 189"), text("")]
    assert accounts(given) == (account_of(IBAN),)
    assert account_of(IBAN).ending == "0189"
