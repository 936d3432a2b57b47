"""Downloads (§3.5), the pivot and what is inside it (§1.1 to §1.3)."""

import base64
import io
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from tests.places import CHORUS_SAMPLES
from tests.portal.calling import SERVICE, Caller, World, content, new_portal
from worker.fake_portal import Form, PortalServer, Quirks
from worker.fake_portal.model import Piece

_EXTRA = Piece("bon de livraison.pdf", b"%PDF-1.4 delivered", "02", "application/pdf", "Bon de livraison")


def pivot_of(got) -> etree._Element:
    return etree.fromstring(content(got), etree.XMLParser(huge_tree=True, resolve_entities=False, no_network=True))


def schema(version: str) -> etree.XMLSchema:
    if CHORUS_SAMPLES is None:
        pytest.skip("the official schemas are not beside the checkout")
    return etree.XMLSchema(etree.parse(Path(CHORUS_SAMPLES.parent, "xsd", f"CPPFacturePivot_{version}.xsd")))


def test_pivot_is_the_xml_in_base64(world: World) -> None:
    """§3.5: PIVOT is one XML, in base64, in `fichierResultat`; its root has no namespace (§1.1)."""
    got = world.caller.download(world.deposit())
    assert set(got.json) == {"codeRetour", "libelle", "fichierResultat"}
    assert content(got).startswith(b"<?xml")
    assert pivot_of(got).tag == "CPPFacturePivot"


def test_pivot_says_what_was_deposited(world: World) -> None:
    """§1.2: the three routing keys, the Chorus id, the type and the amounts stand where the format has them."""
    fields = {"service_code": "DIRINFRA", "commitment_number": "2026-000101", "contract_number": "2024/TRX/07"}
    invoice_id = world.deposit("AV-1", "100.10", credit_note=True, original_number="F-0", **fields)
    unit = pivot_of(world.caller.download(invoice_id)).find("CPPFactures/CPPFacturePivotUnitaire")
    expected = {
        "Debiteur/Identifiant": "22990001400015",
        "Debiteur/CodeService": "DIRINFRA",
        "DonneesFacture/Engagement/NumeroEngagement": "2026-000101",
        "DonneesFacture/Engagement/NumeroMarche": "2024/TRX/07",
        "DonneesFacture/Id": "AV-1",
        "DonneesFacture/IdCPRO": str(invoice_id),
        "DonneesFacture/Renvoi": "Non",
        "DonneesFacture/IdFactureOrigine": "F-0",
        "DonneesFacture/Type": "381",
        "DonneesFacture/Cadre": "A1",
        "DonneesFacture/DateReception": "2026-11-24",
        "DonneesFacture/Montants/MontantTTC": "120.12",
        "Fournisseur/RaisonSociale": "Travaux & Cie <SARL>",
    }
    assert {path: unit.findtext(path) for path in expected} == expected


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("quirks", [Quirks(), Quirks(old_pivot=True)], ids=["V2_02", "V1_22"])
def test_pivot_is_valid(form: Form, quirks: Quirks) -> None:
    """§1.1: every pivot is valid by the official schema of its version, whatever the supplier deposited."""
    portal = new_portal(quirks=quirks)
    with PortalServer(portal).running() as server:
        world = World(portal, server, Caller(server))
        made = [world.deposit(form=form, service_code="061", commitment_number="EJ-1"), world.deposit("F-2", form=form)]
        root = pivot_of(world.caller.download(*made))
    schema("V1_22" if quirks.old_pivot else "V2_02").assertValid(root)
    assert (root.find(".//IdCPRO") is None) == quirks.old_pivot


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (Form.PDF, [("01", "F-1.pdf", "application/pdf", "Facture PDF")]),
        (Form.FACTURX, [("01", "F-1.pdf", "application/pdf", "DUPLICATA_FACTUR-X")]),
        (
            Form.UBL,
            [
                ("01", "F-1.xml", "application/xml", "Facture XML"),
                ("02", "PJ00_F-1.pdf", "application/pdf", "Facture PDF"),
            ],
        ),
        (
            Form.CII,
            [
                ("01", "F-1.xml", "application/xml", "Facture XML"),
                ("02", "PJ00_F-1.pdf", "application/pdf", "Facture PDF"),
            ],
        ),
    ],
)
def test_pieces(world: World, form: Form, expected: list[tuple[str, ...]]) -> None:
    """§1.3: PJ 01 is the original, each piece a ZIP of one entry named like it; XML comes with a readable PJ00."""
    root = pivot_of(world.caller.download(world.deposit(form=form)))
    tags = ("TypePJ", "NomPJ", "MimeTypePJ", "CategoriePJ")
    assert [tuple(piece.findtext(tag) for tag in tags) for piece in root.iter("PJ")] == expected
    for piece in root.iter("PJ"):
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(piece.findtext("Contenu"), validate=True))) as archive:
            assert archive.namelist() == [piece.findtext("NomPJ")]
            begin = b"%PDF" if piece.findtext("MimeTypePJ") == "application/pdf" else b"<?xml"
            assert archive.read(archive.namelist()[0]).startswith(begin)


def test_several_in_one_pivot(world: World) -> None:
    """§3.5: one XML holds all the invoices asked for, counted (§1.2)."""
    made = [world.deposit("F-1"), world.deposit("F-2")]
    root = pivot_of(world.caller.download(*made))
    assert root.find("CPPFactures").get("Compteur") == "2"
    assert [one.text for one in root.iter("IdCPRO")] == [str(one) for one in made]


def test_pivot_in_a_zip() -> None:
    """§1.3, §3.5: a gateway delivers a ZIP holding `PivotS.xml`; the portal can be that one."""
    portal = new_portal(quirks=Quirks(zipped_pivot=True))
    with PortalServer(portal).running() as server:
        world = World(portal, server, Caller(server))
        got = content(world.caller.download(world.deposit()))
    with zipfile.ZipFile(io.BytesIO(got)) as archive:
        assert archive.namelist() == ["PivotS.xml"]
        assert b"<CPPFacturePivot" in archive.read("PivotS.xml")


@pytest.mark.parametrize("form", list(Form))
def test_pdf_of_one(world: World, form: Form) -> None:
    """§3.5: the PDF of one invoice is a PDF."""
    assert content(world.caller.download(world.deposit(form=form), form="PDF")).startswith(b"%PDF")


def test_pdf_of_several(world: World) -> None:
    """§3.5: of several invoices, a ZIP with a folder for each; the switch for further pieces acts on PDF only."""
    first, second = world.deposit("F-1", extra=[_EXTRA]), world.deposit("F-2")
    plain = zipfile.ZipFile(io.BytesIO(content(world.caller.download(first, second, form="PDF"))))
    assert plain.namelist() == [f"{first}/F-1.pdf", f"{second}/F-2.pdf"]
    wanted = {"avecPiecesJointesComplementaires": "OUI"}
    full = zipfile.ZipFile(io.BytesIO(content(world.caller.download(first, form="PDF", **wanted))))
    assert full.namelist() == [f"{first}/F-1.pdf", f"{first}/{_EXTRA.name}"]
    assert len(list(pivot_of(world.caller.download(first)).iter("PJ"))) == 2


def test_download_is_remembered(world: World) -> None:
    """§3.5: a download sets the flag of the row and leaves its mark in the history; the ledger counts."""
    invoice_id = world.deposit()
    world.caller.download(invoice_id)
    world.caller.download(invoice_id)
    history = world.caller.post("factures/v1/consulter/historique", {"idFacture": invoice_id}).json
    actions = history["historiquesDesActionsUtilisateurs"]["histoAction"]
    assert world.caller.found().json["listeFactures"][0]["factureTelechargeeParDestinataire"] is True
    assert [one["histoActionCode"] for one in actions] == ["TELECHARGEMENT_FACTURE"] * 2
    assert world.portal.ledger.downloads == {invoice_id: 2}


def test_group_too_large() -> None:
    """§3.2: a group beyond the limit is a 413; fewer invoices go through, and nothing counts as downloaded."""
    portal = new_portal(quirks=Quirks(bytes_of_group=6000))
    with PortalServer(portal).running() as server:
        world = World(portal, server, Caller(server))
        made = [world.deposit("F-1"), world.deposit("F-2"), world.deposit("F-3")]
        assert world.caller.download(*made).status == 413
        assert not portal.ledger.downloads
        assert world.caller.download(made[0]).status == 200


def test_unknown_invoice(world: World) -> None:
    """§3.2: an invoice that the portal does not know is GDP_MSG_11.008, in the form that the sample has."""
    got = world.caller.download(1221)
    told = got.json["retourFonctionnel"]
    assert (got.status, told["codeRetourFonctionnel"]) == (400, "GDP_MSG_11.008")
    assert told["libelleRetourFonctionnel"]


def test_portal_checks_presence_only(world: World) -> None:
    """§0, §5.1: a service that requires a commitment gets one, and nobody asks whether it exists."""
    told = world.caller.post(SERVICE, {"idStructure": world.structure.id, "idService": world.computing.id}).json
    assert told["parametres"]["numeroEngagement"] is True
    invoice_id = world.deposit(service_code="061", commitment_number="NOWHERE")
    root = pivot_of(world.caller.download(invoice_id))
    assert root.findtext(".//NumeroEngagement") == "NOWHERE"
