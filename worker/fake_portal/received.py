"""Received invoices: searches, downloads, history, statuses (§3.4 to §3.7), and works invoices (§3.8)."""

import base64

from worker.fake_portal import search, shapes
from worker.fake_portal.life import NOT_DELIVERED
from worker.fake_portal.model import Invoice, Status, Structure
from worker.fake_portal.originals import PDF
from worker.fake_portal.pivot import pivot, zipped
from worker.fake_portal.portal import Portal
from worker.fake_portal.reply import (
    COMMON,
    LANGUAGE,
    PLAIN,
    TRANSVERSE,
    Endpoint,
    Json,
    Reply,
    TooLarge,
    UnknownInvoice,
    done,
    empty,
)
from worker.fake_portal.request import Fields, Refusal, holding, malformed, many, one_of, text, whole
from worker.fake_portal.search import INVOICE_COLUMNS

NO_RESULT = (20000, "TRA_MSG_00.015")
NO_WORKS_RESULT = (20007, "GFT_MSG_01.075")
INCONSISTENT = (20002, "Incohérence au niveau du statut d'origine ou de destination de la facture.")
LONGEST_COMMENT = 255  # characters; assumed to be refused beyond, one client cuts there (§3.7)


def _invoice(portal: Portal, invoice_id: int) -> Invoice:
    found = portal.invoice(invoice_id)
    if found is None or found.current.status in NOT_DELIVERED:
        raise UnknownInvoice
    return found


def _structure_of(portal: Portal, invoice: Invoice) -> Structure:
    found = portal.structure(invoice.structure_id)
    assert found is not None  # noqa: S101 - no structure is ever taken away
    return found


def _matching(portal: Portal, asked: Json) -> list[Invoice]:
    return [invoice for invoice in portal.invoices() if search.passes(invoice, _structure_of(portal, invoice), asked)]


def _search_received(portal: Portal, asked: Json) -> Reply:
    page = search.page(_matching(portal, asked), asked.get("paramRecherche", {}), INVOICE_COLUMNS, "IdFacture")
    if not page.rows:
        return empty(portal, *NO_RESULT)
    size = asked.get("recupererTaille", False)
    rows = [shapes.row(invoice, _structure_of(portal, invoice), size=size) for invoice in page.rows]
    return done(PLAIN, {"listeFactures": rows, **page.told()})


def _search_works(portal: Portal, asked: Json) -> Reply:
    role = asked["roleUtilisateur"]
    found = [] if role == "MOE" else [invoice for invoice in _matching(portal, asked) if invoice.works]
    page = search.page(found, asked.get("rechercheFactureTravaux", {}), INVOICE_COLUMNS, "IdFacture")
    if not page.rows:
        return empty(portal, *NO_WORKS_RESULT)
    rows = [shapes.works_row(invoice, _structure_of(portal, invoice)) for invoice in page.rows]
    return done(PLAIN, {"listeFacturesTravaux": rows, "parametresRetour": page.told()})


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
    return done(PLAIN, {"fichierResultat": base64.b64encode(content).decode("ascii")})


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
    return done(PLAIN, {"facture": shapes.consulted(invoice, _structure_of(portal, invoice))})


def _history(portal: Portal, asked: Json) -> Reply:
    return done(PLAIN, shapes.history(_invoice(portal, asked["idFacture"])))


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
    return done(PLAIN, told)


def _targets(portal: Portal, asked: Json) -> Reply:
    rows = [{"statutPossiblePourTraitement": str(one)} for one in portal.targets(asked["statutCourant"])]
    return done(TRANSVERSE, {"listeStatutsPossiblesPourTraitement": rows})


_BLOCK: Fields = dict.fromkeys(("nbResultatsParPage", "pageResultatDemandee", "nbResultatsMaximum"), whole) | {
    "triColonne": text,
    "triSens": text,
}

RECEIVED: dict[str, Endpoint] = {
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
            **LANGUAGE,
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
    "transverses/v1/recuperer/etats/traitement": Endpoint(
        {**COMMON, "statutCourant": text}, ("statutCourant",), _targets
    ),
}
