"""Structures, their flags, their services (§3.8), and what follows from them for suppliers (§5.1)."""

from decimal import Decimal

import pytest

from tests.portal.calling import (
    OTHER_SIRET,
    OURS,
    SERVICE,
    SERVICES,
    SIRET,
    STRUCTURE,
    STRUCTURES,
    Caller,
    World,
    new_portal,
)
from worker.fake_portal import DepositRefused, PortalServer, Quirks


def test_siret_as_a_number(world: World) -> None:
    """§3.8: `identifiantStructure` is a JSON number, as in the official sample: its leading zero is gone."""
    world.portal.add_structure(OTHER_SIRET, "Une commune de l'Ain")
    told = world.caller.post(STRUCTURES, {"structure": {"identifiantStructure": OTHER_SIRET}}).json
    row = told["listeStructures"][0]
    assert row["identifiantStructure"] == 2990001400010
    assert str(row["identifiantStructure"]).zfill(14) == OTHER_SIRET
    assert (row["statut"], row["typeIdentifiantStructure"]) == ("ACTIVE", "SIRET")


def test_siret_as_text() -> None:
    """§3.8: the interface description says string; the portal can be that one."""
    portal = new_portal(quirks=Quirks(numeric_siret=False))
    with PortalServer(portal).running() as server:
        world = World(portal, server, Caller(server))
        told = world.caller.post(STRUCTURES, {"structure": {"identifiantStructure": SIRET}}).json
    assert told["listeStructures"][0]["identifiantStructure"] == SIRET


def test_one_as_an_object() -> None:
    """§3.8: a list of one may come as the object itself; the portal can be that one."""
    portal = new_portal(quirks=Quirks(single_as_object=True))
    with PortalServer(portal).running() as server:
        world = World(portal, server, Caller(server))
        told = world.caller.post(STRUCTURES).json
    assert told["listeStructures"]["idStructureCPP"] == world.structure.id


def test_structures_are_paged(world: World) -> None:
    """§3.3: structures tell their paging in `parametresRetour`."""
    for n in range(4):
        world.portal.add_structure(f"2299000140{n:04d}", f"Budget {n}")
    block = {"pageResultatDemandee": 2, "nbResultatsParPage": 2, "triColonne": "DesignationStructure"}
    told = world.caller.post(STRUCTURES, {"parametres": {**block, "triSens": "Ascendant"}}).json
    assert [row["designationStructure"] for row in told["listeStructures"]] == ["Budget 2", "Budget 3"]
    assert told["parametresRetour"] == {"pageCourante": 2, "pages": 3, "nbResultatsParPage": 2, "total": 5}


def test_inactive_structures(world: World) -> None:
    """§3.8: asked as ACTIF or INACTIF, answered as ACTIVE or INACTIVE."""
    world.portal.add_structure(OTHER_SIRET, "Dissoute", active=False)
    told = world.caller.post(STRUCTURES, {"structure": {"statutStructure": "INACTIF"}}).json
    assert [(row["designationStructure"], row["statut"]) for row in told["listeStructures"]] == [
        ("Dissoute", "INACTIVE")
    ]


@pytest.mark.parametrize(
    ("flag", "name"),
    [
        ("service_required", "codeServiceDoitEtreRenseigne"),
        ("commitment_required", "numeroEJDoitEtreRenseigne"),
        ("service_or_commitment_required", "gestionNumeroEJOuCodeService"),
    ],
)
def test_flags(world: World, flag: str, name: str) -> None:
    """§3.8, §5.1: each demand of a structure is a boolean of `parametres`."""
    made = world.portal.add_structure(OTHER_SIRET, "Exigeante", **{flag: True})
    told = world.caller.post(STRUCTURE, {"idStructureCPP": made.id, "codeLangue": "fr"}).json["parametres"]
    routing = {"codeServiceDoitEtreRenseigne", "numeroEJDoitEtreRenseigne", "gestionNumeroEJOuCodeService"}
    assert {one for one in routing if told[one]} == {name}


def test_services(world: World) -> None:
    """§3.8: services with id, code and whether they are active; leading zeros of a code stay; 10 a page."""
    for n in range(12):
        world.portal.add_service(world.structure, f"S{n:02d}", f"Service {n}", active=n != 3)
    order = {"triColonne": "CodeService", "triSens": "Ascendant"}
    asked = {"idStructure": world.structure.id, "parametresRechercherServicesStructure": order}
    told = world.caller.post(SERVICES, asked).json
    assert told["parametresRetour"] == {"pageCourante": 1, "pages": 2, "nbResultatsParPage": 10, "total": 14}
    assert [row["codeService"] for row in told["listeServices"]][:3] == ["061", "DIRINFRA", "S00"]
    assert [row["codeService"] for row in told["listeServices"] if not row["estActif"]] == ["S03"]
    assert told["listeServices"][1]["dateDbtService"] == "2018-01-01"


def test_service_in_full(world: World) -> None:
    """§3.8: a service tells whether it demands a commitment, and its validity."""
    asked = {"idStructure": world.structure.id, "idService": world.roads.id, "codeLangue": "fr"}
    told = world.caller.post(SERVICE, asked).json
    assert told["informationsGenerales"]["codeService"] == "DIRINFRA"
    assert told["parametres"]["numeroEngagement"] is False
    assert told["parametres"]["dateDebutValidite"] == "2018-01-01T00:00:00.000Z"
    assert told["parametres"]["dateFinValidite"] is None


def test_own_structures(world: World) -> None:
    """§3.8: the structures that the account may act for, and no others; here the SIRET is text."""
    foreign = world.portal.add_structure("26750045200011", "Un hôpital", ours=False)
    told = world.caller.post(OURS).json["listeStructures"]
    assert told == [
        {
            "idStructureCPP": world.structure.id,
            "identifiant": SIRET,
            "designationStructure": "Département de la Haute-Lande",
        }
    ]
    general = world.caller.post(STRUCTURE, {"idStructureCPP": foreign.id}).json["informationGenerales"]
    assert "dateExpirationMotPasseCompteTech" not in general


@pytest.mark.parametrize(
    ("flags", "fields", "taken"),
    [
        ({}, {}, True),
        ({"service_required": True}, {}, False),
        ({"service_required": True}, {"service_code": "S"}, True),
        ({"service_required": True}, {"service_code": "OLD"}, False),
        ({"service_required": True}, {"service_code": "NONE"}, False),
        ({"service_required": True}, {"service_code": "EJ"}, False),
        ({"service_required": True}, {"service_code": "EJ", "commitment_number": "1"}, True),
        ({"commitment_required": True}, {"service_code": "S"}, False),
        ({"commitment_required": True}, {"commitment_number": "1"}, True),
        ({"service_or_commitment_required": True}, {}, False),
        ({"service_or_commitment_required": True}, {"service_code": "S"}, True),
        ({"service_or_commitment_required": True}, {"commitment_number": "1"}, True),
        ({"active": False}, {}, False),
    ],
)
def test_deposit(flags: dict[str, bool], fields: dict[str, str], taken: bool) -> None:  # noqa: FBT001
    """§5.1: the portal refuses a supplier's invoice that lacks what the structure demands."""
    portal = new_portal()
    made = portal.add_structure(SIRET, "Exigeante", **flags)
    portal.add_service(made, "S", "Service")
    portal.add_service(made, "OLD", "Ancien service", active=False)
    portal.add_service(made, "EJ", "Service à engagement", commitment_required=True)
    supplier = portal.add_supplier("99901001000018", "Travaux")
    if taken:
        assert portal.deposit(made, supplier, "F-1", Decimal(1), **fields) in {one.id for one in portal.invoices()}
    else:
        with pytest.raises(DepositRefused):
            portal.deposit(made, supplier, "F-1", Decimal(1), **fields)
