"""Structures and their services (§3.8): the directory as an account sees it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from worker.fake_portal import search
from worker.fake_portal.model import Service, Structure
from worker.fake_portal.portal import Portal
from worker.fake_portal.reply import COMMON, LANGUAGE, MANAGED, TRANSVERSE, Endpoint, Json, Reply, done
from worker.fake_portal.request import flag, malformed, one_of, text, whole
from worker.fake_portal.search import paging
from worker.fake_portal.shapes import stamp

_STRUCTURE_COLUMNS: dict[str, Callable[[Structure], Any]] = {
    "IdentifiantStructure": lambda structure: structure.siret,
    "DesignationStructure": lambda structure: (structure.name, structure.id),
    "TypeIdentifiantStructure": lambda structure: structure.id,
    "Statut": lambda structure: (structure.active, structure.id),
}
_SERVICE_COLUMNS: dict[str, Callable[[Service], Any]] = {
    "CodeService": lambda service: service.code,
    "LibelleService": lambda service: (service.name, service.id),
    "DateDbtService": lambda service: (str(service.valid_from), service.id),
    "DateFinService": lambda service: (str(service.valid_to), service.id),
    "EstActif": lambda service: (service.active, service.id),
}


def _listed(portal: Portal, rows: list[Json]) -> Any:
    return rows[0] if portal.quirks.single_as_object and len(rows) == 1 else rows


def _search_structures(portal: Portal, asked: Json) -> Reply:
    wanted = asked.get("structure", {})
    siret, status, name = (
        wanted.get(field) for field in ("identifiantStructure", "statutStructure", "raisonSocialeStructure")
    )
    other = wanted.get("typeStructure") == "PRIVEE" or wanted.get("typeIdentifiantStructure") not in (None, "SIRET")
    found = [
        structure
        for structure in portal.structures()
        if not other
        and siret in (None, structure.siret)
        and status in (None, "ACTIF" if structure.active else "INACTIF")
        and (name or "").casefold() in structure.name.casefold()
    ]
    page = search.page(found, asked.get("parametres", {}), _STRUCTURE_COLUMNS, "IdentifiantStructure")
    rows = [_structure_row(structure, numeric=portal.quirks.numeric_siret) for structure in page.rows]
    return done(MANAGED, {"listeStructures": _listed(portal, rows), "parametresRetour": page.told()})


def _structure(portal: Portal, structure_id: int) -> Structure:
    found = portal.structure(structure_id)
    if found is None:
        raise malformed("structure inconnue")
    return found


def _consult_structure(portal: Portal, asked: Json) -> Reply:
    structure = _structure(portal, asked["idStructureCPP"])
    expiry = portal.password_expires if structure in portal.ours() else None
    return done(MANAGED, _structure_in_full(structure, expiry))


def _search_services(portal: Portal, asked: Json) -> Reply:
    structure = _structure(portal, asked["idStructure"])
    block = asked.get("parametresRechercherServicesStructure", {})
    page = search.page(structure.services, block, _SERVICE_COLUMNS, "CodeService")
    rows = [_service_row(service) for service in page.rows]
    return done(MANAGED, {"listeServices": _listed(portal, rows), "parametresRetour": page.told()})


def _consult_service(portal: Portal, asked: Json) -> Reply:
    structure = _structure(portal, asked["idStructure"])
    service = next((one for one in structure.services if one.id == asked["idService"]), None)
    if service is None:
        raise malformed("service inconnu")
    return done(MANAGED, _service_in_full(service))


def _ours(portal: Portal, _: Json) -> Reply:
    rows = [
        {"idStructureCPP": one.id, "identifiant": one.siret, "designationStructure": one.name}
        for one in portal.ours()
        if one.active
    ]
    return done(TRANSVERSE, {"listeStructures": _listed(portal, rows)})


def _nothing_more(_: Portal, __: Json) -> Reply:
    return done(TRANSVERSE, {})  # what it lists is of no use to a recipient; the call tests a connection (§3.8)


def _service_row(service: Service) -> Json:
    """One row of the services of a structure (§3.8)."""
    found: Json = {
        "idService": service.id,
        "codeService": service.code,
        "libelleService": service.name,
        "estActif": service.active,
    }
    if service.valid_from:
        found["dateDbtService"] = service.valid_from.isoformat()
    if service.valid_to:
        found["dateFinService"] = service.valid_to.isoformat()
    return found


def _service_in_full(service: Service) -> Json:
    """A service with its parameters (§3.8)."""
    return {
        "informationsGenerales": {
            "codeService": service.code,
            "nomService": service.name,
            "descriptionService": service.name,
        },
        "parametres": {
            "numeroEngagement": service.commitment_required,
            "miseEnPaiement": False,
            "dateDebutValidite": _midnight(service.valid_from),
            "dateFinValidite": _midnight(service.valid_to),
        },
    }


def _structure_in_full(structure: Structure, password_expires: dt.datetime | None) -> Json:
    """A structure with its parameters (§3.8); the expiry of the technical account only for our own (assumed)."""
    general: Json = {
        "idStructureCPP": structure.id,
        "identifiantStructure": structure.siret,
        "typeIdentifiantStructure": "SIRET",
        "raisonSocialeStructure": structure.name,
        "structurePriveePublique": "PUBLIQUE",
    }
    if password_expires:
        general["dateExpirationMotPasseCompteTech"] = stamp(password_expires)
    return {
        "informationGenerales": general,
        "parametres": {
            "codeServiceDoitEtreRenseigne": structure.service_required,
            "numeroEJDoitEtreRenseigne": structure.commitment_required,
            "gestionNumeroEJOuCodeService": structure.service_or_commitment_required,
            "recevoirDonneesViaEDI": False,
            "connexionEDI": False,
            "estMoaUniquement": False,
            "getaMoa": False,
            "statutMiseEnPaiementNestPasRemonte": False,
            "nonDiffusibleInsee": False,
            "estValideurDelegue": False,
        },
    }


def _structure_row(structure: Structure, *, numeric: bool) -> Json:
    """One row of the search of structures; `numeric` writes the SIRET as a number, as the official sample does."""
    return {
        "idStructureCPP": structure.id,
        "identifiantStructure": int(structure.siret) if numeric else structure.siret,
        "designationStructure": structure.name,
        "statut": "ACTIVE" if structure.active else "INACTIVE",
        "typeIdentifiantStructure": "SIRET",
    }


def _midnight(day: dt.date | None) -> str | None:
    return None if day is None else f"{day.isoformat()}T00:00:00.000Z"


DIRECTORY: dict[str, Endpoint] = {
    "structures/v1/rechercher": Endpoint(
        {
            **COMMON,
            "structure": {
                "identifiantStructure": text,
                "typeIdentifiantStructure": text,
                "typeStructure": one_of("PUBLIQUE", "PRIVEE"),
                "statutStructure": one_of("ACTIF", "INACTIF"),
                "raisonSocialeStructure": text,
            },
            "parametres": paging(*_STRUCTURE_COLUMNS),
            "restreindreStructuresPrivees": flag,
        },
        (),
        _search_structures,
    ),
    "structures/v1/consulter": Endpoint(
        {**COMMON, **LANGUAGE, "idStructureCPP": whole}, ("idStructureCPP",), _consult_structure
    ),
    "structures/v1/rechercher/services": Endpoint(
        {**COMMON, "idStructure": whole, "parametresRechercherServicesStructure": paging(*_SERVICE_COLUMNS)},
        ("idStructure",),
        _search_services,
    ),
    "structures/v1/consulter/service": Endpoint(
        {**COMMON, **LANGUAGE, "idStructure": whole, "idService": whole},
        ("idStructure", "idService"),
        _consult_service,
    ),
    "transverses/v1/recuperer/structures/actives/destinataire": Endpoint(COMMON, (), _ours),
    "transverses/v1/recuperer/tauxtva": Endpoint(COMMON, (), _nothing_more),
}
