"""Consulting (§3.6), setting statuses (§3.7), the life cycle (§4)."""

import datetime as dt

import pytest

from tests.portal.calling import CONSULT, HISTORY, SET_STATUS, TARGETS, Caller, World, content, new_portal
from worker.fake_portal import DepositRefused, Form, PortalServer, Quirks, Status
from worker.fake_portal.life import NOT_DELIVERED
from worker.fake_portal.model import Piece

_DOCUMENT = Piece("attachement.pdf", b"%PDF-1.4 proof", "02", "application/pdf", "Document annexe")


def status_of(world: World, invoice_id: int) -> str:
    return str(world.caller.post(HISTORY, {"idFacture": invoice_id}).json["statutCourantCode"])


def test_consult(world: World) -> None:
    """§3.6: the whole invoice, under the documented names."""
    fields = {"service_code": "DIRINFRA", "commitment_number": "EJ-1", "contract_number": "M-1"}
    invoice_id = world.deposit("F-1", "100", form=Form.CII, **fields)
    told = world.caller.post(CONSULT, {"identifiantFactureCPP": invoice_id, "codeLangue": "fr"}).json["facture"]
    assert (told["identifiantFactureCPP"], told["numeroFacture"]) == (invoice_id, "F-1")
    assert (told["statutFacture"], told["modeDepot"]) == ("MISE_A_DISPOSITION", "EDI_XML_STRUCT")
    assert told["cadreDeFacturation"]["codeCadreFacturation"] == "A1_FACTURE_FOURNISSEUR"
    assert told["destinataire"] == {
        "codeDestinataire": "22990001400015",
        "idDestinataire": world.structure.id,
        "libelleDestinataire": "Département de la Haute-Lande",
        "destinataireEtat": "OUI",
        "codeServiceExecutant": "DIRINFRA",
        "idServiceExecutant": world.roads.id,
        "libelleServiceExecutant": "Routes",
    }
    assert told["references"]["numeroBonCommande"] == "EJ-1"
    assert told["references"]["numeroMarche"] == "M-1"
    assert told["montantTotal"] == {
        "montantHtTotal": 100,
        "montantTVA": 20,
        "montantTtcTotal": 120,
        "montantAPayer": 120,
    }
    assert [one["pieceJointeExtension"] for one in told["listeDesPiecesJointes"]["pieceJointe"]] == ["XML", "PDF"]


def test_history(world: World) -> None:
    """§3.6: the history is newest first, by the minute, with the reason as comment."""
    invoice_id = world.deposit()
    world.later(minutes=61)
    world.caller.set_status(invoice_id, "SUSPENDUE", motif="Il manque l'attachement")
    told = world.caller.post(HISTORY, {"idFacture": invoice_id, "nbResultatsMaximum": 50}).json
    rows = told["historiquesDesStatuts"]["histoStatut"]
    assert told["statutCourantCode"] == "SUSPENDUE"
    assert [row["histoStatutCode"] for row in rows] == [
        "SUSPENDUE",
        "MISE_A_DISPOSITION",
        "EN_COURS_ACHEMINEMENT",
        "DEPOSEE",
    ]
    assert [row["histoStatutDatePassage"] for row in rows[:2]] == ["2026-11-24 10:01", "2026-11-24 09:00"]
    assert rows[0]["histoStatutCommentaire"] == "Il manque l'attachement"


def test_set_status(world: World) -> None:
    """§3.7: the answer repeats id and number, with the day and the new status; the ledger has the reason."""
    invoice_id = world.deposit("REC-1")
    got = world.caller.set_status(invoice_id, "REJETEE", motif="Doublon facture")
    assert got.json == {
        "codeRetour": 0,
        "libelle": "CODE PAR DEFAUT",
        "idFacture": invoice_id,
        "numeroFacture": "REC-1",
        "dateTraitement": "2026-11-24",
        "nouveauStatut": "REJETEE",
    }
    row = world.caller.found().json["listeFactures"][0]
    assert (row["statut"], row["commentaireEtatCourant"]) == ("REJETEE", "Doublon facture")
    changes = [(one.invoice_id, one.status, one.comment) for one in world.portal.ledger.status_changes]
    assert changes == [(invoice_id, "REJETEE", "Doublon facture")]


def test_possible_targets(world: World) -> None:
    """§3.7: for MISE_A_DISPOSITION the portal names the eight of the official example, and SERVICE_FAIT."""
    told = world.caller.post(TARGETS, {"statutCourant": "MISE_A_DISPOSITION"}).json
    assert {row["statutPossiblePourTraitement"] for row in told["listeStatutsPossiblesPourTraitement"]} == {
        "MISE_A_DISPOSITION",
        "SUSPENDUE",
        "REJETEE",
        "MANDATEE",
        "MISE_EN_PAIEMENT",
        "COMPTABILISEE",
        "MISE_A_DISPOSITION_COMPTABLE",
        "A_RECYCLER",
        "SERVICE_FAIT",
    }


@pytest.mark.parametrize("current", sorted(set(Status) - NOT_DELIVERED))
def test_targets_are_what_is_accepted(world: World, current: Status) -> None:
    """§3.7: from every status exactly the targets that the portal names are accepted, the others are 20002."""
    told = world.caller.post(TARGETS, {"statutCourant": current}).json
    named = {row["statutPossiblePourTraitement"] for row in told["listeStatutsPossiblesPourTraitement"]}
    for target in Status:
        invoice_id = world.deposit(f"F-{target[:10]}")
        world.portal.move(invoice_id, current)
        got = world.caller.set_status(invoice_id, target, motif="x")
        assert (got.status, got.code) == ((200, 0) if target in named else (400, 20002))


def test_moved_meanwhile(world: World) -> None:
    """§3.7, §4: who comes after Hélios gets 20002 with its sentence; nothing changes and nothing is counted."""
    invoice_id = world.deposit()
    world.portal.move(invoice_id, Status.MISE_EN_PAIEMENT)
    got = world.caller.set_status(invoice_id, "REJETEE", motif="trop tard")
    assert got.status == 400
    assert got.json == {
        "codeRetour": 20002,
        "libelle": "Incohérence au niveau du statut d'origine ou de destination de la facture.",
    }
    assert status_of(world, invoice_id) == "MISE_EN_PAIEMENT"
    assert world.portal.ledger.status_changes == []


def test_second_try_is_refused(world: World) -> None:
    """§3.7: the call is not idempotent: the same rejection again is 20002."""
    invoice_id = world.deposit()
    codes = [world.caller.set_status(invoice_id, "REJETEE", motif="Doublon").code for _ in range(2)]
    assert codes == [0, 20002]


@pytest.mark.parametrize("asked", [{}, {"motif": ""}, {"motif": "  "}, {"motif": None}, {"motif": "x" * 256}])
@pytest.mark.parametrize("status", ["REJETEE", "SUSPENDUE"])
def test_reason_is_mandatory(world: World, status: str, asked: dict[str, object]) -> None:
    """§3.7: rejecting and suspending need a reason of at most 255 characters."""
    invoice_id = world.deposit()
    assert world.caller.set_status(invoice_id, status, **asked).status == 400
    assert status_of(world, invoice_id) == "MISE_A_DISPOSITION"


def test_reason_is_counted_in_characters(world: World) -> None:
    """§3.7: 255 is a number of characters, not of bytes."""
    assert world.caller.set_status(world.deposit(), "REJETEE", motif="é" * 255).code == 0


def test_mandate_number(world: World) -> None:
    """§3.7: `numeroDPMandat` goes with MANDATEE and is found again where the invoice is consulted."""
    invoice_id = world.deposit()
    world.caller.set_status(invoice_id, "MANDATEE", motif="", numeroDPMandat="4711")
    told = world.caller.post(CONSULT, {"identifiantFactureCPP": invoice_id}).json["facture"]
    assert told["references"]["numeroDpMandat"] == "4711"


def test_unknown_invoice_has_no_status(world: World) -> None:
    """§3.2: a status for an unknown invoice is GDP_MSG_11.008."""
    got = world.caller.set_status(1221, "SERVICE_FAIT")
    assert (got.status, got.json["retourFonctionnel"]["codeRetourFonctionnel"]) == (400, "GDP_MSG_11.008")


def test_suspended_and_completed(world: World) -> None:
    """§4: a suspended invoice comes back COMPLETEE under the same id, Renvoi Complétée, with the new document."""
    invoice_id = world.deposit()
    world.caller.set_status(invoice_id, "SUSPENDUE", motif="Pièce manquante")
    world.later(days=3)
    world.portal.complete(invoice_id, _DOCUMENT)
    row = world.caller.found().json["listeFactures"][0]
    pivot = content(world.caller.download(invoice_id)).decode()
    assert (row["idFacture"], row["statut"]) == (invoice_id, "COMPLETEE")
    assert dt.datetime.fromisoformat(row["dateHeureEtatCourant"]) == world.portal.clock.now()
    assert "<Renvoi>Complétée</Renvoi>" in pivot
    assert "<NomPJ>attachement.pdf</NomPJ>" in pivot
    assert world.caller.set_status(invoice_id, "SERVICE_FAIT").code == 0


def test_recycled(world: World) -> None:
    """§4: an invoice to recycle comes back under the same id and number, corrected, Renvoi Recyclée."""
    invoice_id = world.deposit("F-9", service_code="DIRINFRA", form=Form.UBL)
    world.caller.set_status(invoice_id, "A_RECYCLER", motif="Mauvais service")
    world.later(days=1)
    world.portal.recycle(invoice_id, service_code="061", commitment_number="EJ-2")
    row = world.caller.found().json["listeFactures"][0]
    pivot = content(world.caller.download(invoice_id)).decode()
    assert (row["idFacture"], row["numeroFacture"], row["statut"]) == (invoice_id, "F-9", "MISE_A_DISPOSITION")
    assert (row["codeServiceExecutant"], row["numeroBonCommande"]) == ("061", "EJ-2")
    assert row["dateDepot"] == "2026-11-24"
    assert "<Renvoi>Recyclée</Renvoi>" in pivot
    assert pivot.count("<PJ ") == 2


def test_recycled_away(world: World) -> None:
    """§4: corrected to another structure, the invoice is found there."""
    other = world.portal.add_structure("22990001400023", "Laboratoire")
    invoice_id = world.deposit()
    world.caller.set_status(invoice_id, "A_RECYCLER", motif="Mauvais budget")
    world.portal.recycle(invoice_id, structure=other)
    assert world.caller.found(idDestinataire=world.structure.id).code == 20000
    assert world.caller.found(idDestinataire=other.id).json["listeFactures"][0]["idFacture"] == invoice_id


def test_recycled_to_another_body(world: World) -> None:
    """§4: corrected to a structure of somebody else, the invoice is unknown to this account from then on."""
    other = world.portal.add_structure("26750045200011", "Un hôpital", ours=False)
    invoice_id = world.deposit()
    world.caller.set_status(invoice_id, "A_RECYCLER", motif="Pas pour nous")
    world.portal.recycle(invoice_id, structure=other)
    assert world.caller.found().code == 20000
    assert "retourFonctionnel" in world.caller.download(invoice_id).json


def test_recycling_is_checked(world: World) -> None:
    """§5.1: the supplier's correction is checked like a deposit, and a refused one changes nothing."""
    invoice_id = world.deposit()
    world.caller.set_status(invoice_id, "A_RECYCLER", motif="x")
    with pytest.raises(DepositRefused, match="unknown or inactive"):
        world.portal.recycle(invoice_id, service_code="NONE")
    assert status_of(world, invoice_id) == "A_RECYCLER"


@pytest.mark.parametrize(("reset", "expected"), [(False, True), (True, False)])
def test_downloaded_after_a_return(reset: bool, expected: bool) -> None:  # noqa: FBT001
    """Whether a returned invoice counts as downloaded is in no document: the portal can be either."""
    portal = new_portal(quirks=Quirks(reset_downloaded=reset))
    with PortalServer(portal).running() as server:
        world = World(portal, server, Caller(server))
        invoice_id = world.deposit()
        world.caller.download(invoice_id)
        world.caller.set_status(invoice_id, "SUSPENDUE", motif="x")
        portal.complete(invoice_id)
        assert world.caller.found().json["listeFactures"][0]["factureTelechargeeParDestinataire"] is expected


def test_without_recycling() -> None:
    """The specification of 2026 does away with A_RECYCLER: it is no target, and setting it is 20002."""
    portal = new_portal(quirks=Quirks(recycling=False))
    with PortalServer(portal).running() as server:
        world = World(portal, server, Caller(server))
        told = world.caller.post(TARGETS, {"statutCourant": "MISE_A_DISPOSITION"}).json
        named = [row["statutPossiblePourTraitement"] for row in told["listeStatutsPossiblesPourTraitement"]]
        assert "A_RECYCLER" not in named
        assert world.caller.set_status(world.deposit(), "A_RECYCLER", motif="x").code == 20002


def test_only_what_was_sent_back_comes_back(world: World) -> None:
    """§4: completing needs a suspension, recycling needs A_RECYCLER, and REJETEE is the end."""
    invoice_id = world.deposit()
    world.caller.set_status(invoice_id, "REJETEE", motif="x")
    with pytest.raises(DepositRefused, match="REJETEE"):
        world.portal.complete(invoice_id)
    with pytest.raises(DepositRefused, match="REJETEE"):
        world.portal.recycle(invoice_id)


def test_unknown_field_of_a_status(world: World) -> None:
    """The older, capitalised names of a sample are refused: current clients write them small (§3.7)."""
    got = world.caller.post(SET_STATUS, {"IdFacture": world.deposit(), "NouveauStatut": "REJETEE"})
    assert got.status == 400
