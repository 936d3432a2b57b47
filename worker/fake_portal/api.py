"""The services of the API, one function each: a checked request in, an answer out. Sections as in the fact sheet."""

import base64
from collections.abc import Callable
from typing import Any, NamedTuple

from worker.fake_portal import search, shapes
from worker.fake_portal.model import Invoice, Service, Status, Structure
from worker.fake_portal.originals import PDF
from worker.fake_portal.pivot import pivot, zipped
from worker.fake_portal.portal import Portal
from worker.fake_portal.request import (
    Fields,
    Refusal,
    checked,
    flag,
    holding,
    malformed,
    many,
    one_of,
    text,
    whole,
)
from worker.fake_portal.search import COMMON, INVOICE_COLUMNS, paging
from worker.fake_portal.shapes import Json

PLAIN, MANAGED, TRANSVERSE = "CODE PAR DEFAUT", "GCU_MSG_01_000", "TRA_MSG_00.000"  # `libelle` of success varies (§3.2)
NO_RESULT = (20000, "TRA_MSG_00.015")
NO_WORKS_RESULT = (20007, "GFT_MSG_01.075")
INCONSISTENT = (20002, "Incohérence au niveau du statut d'origine ou de destination de la facture.")
UNKNOWN_INVOICE = ("GDP_MSG_11.008", "La demande de paiement est inconnue du système.")
LONGEST_COMMENT = 255  # characters; assumed to be refused beyond, one client cuts there (§3.7)


class TooLarge(Exception):
    """A group beyond the limit: HTTP 413 (§3.2)."""


class UnknownInvoice(Exception):
    """No such invoice for this account: `retourFonctionnel`, the only form that is documented (§3.2)."""


class Reply(NamedTuple):
    """The HTTP status and the JSON of an answer."""

    status: int
    body: Json


Handler = Callable[[Portal, Json], Reply]


class Endpoint(NamedTuple):
    """What a service takes and who answers."""

    fields: Fields
    required: tuple[str, ...]
    handler: Handler


def call(portal: Portal, path: str, body: Json) -> Reply | None:
    """Answer one call; None where no document names the path."""
    endpoint = ENDPOINTS.get(path)
    if endpoint is None:
        return None
    try:
        with portal.lock:
            return endpoint.handler(portal, checked(body, endpoint.fields, *endpoint.required))
    except Refusal as refusal:
        return Reply(400, {"codeRetour": refusal.code, "libelle": refusal.label})
    except UnknownInvoice:
        code, label = UNKNOWN_INVOICE
        return Reply(400, {"retourFonctionnel": {"codeRetourFonctionnel": code, "libelleRetourFonctionnel": label}})


def _done(label: str, body: Json) -> Reply:
    return Reply(200, {"codeRetour": 0, "libelle": label, **body})


def _empty(portal: Portal, code: int, label: str) -> Reply:
    return Reply(portal.quirks.empty_status, {"codeRetour": code, "libelle": label})


def _invoice(portal: Portal, invoice_id: int) -> Invoice:
    found = portal.invoice(invoice_id)
    if found is None:
        raise UnknownInvoice
    return found


def _structure_of(portal: Portal, invoice: Invoice) -> Structure:
    found = portal.structure(invoice.structure_id)
    assert found is not None  # noqa: S101 - no structure is ever taken away
    return found


# --- received invoices (§3.4 to §3.7) --------------------------------------------------------------------------------


def _matching(portal: Portal, asked: Json) -> list[Invoice]:
    return [invoice for invoice in portal.invoices() if search.passes(invoice, _structure_of(portal, invoice), asked)]


def _search_received(portal: Portal, asked: Json) -> Reply:
    page = search.page(_matching(portal, asked), asked.get("paramRecherche", {}), INVOICE_COLUMNS, "IdFacture")
    if not page.rows:
        return _empty(portal, *NO_RESULT)
    size = asked.get("recupererTaille", False)
    rows = [shapes.row(invoice, _structure_of(portal, invoice), size=size) for invoice in page.rows]
    return _done(PLAIN, {"listeFactures": rows, **page.told()})


def _search_works(portal: Portal, asked: Json) -> Reply:
    role = asked["roleUtilisateur"]
    found = [] if role == "MOE" else [invoice for invoice in _matching(portal, asked) if invoice.works]
    page = search.page(found, asked.get("rechercheFactureTravaux", {}), INVOICE_COLUMNS, "IdFacture")
    if not page.rows:
        return _empty(portal, *NO_WORKS_RESULT)
    rows = [shapes.works_row(invoice, _structure_of(portal, invoice)) for invoice in page.rows]
    return _done(PLAIN, {"listeFacturesTravaux": rows, "parametresRetour": page.told()})


def _download(portal: Portal, asked: Json) -> Reply:
    ids = [one["idFacture"] for one in asked["listeFacture"] if "idFacture" in one]
    if not ids or len(ids) != len(asked["listeFacture"]):
        raise malformed("listeFacture")
    parties = [(invoice, _structure_of(portal, invoice)) for invoice in (_invoice(portal, one) for one in ids)]
    if asked["format"] == "PIVOT":
        content = pivot(parties, flow=portal.next_flow(), now=portal.clock.now(), old=portal.quirks.old_pivot)
        if portal.quirks.zipped_pivot:
            content = zipped([("PivotS.xml", content)])
    else:
        content = _readable([invoice for invoice, _ in parties], asked.get("avecPiecesJointesComplementaires"))
    if len(content) > portal.quirks.bytes_of_group:
        raise TooLarge
    for one in ids:
        portal.mark_downloaded(one)
    return _done(PLAIN, {"fichierResultat": base64.b64encode(content).decode("ascii")})


def _readable(invoices: list[Invoice], with_pieces: str | None) -> bytes:
    """One PDF for one invoice, else a ZIP with a folder each (§3.5); with further pieces a ZIP too (assumed)."""
    folders: list[tuple[str, bytes]] = []
    for invoice in invoices:
        main = next(piece for piece in invoice.pieces if piece.media_type == PDF)
        kept = {piece.name: piece for piece in invoice.pieces if piece is main or with_pieces == "OUI"}
        folders += [(f"{invoice.id}/{name}", piece.content) for name, piece in kept.items()]
    return folders[0][1] if len(folders) == 1 else zipped(folders)


def _consult(portal: Portal, asked: Json) -> Reply:
    invoice = _invoice(portal, asked["identifiantFactureCPP"])
    return _done(PLAIN, {"facture": shapes.consulted(invoice, _structure_of(portal, invoice))})


def _history(portal: Portal, asked: Json) -> Reply:
    return _done(PLAIN, shapes.history(_invoice(portal, asked["idFacture"])))


def _set_status(portal: Portal, asked: Json) -> Reply:
    invoice = _invoice(portal, asked["idFacture"])
    status, comment = asked["nouveauStatut"], asked.get("motif", "")
    if status in {Status.REJETEE, Status.SUSPENDUE} and not comment.strip():
        raise malformed("le motif est obligatoire")
    if len(comment) > LONGEST_COMMENT:
        raise malformed("le motif est trop long")
    changed = portal.set_status(invoice.id, status, comment, asked.get("numeroDPMandat", ""))
    if changed is None:
        raise Refusal(*INCONSISTENT)
    told: Json = {
        "idFacture": changed.id,
        "numeroFacture": changed.number,
        "dateTraitement": portal.clock.now().astimezone(shapes.PARIS).date().isoformat(),
        "nouveauStatut": changed.current.status,
    }
    return _done(PLAIN, told)


def _targets(portal: Portal, asked: Json) -> Reply:
    rows = [{"statutPossiblePourTraitement": str(one)} for one in portal.targets(asked["statutCourant"])]
    return _done(TRANSVERSE, {"listeStatutsPossiblesPourTraitement": rows})


# --- structures and services (§3.8) ----------------------------------------------------------------------------------

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
    rows = [shapes.structure_row(structure, numeric=portal.quirks.numeric_siret) for structure in page.rows]
    return _done(MANAGED, {"listeStructures": _listed(portal, rows), "parametresRetour": page.told()})


def _structure(portal: Portal, structure_id: int) -> Structure:
    found = portal.structure(structure_id)
    if found is None:
        raise malformed("structure inconnue")
    return found


def _consult_structure(portal: Portal, asked: Json) -> Reply:
    structure = _structure(portal, asked["idStructureCPP"])
    expiry = portal.password_expires if structure in portal.ours() else None
    return _done(MANAGED, shapes.structure_in_full(structure, expiry))


def _search_services(portal: Portal, asked: Json) -> Reply:
    structure = _structure(portal, asked["idStructure"])
    block = asked.get("parametresRechercherServicesStructure", {})
    page = search.page(structure.services, block, _SERVICE_COLUMNS, "CodeService")
    rows = [shapes.service_row(service) for service in page.rows]
    return _done(MANAGED, {"listeServices": _listed(portal, rows), "parametresRetour": page.told()})


def _consult_service(portal: Portal, asked: Json) -> Reply:
    structure = _structure(portal, asked["idStructure"])
    service = next((one for one in structure.services if one.id == asked["idService"]), None)
    if service is None:
        raise malformed("service inconnu")
    return _done(MANAGED, shapes.service_in_full(service))


def _ours(portal: Portal, _: Json) -> Reply:
    rows = [
        {"idStructureCPP": one.id, "identifiant": one.siret, "designationStructure": one.name}
        for one in portal.ours()
        if one.active
    ]
    return _done(TRANSVERSE, {"listeStructures": _listed(portal, rows)})


def _nothing_more(_: Portal, __: Json) -> Reply:
    return _done(TRANSVERSE, {})  # what it lists is of no use to a recipient; the call tests a connection (§3.8)


_LANGUAGE: Fields = {"codeLangue": text}
_BLOCK: Fields = dict.fromkeys(("nbResultatsParPage", "pageResultatDemandee", "nbResultatsMaximum"), whole) | {
    "triColonne": text,
    "triSens": text,
}

ENDPOINTS: dict[str, Endpoint] = {
    "factures/v1/rechercher/recipiendaire": Endpoint(
        search.RECIPIENT_SEARCH, ("typeDemandePaiement",), _search_received
    ),
    "factures/v1/telecharger/groupe": Endpoint(
        {
            **COMMON,
            "listeFacture": many(holding({"idFacture": whole})),
            "format": one_of("PIVOT", "PDF"),
            "avecPiecesJointesComplementaires": one_of("OUI", "NON"),
        },
        ("listeFacture", "format"),
        _download,
    ),
    "factures/v1/consulter/recipiendaire": Endpoint(
        {
            **COMMON,
            **_LANGUAGE,
            "identifiantFactureCPP": whole,
            "rechercheLignePoste": _BLOCK,
            "recherchePj": _BLOCK,
            "rechercheligneTvaRecap": _BLOCK,
        },
        ("identifiantFactureCPP",),
        _consult,
    ),
    "factures/v1/consulter/historique": Endpoint(
        {
            **COMMON,
            "idFacture": whole,
            "nbResultatsMaximum": whole,
            "paramRechercheHistoStatuts": _BLOCK,
            "paramRechercheHistoActionsUtilisateurs": _BLOCK,
            "paramRechercheHistoEvenementsComplementaires": _BLOCK,
        },
        ("idFacture",),
        _history,
    ),
    "factures/v1/traiter/recue": Endpoint(
        {**COMMON, "idFacture": whole, "nouveauStatut": text, "motif": text, "numeroDPMandat": text},
        ("idFacture", "nouveauStatut"),
        _set_status,
    ),
    "facturesTravaux/v1/rechercher": Endpoint(search.WORKS_SEARCH, ("roleUtilisateur",), _search_works),
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
        {**COMMON, **_LANGUAGE, "idStructureCPP": whole}, ("idStructureCPP",), _consult_structure
    ),
    "structures/v1/rechercher/services": Endpoint(
        {**COMMON, "idStructure": whole, "parametresRechercherServicesStructure": paging(*_SERVICE_COLUMNS)},
        ("idStructure",),
        _search_services,
    ),
    "structures/v1/consulter/service": Endpoint(
        {**COMMON, **_LANGUAGE, "idStructure": whole, "idService": whole},
        ("idStructure", "idService"),
        _consult_service,
    ),
    "transverses/v1/recuperer/etats/traitement": Endpoint(
        {**COMMON, "statutCourant": text}, ("statutCourant",), _targets
    ),
    "transverses/v1/recuperer/structures/actives/destinataire": Endpoint(COMMON, (), _ours),
    "transverses/v1/recuperer/tauxtva": Endpoint(COMMON, (), _nothing_more),
}
