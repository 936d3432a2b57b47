"""The searches of received invoices and of works invoices (§3.2 to §3.4, §3.8)."""

import datetime as dt
from decimal import Decimal

import pytest

from tests.portal.calling import SEARCH, WORKS, Caller, World, new_portal
from worker.fake_portal import PortalServer, Quirks, Status


def numbers(told: dict[str, list[dict[str, object]]]) -> list[object]:
    return [row["numeroFacture"] for row in told["listeFactures"]]


def test_row(world: World) -> None:
    """§3.4: a row has the documented names; amounts are JSON numbers, the engagement is `numeroBonCommande`."""
    invoice_id = world.deposit(
        "FAC19-2512", "1234.50", service_code="DIRINFRA", commitment_number="2026-000101", contract_number="2024/TRX/07"
    )
    assert world.caller.found().json["listeFactures"] == [
        {
            "codeDestinataire": "22990001400015",
            "codeFournisseur": "99901001000018",
            "codeServiceExecutant": "DIRINFRA",
            "commentaireEtatCourant": "",
            "dateDepot": "2026-11-24",
            "dateFacture": "2026-11-24",
            "dateHeureEtatCourant": "2026-11-24T08:00:00.000Z",
            "designationDestinataire": "Département de la Haute-Lande",
            "designationFournisseur": "Travaux & Cie <SARL>",
            "devise": "EUR",
            "factureTelechargeeParDestinataire": False,
            "idDestinataire": world.structure.id,
            "idFacture": invoice_id,
            "idServiceExecutant": world.roads.id,
            "montantAPayer": 1481.4,
            "montantHT": 1234.5,
            "montantTTC": 1481.4,
            "nomServiceExecutant": "Routes",
            "numeroBonCommande": "2026-000101",
            "numeroFacture": "FAC19-2512",
            "numeroMarche": "2024/TRX/07",
            "statut": "MISE_A_DISPOSITION",
            "typeDemandePaiement": "FACTURE",
            "typeFacture": "FACTURE",
            "typeFactureTravaux": None,
            "typeIdentifiantFournisseur": "SIRET",
        }
    ]


def test_service_may_be_absent(world: World) -> None:
    """§3.4: without a service its three fields are absent, not empty."""
    world.deposit()
    row = world.caller.found().json["listeFactures"][0]
    assert not {"codeServiceExecutant", "nomServiceExecutant", "idServiceExecutant"} & set(row)


def test_size_on_request(world: World) -> None:
    """§3.4: `recupererTaille` gives the size of the pieces, in bytes."""
    world.deposit()
    plain, sized = world.caller.found(), world.caller.found(recupererTaille=True)
    assert "taille" not in plain.json["listeFactures"][0]
    assert sized.json["listeFactures"][0]["taille"] > 500


def test_nothing_is_20000(world: World) -> None:
    """§3.2: no result is codeRetour 20000, TRA_MSG_00.015, without a list and without paging."""
    got = world.caller.found()
    assert (got.status, got.json) == (200, {"codeRetour": 20000, "libelle": "TRA_MSG_00.015"})


def test_nothing_may_be_a_400() -> None:
    """§3.2: every functional error is a 400, says one client; the portal can be that one."""
    portal = new_portal(quirks=Quirks(empty_status=400))
    with PortalServer(portal).running() as server:
        got = Caller(server).found()
    assert (got.status, got.code) == (400, 20000)


def test_paging(world: World) -> None:
    """§3.3: pages count from 1, the block stands at the root, the last page has the rest."""
    made = [world.deposit(f"F-{n}") for n in range(7)]
    pages = [world.caller.found(size=3, number=n).json for n in (1, 2, 3)]
    blocks = [[page[name] for name in ("pageCourante", "pages", "nbResultatsParPage", "total")] for page in pages]
    assert blocks == [[1, 3, 3, 7], [2, 3, 3, 7], [3, 3, 3, 7]]
    assert [row["idFacture"] for page in pages for row in page["listeFactures"]] == made[::-1]
    assert world.caller.found(size=3, number=4).code == 20000


def test_page_size_has_a_default_and_a_limit(world: World) -> None:
    """§3.3: 10 a page unless asked, 1000 at most."""
    for n in range(12):
        world.deposit(f"F-{n}")
    plain = world.caller.post(SEARCH, {"typeDemandePaiement": "FACTURE"}).json
    assert (len(plain["listeFactures"]), plain["pages"]) == (10, 2)
    assert world.caller.found(size=999999).json["nbResultatsParPage"] == 1000


def test_pages_shift_when_invoices_arrive(world: World) -> None:
    """§3.3: newest first, so what arrives between two pages is missed and what was seen is seen again."""
    for n in range(4):
        world.deposit(f"F-{n}")
    first = numbers(world.caller.found(size=2).json)
    world.deposit("F-NEW")
    second = numbers(world.caller.found(size=2, number=2).json)
    assert (first, second) == (["F-3", "F-2"], ["F-2", "F-1"])


@pytest.mark.parametrize(
    ("column", "direction", "expected"),
    [
        ("IdFacture", "Ascendant", ["B", "C", "A"]),
        ("IdFacture", "Descendant", ["A", "C", "B"]),
        ("NumeroFacture", "Ascendant", ["A", "B", "C"]),
        ("MontantTTC", "Descendant", ["C", "A", "B"]),
    ],
)
def test_order(world: World, column: str, direction: str, expected: list[str]) -> None:
    """§3.3: `triColonne` and `triSens` order the rows."""
    for number, net in (("B", "1"), ("C", "3"), ("A", "2")):
        world.deposit(number, net)
    paging = {"pageResultatDemandee": 1, "nbResultatsParPage": 10, "triColonne": column, "triSens": direction}
    assert numbers(world.caller.found(paramRecherche=paging).json) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"numeroFacture": "F-2"}, {"F-2"}),
        ({"numeroBonCommande": "EJ-1"}, {"F-1"}),
        ({"numeroMarche": "M-2"}, {"F-2"}),
        ({"statutCourant": "SUSPENDUE"}, {"F-3"}),
        ({"statutCourant": ["SUSPENDUE", "REJETEE"]}, {"F-3"}),
        ({"listeTypeFacture": ["AVOIR"]}, {"F-2"}),
        ({"cadreFacturation": "A9"}, {"F-3"}),
        ({"cadreFacturation": "A9_FACTURE_SOUSTRAITANT"}, {"F-3"}),
        ({"montantHTMin": 20, "montantHTMax": 20}, {"F-2"}),
        ({"montantTTCMin": 30}, {"F-3"}),
        ({"montantApayerMax": 12}, {"F-1"}),
        ({"periodeDateDepotDu": "2026-11-25"}, {"F-3"}),
        ({"periodeDateFactureAu": "2026-10-31"}, {"F-1"}),
        ({"factureTelechargeeParDestinataire": True}, {"F-2"}),
        ({"idDestinataire": 1}, set()),
    ],
)
def test_conditions(world: World, asked: dict[str, object], expected: set[str]) -> None:
    """§3.4: every condition narrows the answer."""
    world.deposit("F-1", "10", commitment_number="EJ-1", issued=dt.date(2026, 10, 31))
    second = world.deposit("F-2", "20", contract_number="M-2", credit_note=True)
    world.caller.download(second)
    world.later(days=1)
    third = world.deposit("F-3", "30", framework="A9")
    world.portal.move(third, Status.SUSPENDUE)
    got = world.caller.found(**asked)
    assert {row["numeroFacture"] for row in got.json.get("listeFactures", [])} == expected


def test_conditions_on_ids(world: World) -> None:
    """§3.4: structure, service and supplier are named by their technical ids."""
    world.deposit("F-1", service_code="DIRINFRA")
    world.deposit("F-2")
    assert numbers(world.caller.found(idServiceExecutant=world.roads.id).json) == ["F-1"]
    assert numbers(world.caller.found(idDestinataire=world.structure.id).json) == ["F-2", "F-1"]
    suppliers = [{"idFournisseur": world.supplier.id}]
    assert numbers(world.caller.found(listeFournisseurs=suppliers).json) == ["F-2", "F-1"]
    assert world.caller.found(listeFournisseurs=[{"idFournisseur": 1}]).code == 20000


def test_window_on_the_current_status(world: World) -> None:
    """§3.4: the window is on the moment of the current status, both ends included; without zone it is local time."""
    invoice_id = world.deposit()  # 08:00 UTC is 09:00 in Paris
    world.later(hours=2)
    inside = {"periodeDateHeureEtatCourantDu": "2026-11-24T09:00:00", "periodeDateHeureEtatCourantAu": "2026-11-24"}
    assert world.caller.found(**inside).code == 20000
    inside["periodeDateHeureEtatCourantAu"] = "2026-11-24T08:00:00Z"
    assert world.caller.found(**inside).json["total"] == 1
    world.caller.set_status(invoice_id, "SERVICE_FAIT")
    assert world.caller.found(**inside).code == 20000
    inside["periodeDateHeureEtatCourantAu"] = "2026-11-24T23:59:59"
    assert world.caller.found(**inside).json["listeFactures"][0]["statut"] == "SERVICE_FAIT"


def test_not_yet_delivered(world: World) -> None:
    """§4: what is deposited and not yet made available is not the recipient's."""
    invoice_id = world.deposit(reach=Status.DEPOSEE)
    assert world.caller.found().code == 20000
    assert "retourFonctionnel" in world.caller.download(invoice_id).json
    world.portal.move(invoice_id, Status.MISE_A_DISPOSITION)
    assert world.caller.found().json["total"] == 1


def test_works_invoices_are_asked_for_apart(world: World) -> None:
    """§3.4: works frameworks are found as FACTURE_TRAVAUX, by a call of their own, and name the MOA."""
    world.deposit("F-1")
    world.deposit("T-1", framework="A5")
    row = world.caller.found(typeDemandePaiement="FACTURE_TRAVAUX").json["listeFactures"][0]
    assert numbers(world.caller.found().json) == ["F-1"]
    assert (row["numeroFacture"], row["typeFactureTravaux"]) == ("T-1", "A5_ETAT_ACOMPTE_FOURNISSEUR")
    assert row["codeMOA"] == "22990001400015"


def test_works_service(world: World) -> None:
    """§3.8: `facturesTravaux` has names of its own, paging in `parametresRetour`, and 20007 for nothing (§3.2)."""
    world.deposit("F-1")
    block = {"pageResultatDemandee": 1, "nbResultatsParPage": 1000}
    asked = {"roleUtilisateur": "MOA", "rechercheFactureTravaux": block}
    nothing = world.caller.post(WORKS, asked)
    assert (nothing.status, nothing.json) == (200, {"codeRetour": 20007, "libelle": "GFT_MSG_01.075"})
    invoice_id = world.deposit("T-1", framework="A5")
    told = world.caller.post(WORKS, asked).json
    row = told["listeFacturesTravaux"][0]
    assert (row["idFactureTravaux"], row["numeroFactureTravaux"]) == (invoice_id, "T-1")
    assert row["statutFactureTravaux"] == "MISE_A_DISPOSITION"
    assert told["parametresRetour"] == {"pageCourante": 1, "pages": 1, "nbResultatsParPage": 1000, "total": 1}
    assert world.caller.post(WORKS, {**asked, "roleUtilisateur": "MOE"}).code == 20007


def test_structures_of_others_are_unseen(world: World) -> None:
    """§3.8: an account sees what was sent to its own structures."""
    other = world.portal.add_structure("26750045200011", "Un hôpital", ours=False)
    world.portal.deposit(other, world.supplier, "X-1", Decimal(1))
    assert world.caller.found().code == 20000
