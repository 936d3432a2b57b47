"""Whose SIRET is whose: what stands around it tells, and the body's own list before all else."""

import pytest

from rules.model import IdType
from tests.pages.parties import keyed
from tests.unit.extract.page.typed import read, reading, told, trust
from worker.extract.page.parties import Role, sirets

SIREN = keyed("99900011")
SUPPLIER, OTHER = keyed(f"{SIREN}0001"), keyed(keyed("99900020") + "0001")
BODY, ITS_LABORATORY = "22990001400015", "22990001400023"


def spaced(siret: str, blank: str = " ") -> str:
    """As people write it: three groups of three and one of five."""
    return blank.join((siret[:3], siret[3:6], siret[6:9], siret[9:]))


def parties(*texts: str, recipients: tuple[str, ...] = ()) -> tuple[str | None, str | None]:
    """The supplier and the recipient that some pages name."""
    invoice = read(*texts, recipients=recipients)
    return told(invoice, "supplier_id"), told(invoice, "recipient_siret")


@pytest.mark.parametrize(
    "written",
    [
        SUPPLIER,
        spaced(SUPPLIER),
        spaced(SUPPLIER, "\u00a0"),
        spaced(SUPPLIER, "\u202f"),
        spaced(SUPPLIER, "."),
        f"{SUPPLIER[:9]} {SUPPLIER[9:]}",
        f"{SUPPLIER[:3]} {SUPPLIER[3:6]} {SUPPLIER[6:9]} {SUPPLIER[9:12]} {SUPPLIER[12:]}",
    ],
)
@pytest.mark.parametrize("label", ["SIRET", "SIRET :", "N° SIRET :", "Siret n°", "S.I.R.E.T. :"])
def test_a_siret_is_read_however_it_is_written(label, written):
    """In groups or not, with blanks of any width or points: the value is its fourteen digits."""
    assert parties(f"SARL Dubois au capital de 8000 euros\n{label} {written}")[0] == SUPPLIER


@pytest.mark.parametrize(
    ("text", "supplier", "recipient"),
    [
        (f"SIRET du fournisseur : {SUPPLIER}\nSIRET du destinataire : {OTHER}", SUPPLIER, OTHER),
        (f"Notre SIRET : {SUPPLIER}\nVotre SIRET : {OTHER}", SUPPLIER, OTHER),
        (f"SIRET client : {OTHER}\nSIRET émetteur : {SUPPLIER}", SUPPLIER, OTHER),
        (f"Seller SIRET: {SUPPLIER}\nBuyer SIRET: {OTHER}", SUPPLIER, OTHER),
        (
            f"""
            Émetteur                                Destinataire
            Menuiserie Dubois                       Atelier des Pins
            12 rue des Lilas                        1 place du Marché
            SIRET {SUPPLIER}                    SIRET {OTHER}
            """,
            SUPPLIER,
            OTHER,
        ),
        (
            f"""
            Client                                  Fournisseur
            Atelier des Pins                        Menuiserie Dubois
            SIRET {OTHER}                    SIRET {SUPPLIER}
            """,
            SUPPLIER,
            OTHER,
        ),
        (
            f"""
            SARL Dubois au capital de 8000 euros
            RCS Mont-de-Marsan {spaced(SIREN + "00000")[:11]}
            SIRET {SUPPLIER}


            Département de la Haute-Lande
            SIRET {BODY}
            """,
            SUPPLIER,
            BODY,
        ),
        (
            f"""
            Facturé à : Département de la Haute-Lande
            SIRET {BODY}


            Menuiserie Dubois - SIRET {SUPPLIER} - TVA FR32{SIREN}
            """,
            SUPPLIER,
            BODY,
        ),
    ],
    ids=[
        "labels",
        "ours and yours",
        "client first",
        "English",
        "headed columns",
        "headed columns, the other way round",
        "trade register",
        "VAT number",
    ],
)
def test_what_stands_around_a_siret_tells_whose_it_is(text, supplier, recipient):
    """Labels, words that head a column, the trade register and the VAT number; never the place on the page."""
    assert parties(text) == (supplier, recipient)


@pytest.mark.parametrize("label", ["SIRET :", "SIRET du fournisseur :", "Notre SIRET :"])
def test_a_siret_of_the_body_itself_is_the_recipients(label):
    """What the reference data know outweighs what stands around it, even a wrong label."""
    invoice = read(f"Menuiserie Dubois\nSIRET {SUPPLIER}\n\n\n{label} {BODY}", recipients=(BODY, ITS_LABORATORY))
    assert told(invoice, "recipient_siret") == BODY
    assert trust(invoice, "recipient_siret") >= 0.95
    assert told(invoice, "supplier_id") == SUPPLIER


def test_of_two_sirets_of_the_body_none_is_sure():
    """Where two recipients of one body stand on the page, a person has to look."""
    text = f"SIRET {BODY}\n\n\nSIRET {ITS_LABORATORY}\n\n\nSARL Dubois RCS Dax {SIREN}"
    invoice = read(text, recipients=(BODY, ITS_LABORATORY))
    assert told(invoice, "recipient_siret") in {BODY, ITS_LABORATORY}
    assert trust(invoice, "recipient_siret") < 0.95


@pytest.mark.parametrize(
    "text", [f"Menuiserie Dubois\nSIRET {SUPPLIER}", f"SIRET {SUPPLIER}\n\n\nFacture n° F-2026-118"]
)
def test_the_only_siret_of_an_invoice_is_its_suppliers(text):
    """A supplier in France prints its own; few print the recipient's."""
    assert parties(text) == (SUPPLIER, None)


def test_a_public_body_may_be_the_supplier():
    """Public bodies send invoices too: a SIREN that begins with 1 or 2 proves nothing where words speak against it."""
    text = f"""
    Laboratoire départemental d'analyses
    SIRET {ITS_LABORATORY} - Tél. 05 58 12 34 56


    Facturé à :
    Département de la Haute-Lande
    SIRET {BODY}
    """
    assert parties(text, recipients=(BODY,)) == (ITS_LABORATORY, BODY)


@pytest.mark.parametrize(
    "line",
    [
        "Cession de créance au profit de l'affactureur, SIRET",
        "Affacturage : règlement à l'ordre de Landes Factor, SIRET",
        "Sous-traitant : Plomberie Larrieu, SIRET",
        "Transporteur : Messageries du Sud, SIRET",
        "Adresse de livraison : Atelier Nord, SIRET",
        "SIRET du site :",
    ],
)
def test_the_siret_of_a_third_party_is_neither_ones(line):
    """Factors, sub-contractors, carriers and places of delivery have a SIRET too."""
    text = f"SARL Dubois au capital de 8000 euros\nRCS Dax {SIREN}\nSIRET {SUPPLIER}\n\n\n{line} {OTHER}"
    assert parties(text) == (SUPPLIER, None)


def test_a_siret_that_a_narrow_column_breaks_is_one():
    """The SIREN on one line and the five digits of the establishment below it are one SIRET."""
    text = f"""
    SARL Dubois          Facture n° F-2026-118
    RCS Dax {SIREN}
    SIRET

    {spaced(SUPPLIER)[:11]}
    {SUPPLIER[9:]}
    """
    assert parties(text)[0] == SUPPLIER


def test_a_siren_of_the_trade_register_stands_in_for_a_siret():
    """Where no SIRET is printed, the SIREN names the supplier, and as what it is."""
    invoice = read(f"SARL Dubois au capital de 8000 euros - RCS Dax {spaced(SUPPLIER)[:11]}")
    assert (told(invoice, "supplier_id"), invoice.supplier_id_type) == (SIREN, IdType.SIREN.value)


@pytest.mark.parametrize("vat", ["DE 129274202", "BE 0428.759.497", "LU 20260743", "ESB12345678", "IT 12345678901"])
def test_a_supplier_abroad_is_named_by_its_vat_number(vat):
    """It has no SIRET: the one on its invoice is the recipient's."""
    invoice = read(f"Müller GmbH - VAT {vat}\n\n\nBill to: Département de la Haute-Lande\nSIRET {BODY}")
    assert told(invoice, "supplier_id") == vat.replace(" ", "").replace(".", "")
    assert invoice.supplier_id_type == IdType.UE_HORS_FRANCE.value
    assert told(invoice, "recipient_siret") == BODY


def test_fourteen_digits_with_a_wrong_key_are_no_siret():
    """Without a label that says so, digits whose key is wrong are the number of something else."""
    wrong = SUPPLIER[:13] + str((int(SUPPLIER[13]) + 1) % 10)
    assert parties(f"Colis {wrong}") == (None, None)


def test_a_siret_behind_its_label_is_read_even_if_its_key_is_wrong():
    """Real files print such: the value is told, with less trust than one with a right key."""
    wrong = SUPPLIER[:13] + str((int(SUPPLIER[13]) + 1) % 10)
    bad, good = (read(f"Notre SIRET : {siret}") for siret in (wrong, SUPPLIER))
    assert told(bad, "supplier_id") == wrong
    assert trust(bad, "supplier_id") < trust(good, "supplier_id")


@pytest.mark.parametrize("digits", [f"{SUPPLIER}1", f"1{SUPPLIER}", f"FR76 {SUPPLIER} 1234", f"12 {SUPPLIER}"])
def test_a_part_of_a_longer_number_is_no_siret(digits):
    """Fourteen digits out of an account number or a bar code name nobody."""
    assert parties(f"Réf. bancaire {digits}") == (None, None)


def test_every_siret_of_the_page_is_told_with_its_role():
    """A third party's is told as such: nobody takes it for a gap."""
    sheets = reading(
        f"Notre SIRET : {SUPPLIER}\nVotre SIRET : {BODY}\n\n\nSous-traitant : Larrieu, SIRET {OTHER}"
    ).sheets
    assert {one.value: one.role for one in sirets(sheets, ())} == {
        SUPPLIER: Role.SUPPLIER,
        BODY: Role.RECIPIENT,
        OTHER: Role.THIRD,
    }
