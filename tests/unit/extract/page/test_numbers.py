"""Numbers beside their labels: the commitment, the service, the contract and the invoice's own.

A wrong commitment is worse than none, so most of what stands here says what must not be taken.
"""

import pytest

from tests.unit.extract.page.typed import read, reading, told, trust

EJ, CODE = "2412345673", "FIN01"
NUMBERS = ("commitment_number", "service_code", "contract_number", "invoice_number")


@pytest.mark.parametrize(
    "line",
    [
        "N° d'engagement : 2412345673",
        "N° d’engagement : 2412345673",
        "N°d'engagement: 2412345673",
        "Numéro d'engagement : 2412345673",
        "Numéro d'engagement juridique : 2412345673",
        "NUMERO D'ENGAGEMENT JURIDIQUE 2412345673",
        "Engagement juridique n° 2412345673",
        "Engagement juridique (EJ) : 2412345673",
        "Réf. engagement : 2412345673",
        "Référence de l'engagement : 2412345673",
        "N° EJ : 2412345673",
        "EJ n° 2412345673",
        "E.J. : 2412345673",
        "EJ : 2412345673",
        "N° engagement Chorus : 2412345673",
        "Bon de commande n° 2412345673",
        "N° de bon de commande : 2412345673",
        "Votre bon de commande : 2412345673",
        "Votre commande n° 2412345673",
        "Votre n° de commande : 2412345673",
        "N° commande client : 2412345673",
        "BC n° 2412345673",
        "BDC : 2412345673",
        "Purchase order no. 2412345673",
        "Your order: 2412345673",
        "PO number: 2412345673",
        "N° d'engagement / Commitment number : 2412345673",
        "N° commande / Purchase order : 2412345673",
        "Bestellnummer: 2412345673",
        "Votre référence : 2412345673",
        "V/Réf. : 2412345673",
    ],
)
def test_the_commitment_is_told_by_any_of_its_labels(line):
    """Whatever a supplier calls it, in French or beside another language, the number behind it is the commitment."""
    assert told(read(line), "commitment_number") == EJ


@pytest.mark.parametrize(
    "line",
    [
        "Code service : FIN01",
        "CODE SERVICE : FIN01",
        "Code du service : FIN01",
        "Service exécutant : FIN01",
        "Service executant : FIN01",
        "Code service exécutant : FIN01",
        "Code du service exécutant : FIN01",
        "Code service destinataire : FIN01",
        "Service destinataire : FIN01",
        "N° de service : FIN01",
        "Code SE : FIN01",
        "Code S.E. : FIN01",
        "Serv. exécutant : FIN01",
        "Code service Chorus Pro : FIN01",
        "Service code: FIN01",
        "Code service / Service code : FIN01",
        "Service (code) : FIN01",
    ],
)
def test_the_service_is_told_by_any_of_its_labels(line):
    """Whatever a supplier calls it, the code behind it is the service."""
    assert told(read(line), "service_code") == CODE


@pytest.mark.parametrize(
    "line",
    [
        "N° de marché : MAPA-2025/18",
        "Numéro de marché : MAPA-2025/18",
        "N° du marché public : MAPA-2025/18",
        "Marché n° MAPA-2025/18",
        "Marché public n° MAPA-2025/18",
        "Référence du marché : MAPA-2025/18",
        "Réf. marché : MAPA-2025/18",
        "N° de contrat : MAPA-2025/18",
        "Contrat n° MAPA-2025/18",
        "Accord-cadre n° MAPA-2025/18",
        "Contract number: MAPA-2025/18",
    ],
)
def test_the_contract_is_told_by_any_of_its_labels(line):
    """Whatever a supplier calls it, the number behind it is the contract."""
    assert told(read(line), "contract_number") == "MAPA-2025/18"


@pytest.mark.parametrize(
    "line",
    [
        "Facture n° LV-2026-0042",
        "FACTURE N° LV-2026-0042",
        "Facture LV-2026-0042",
        "N° de facture : LV-2026-0042",
        "Numéro de facture : LV-2026-0042",
        "N° facture : LV-2026-0042",
        "Référence facture : LV-2026-0042",
        "Avoir n° LV-2026-0042",
        "N° d'avoir : LV-2026-0042",
        "Invoice no. LV-2026-0042",
        "Invoice number: LV-2026-0042",
        "N° de facture / Invoice number : LV-2026-0042",
        "Rechnungsnummer: LV-2026-0042",
        "Facture n° LV-2026-0042 du 16/08/2026",
    ],
)
def test_the_invoice_is_named_by_any_of_its_labels(line):
    """Whatever it is called, the number behind it is the invoice's."""
    assert told(read(line), "invoice_number") == "LV-2026-0042"


@pytest.mark.parametrize(
    "text",
    [
        "N° d'engagement : 2412345673",
        "N° d'engagement    2412345673",
        "N° d'engagement                            2412345673",
        "N° d'engagement :                          2412345673",
        """
        N° d'engagement
        2412345673
        """,
        """
        N° d'engagement :
        2412345673
        """,
        """
        N° d'engagement     Code service     N° de marché
        2412345673          FIN01            MAPA-2025/18
        """,
        """
        Code service     N° d'engagement
        FIN01                 2412345673
        """,
        """
        Code service     N° d'engagement

        FIN01               2412345673
        """,
        """
        Numéro              Code
        d'engagement        service
        2412345673          FIN01
        """,
        """
        N° d'engagement     Code service
        juridique           exécutant
        2412345673          FIN01
        """,
        """
        Le Mans, SARL Dubois          N° d'engagement : 2412345673
        12 rue des Lilas              Code service : FIN01
        """,
        """
        Code service : FIN01          N° d'engagement : 2412345673
        N° de marché : MAPA-2025/18   Facture n° LV-2026-0042
        """,
        "Code service : FIN01 - N° d'engagement : 2412345673 - Marché n° MAPA-2025/18",
        "Code service FIN01 / N° d'engagement 2412345673",
        "Nos prestations réalisées suivant votre bon de commande n° 2412345673 du 3 mars 2026.",
        "Nous vous adressons ci-joint, au titre de votre bon de commande n°\n2412345673 du 3 mars, notre mémoire.",
    ],
    ids=[
        "beside",
        "a gap apart",
        "far to the right",
        "far to the right behind a colon",
        "below",
        "below behind a colon",
        "header row",
        "header row, value to the right in its column",
        "header row, an empty line between",
        "labels over two lines",
        "labels that go on below",
        "right column",
        "two columns of labels",
        "one line of labels",
        "one line without colons",
        "in a sentence",
        "in a sentence that breaks",
    ],
)
def test_a_value_is_found_where_invoices_print_it(text):
    """Behind its label, far to the right of it, below it, in its column of a header row, and in a sentence."""
    assert told(read(text), "commitment_number") == EJ


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u202f", "\u2009"], ids=["blank", "NBSP", "NNBSP", "thin"])
@pytest.mark.parametrize("groups", ["2412 3456 73", "24 1234 5673", "241 234 5673"])
def test_a_number_in_groups_is_one_number(groups, blank):
    """The blanks that part the digits of a number, of whatever width, do not end it."""
    assert told(read(f"N° d'engagement : {groups.replace(' ', blank)}"), "commitment_number") == EJ


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f", "\u2009"], ids=["NBSP", "NNBSP", "thin"])
def test_typographic_blanks_in_labels_are_blanks(blank):
    """French typography puts unbreakable blanks behind “n°” and before the colon."""
    assert told(read(f"N°{blank}d’engagement{blank}:{blank}2412345673"), "commitment_number") == EJ


@pytest.mark.parametrize(
    "written",
    ["0012", "2026-000217", "26D01234", "BC-26/0117", "BDC-2026-12", "CDE-20260117", "4500001234", "EJ2412345673"],
)
def test_a_number_keeps_its_form(written):
    """Signs, leading zeros and letters that look like a label belong to a number; nothing is converted."""
    assert told(read(f"N° d'engagement : {written}"), "commitment_number") == written


@pytest.mark.parametrize("written", ["2026 00412", "2412 345673", "12345 67890"])
def test_half_a_number_is_never_taken(written):
    """Where a blank parts a number in a place that tells nothing, no half of it is its value."""
    halves = {*written.split()}
    assert told(read(f"N° d'engagement : {written}"), "commitment_number") not in halves


# what belongs to another


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            """
            N° d'engagement     Code service     N° de marché
                                FIN01            MAPA-2025/18
            """,
            {"commitment_number": None, "service_code": CODE, "contract_number": "MAPA-2025/18"},
        ),
        (
            """
            N° d'engagement     Code service     N° de marché
            2412345673                           MAPA-2025/18
            """,
            {"commitment_number": EJ, "service_code": None, "contract_number": "MAPA-2025/18"},
        ),
        (
            """
            N° d'engagement     Code service     N° de marché
            2412345673          FIN01
            """,
            {"commitment_number": EJ, "service_code": CODE, "contract_number": None},
        ),
        (
            """
            Facture n°          N° d'engagement     Date
            LV-2026-0042                            16/08/2026
            """,
            {"commitment_number": None, "invoice_number": "LV-2026-0042"},
        ),
        (
            """
            N° d'engagement :
            Code service : FIN01
            N° de marché :
            Facture n° LV-2026-0042
            """,
            {"commitment_number": None, "service_code": CODE, "contract_number": None},
        ),
        (
            """
            N° d'engagement :             N° de client : 411025
            Code service :                N° de devis : 2026118
            """,
            {"commitment_number": None, "service_code": None},
        ),
        ("N° d'engagement : Code service : FIN01", {"commitment_number": None, "service_code": CODE}),
        ("N° d'engagement : / Code service : FIN01", {"commitment_number": None, "service_code": CODE}),
        ("N° d'engagement : néant", {"commitment_number": None}),
        ("N° d'engagement : non communiqué", {"commitment_number": None}),
        (
            """
            N° d'engagement     Code client
                                411025881
            """,
            {"commitment_number": None},
        ),
        (
            """
            N° d'engagement          Désignation              Total HT
                                     Fournitures 8812345      1 250,00
            """,
            {"commitment_number": None},
        ),
    ],
    ids=[
        "first cell empty",
        "middle cell empty",
        "last cell empty",
        "between others",
        "list with holes",
        "two columns with holes",
        "one line",
        "one line with a sign",
        "néant",
        "words",
        "client's number beside",
        "table beside",
    ],
)
def test_the_neighbours_value_is_never_taken(text, expected):
    """Where a label stands without its value, what belongs to the next label stays with that one."""
    invoice = read(text)
    assert {name: told(invoice, name) for name in expected} == expected


def test_a_bare_label_is_told_so_that_the_page_can_be_laid_out_again():
    """The pages on which a label has no value are named; those of a page that answers are not."""
    assert reading("N° d'engagement :\nCode service : FIN01").unanswered == (1,)
    assert reading("Facture n° LV-2026-0042", "N° d'engagement :").unanswered == (2,)
    answered = "N° d'engagement : 2412345673\nCode service : FIN01\nMarché n° MAPA-2025/18\nFacture n° LV-2026-0042"
    assert reading(answered).unanswered == ()


def test_values_may_stand_above_their_captions():
    """Where every row of labels stands close under a row of values, the value is the one above."""
    invoice = read(
        """
        LV-2026-0042        16/08/2026          2412345673
        N° de facture       Date de facture     N° d'engagement


        FIN01               MAPA-2025/18        411025
        Code service        N° de marché        N° de client


        Désignation
        """
    )
    assert {name: told(invoice, name) for name in NUMBERS} == {
        "invoice_number": "LV-2026-0042",
        "commitment_number": EJ,
        "service_code": CODE,
        "contract_number": "MAPA-2025/18",
    }


TERMS = """
CONDITIONS GÉNÉRALES DE VENTE
Toute commande engage le client. Le numéro d'engagement et le code service doivent figurer sur chaque
bon de commande, faute de quoi la facture pourra être rejetée par le service exécutant du destinataire.
Les factures sont payables à trente jours conformément à l'article L. 2192-10 du code de la commande
publique ; une indemnité forfaitaire de 40 euros pour frais de recouvrement est due en cas de retard.
Le contrat de service après-vente n'est pas compris dans le marché, sauf mention contraire au devis.
En cas de litige portant sur une commande, le tribunal de Mont-de-Marsan est seul compétent.
"""


def test_prose_gives_nothing():
    """A page of terms speaks of orders, services, contracts and invoices, and names none."""
    invoice = read(TERMS)
    for name in (*NUMBERS, "issue_date", "amount_incl_tax", "recipient_siret", "supplier_id"):
        assert told(invoice, name) is None, name


@pytest.mark.parametrize(
    "line",
    [
        "Devis n° 2412345673",
        "N° de devis : 2412345673",
        "Bon de livraison n° 2412345673",
        "BL n° 2412345673",
        "BL : 2412345673",
        "Notre commande : 2412345673",
        "Notre n° de commande : 2412345673",
        "Notre référence : 2412345673",
        "N/Réf. : 2412345673",
        "N° de client : 2412345673",
        "Client n° 2412345673",
        "Code client : 2412345673",
        "N° de dossier : 2412345673",
        "Affaire n° 2412345673",
        "N° de compte : 2412345673",
        "N° d'adhérent : 2412345673",
        "Chantier : 2412345673",
        "Our reference: 2412345673",
        "Tél. : 05 58 12 34 56",
        "Commande web n° 2412345673",
        "Engagement de service n° 2412345673",
        "Engagement n° 3 : livrer sous 48 heures",
        "2412345673",
    ],
)
def test_numbers_of_other_kinds_are_no_commitment(line):
    """Quotes, deliveries, the supplier's own orders and its clients have numbers too."""
    assert told(read(line), "commitment_number") is None


@pytest.mark.parametrize("label", ["N° d'engagement :", "Votre commande n°", "Bon de commande :"])
@pytest.mark.parametrize(
    "value",
    [
        "05 58 12 34 56",
        "05.58.12.34.56",
        "229 900 014 00015",
        "22990001400015",
        "FR 32 999 000 018",
        "16/08/2026",
        "16.08.26",
        "2026-08-16",
        "16 août 2026",
        "1 250,00 €",
        "1250,00",
        "1.250,00 EUR",
        "CO2408-0117",
        "PR2408-0117",
        "12",
        "du 16/08/2026",
        "à préciser",
        "voir ci-dessous",
    ],
)
def test_what_looks_like_something_else_is_no_commitment(label, value):
    """Telephone numbers, SIRETs, dates, amounts, a program's own order numbers, and words, even behind the label."""
    assert told(read(f"{label} {value}"), "commitment_number") is None


@pytest.mark.parametrize(
    "line",
    [
        "Code service : 16/08/2026",
        "Code service : non renseigné",
        "Service : comptabilité",
        "Service : Direction des finances",
        "Service exécutant : Direction des routes",
        "Service après-vente : 05 58 12 34 56",
        "Contrat de service : MAINT01",
        "Prestation de service : NETTOYAGE",
        "À votre service depuis 1998",
    ],
)
def test_words_are_no_service_code(line):
    """The name of a service is no code, and “service” is an everyday word."""
    assert told(read(line), "service_code") is None


# several values


@pytest.mark.parametrize(
    "text",
    [
        """
        N° d'engagement : 2412345673
        N° d'engagement : 2498765432
        """,
        """
        N° d'engagement : 2412345673
        Désignation         Total HT
        Fournitures         1 250,00
        Engagement juridique n° 2498765432
        """,
    ],
)
def test_different_values_contest_each_other(text):
    """Two commitments that stand beside labels as good are both doubted: less than 0.95 decides nothing."""
    invoice = read(text)
    assert told(invoice, "commitment_number") in {EJ, "2498765432"}
    assert trust(invoice, "commitment_number") < 0.95


def test_different_values_on_different_pages_contest_each_other():
    """It makes no difference on which page the other value stands."""
    invoice = read("N° d'engagement : 2412345673", "N° d'engagement : 2498765432")
    assert trust(invoice, "commitment_number") < 0.95


def test_the_same_value_twice_is_no_contest():
    """A number that is repeated is as sure as one that stands alone."""
    once, twice = read("N° d'engagement : 2412345673"), read("N° d'engagement : 2412345673\n\nEJ n° 2412345673")
    assert trust(once, "commitment_number") >= 0.95
    assert trust(twice, "commitment_number") >= trust(once, "commitment_number")


def test_the_commitment_comes_before_an_order_and_an_order_before_a_reference():
    """Where an invoice prints all three, the one named engagement is the commitment."""
    lines = ["Votre référence : DUP2026", "Votre commande n° BC-26/0117", "N° d'engagement : 2412345673"]
    assert told(read("\n".join(lines)), "commitment_number") == EJ
    assert told(read("\n".join(lines[:2])), "commitment_number") == "BC-26/0117"
    assert told(read(lines[0]), "commitment_number") == "DUP2026"


def test_a_reference_is_never_sure():
    """“Votre référence” may be anything."""
    assert trust(read("Votre référence : 2412345673"), "commitment_number") < 0.95


@pytest.mark.parametrize(
    "text",
    [
        """
        Avoir n° AV-2026-0007
        Annule la facture n° LV-2026-0042 du 16/08/2026
        """,
        """
        Avoir n° AV-2026-0007
        Facture d'origine : LV-2026-0042
        """,
        """
        Facture d'origine n° LV-2026-0042
        Avoir n° AV-2026-0007
        """,
        """
        Avoir n° AV-2026-0007
        sur facture n° LV-2026-0042
        """,
    ],
)
def test_the_invoice_that_a_credit_note_corrects_is_not_its_own_number(text):
    """A credit note names another invoice; its own number is its own."""
    assert told(read(text), "invoice_number") == "AV-2026-0007"


# letters


@pytest.mark.parametrize(
    "text",
    [
        "F A C T U R E  n° LV-2026-0042",
        "F A C T U R E   N ° LV-2026-0042",
        "FACTURE\nLV-2026-0042",
        "facture  no LV-2026-0042",
    ],
)
def test_titles_in_spaced_letters_are_read(text):
    """A title whose letters are set apart is the word that they spell."""
    assert told(read(text), "invoice_number") == "LV-2026-0042"


@pytest.mark.parametrize("sign", ["'", "’", "‘", "´", "`", "ʼ"])
def test_any_apostrophe_is_an_apostrophe(sign):
    """What typography, or a bad conversion, makes of an apostrophe does not hide a label."""
    assert told(read(f"N° d{sign}engagement : 2412345673"), "commitment_number") == EJ


@pytest.mark.parametrize("sign", ["n°", "N°", "nº", "n˚", "№", "no.", "No", "num.", "numéro"])
def test_any_number_sign_is_a_number_sign(sign):
    """A degree sign, an ordinal indicator and plain letters say the same."""
    assert told(read(f"Engagement {sign} 2412345673"), "commitment_number") == EJ


# what is not read yet as it should be


@pytest.mark.parametrize("several", ["2412345673 et 2498765432", "2412345673 2498765432", "2412345673, 2498765432"])
def test_several_numbers_behind_one_label_contest_each_other(several):
    """An invoice for two commitments is a matter for a person, not for the first of them."""
    assert trust(read(f"N° d'engagement : {several}"), "commitment_number") < 0.95


def test_a_year_before_the_rest_of_a_number_is_no_number():
    """“2026 BC 00412” is one number in three parts; its first part is nobody's."""
    assert told(read("N° d'engagement : 2026 BC 00412"), "commitment_number") != "2026"
