"""The JSON shapes of answers, field by field as the documents name them. Dates as text, amounts as numbers."""

import datetime as dt
from zoneinfo import ZoneInfo

from worker.fake_portal.model import FRAMEWORKS, ID_TYPES, Invoice, Service, Structure
from worker.fake_portal.reply import Json

PARIS = ZoneInfo("Europe/Paris")  # histories carry no zone: local time is assumed


def stamp(moment: dt.datetime) -> str:
    """A date-time with zone and milliseconds."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def local_minute(moment: dt.datetime) -> str:
    """The form of histories: YYYY-MM-DD HH:MM (§3.6)."""
    return moment.astimezone(PARIS).strftime("%Y-%m-%d %H:%M")


def row(invoice: Invoice, structure: Structure, *, size: bool) -> Json:
    """One row of the search of received invoices (§3.4). The service is absent where there is none."""
    service = structure.service(invoice.service_code)
    found: Json = {
        "codeDestinataire": structure.siret,
        "codeFournisseur": invoice.supplier.identifier,
        "commentaireEtatCourant": invoice.current.comment,
        "dateDepot": invoice.deposited.isoformat(),
        "dateFacture": invoice.issued.isoformat(),
        "dateHeureEtatCourant": stamp(invoice.current.at),
        "designationDestinataire": structure.name,
        "designationFournisseur": invoice.supplier.name,
        "devise": invoice.currency,
        "factureTelechargeeParDestinataire": invoice.downloaded,
        "idDestinataire": structure.id,
        "idFacture": invoice.id,
        "montantAPayer": float(invoice.gross),
        "montantHT": float(invoice.net),
        "montantTTC": float(invoice.gross),
        "numeroBonCommande": invoice.commitment_number,
        "numeroFacture": invoice.number,
        "numeroMarche": invoice.contract_number,
        "statut": invoice.current.status,
        "typeDemandePaiement": "FACTURE_TRAVAUX" if invoice.works else "FACTURE",
        "typeFacture": _type(invoice),
        "typeFactureTravaux": FRAMEWORKS[invoice.framework] if invoice.works else None,
        "typeIdentifiantFournisseur": ID_TYPES[invoice.supplier.id_type],
    }
    if service:
        found |= _service_of(service)
    if invoice.works:
        found |= {"codeMOA": structure.siret, "designationMOA": structure.name, "typeIdentifiantMOA": "SIRET"}
    if size:
        found["taille"] = sum(len(piece.content) for piece in invoice.pieces)
    return found


def works_row(invoice: Invoice, structure: Structure) -> Json:
    """One row of the search of works invoices (§3.8); beyond the three names documented, those of §3.4 are assumed."""
    plain = row(invoice, structure, size=False)
    plain |= {
        "idFactureTravaux": plain.pop("idFacture"),
        "numeroFactureTravaux": plain.pop("numeroFacture"),
        "statutFactureTravaux": plain.pop("statut"),
    }
    return plain


def consulted(invoice: Invoice, structure: Structure) -> Json:
    """The invoice in full (§3.6)."""
    service = structure.service(invoice.service_code)
    recipient: Json = {
        "codeDestinataire": structure.siret,
        "idDestinataire": structure.id,
        "libelleDestinataire": structure.name,
        "destinataireEtat": "OUI" if structure.active else "NON",
    }
    if service:
        recipient |= {
            "codeServiceExecutant": service.code,
            "idServiceExecutant": service.id,
            "libelleServiceExecutant": service.name,
        }
    return {
        "identifiantFactureCPP": invoice.id,
        "numeroFacture": invoice.number,
        "statutFacture": invoice.current.status,
        "modeDepot": "DEPOT_PDF_PORTAIL" if invoice.pieces[0].media_type == "application/pdf" else "EDI_XML_STRUCT",
        "commentaire": invoice.current.comment,
        "cadreDeFacturation": {"codeCadreFacturation": FRAMEWORKS[invoice.framework]},
        "destinataire": recipient,
        "fournisseur": {
            "codeFournisseur": invoice.supplier.identifier,
            "typeIdentifiantFournisseur": ID_TYPES[invoice.supplier.id_type],
            "idFournisseur": invoice.supplier.id,
            "designationFournisseur": invoice.supplier.name,
        },
        "references": _references(invoice),
        "montantTotal": {
            "montantHtTotal": float(invoice.net),
            "montantTVA": float(invoice.tax),
            "montantTtcTotal": float(invoice.gross),
            "montantAPayer": float(invoice.gross),
        },
        "lignesDePoste": {"lignePoste": [_line(invoice)]},
        "recapitulatifDeTva": {
            "ligneTva": [
                {
                    "ligneTvaMontantBaseHtParTaux": float(invoice.net),
                    "ligneTvaMontantTvaParTaux": float(invoice.tax),
                    "ligneTvaTauxManuel": float(invoice.tax_rate),
                }
            ]
        },
        "listeDesPiecesJointes": {
            "pieceJointe": [
                {
                    "pieceJointeId": invoice.id * 100 + order,
                    "pieceJointeDesignation": piece.name.rpartition(".")[0],
                    "pieceJointeExtension": piece.name.rpartition(".")[2].upper(),
                    "pieceJointeTypeCode": piece.kind,
                    "pieceJointeTypeLibelle": piece.category,
                }
                for order, piece in enumerate(invoice.pieces)
            ]
        },
        "pieceJointePrincipale": {"idPieceJointePrincipale": invoice.id * 100},
    }


def history(invoice: Invoice) -> Json:
    """What happened to the invoice, newest first (§3.6)."""
    return {
        "idFacture": invoice.id,
        "numeroFacture": invoice.number,
        "statutCourantCode": invoice.current.status,
        "historiquesDesStatuts": {
            "histoStatut": [
                {
                    "histoStatutId": change.id,
                    "histoStatutCode": change.status,
                    "histoStatutDatePassage": local_minute(change.at),
                    "histoStatutCommentaire": change.comment,
                    "histoStatutUtilisateurNom": "",
                    "histoStatutUtilisateurPrenom": "",
                }
                for change in reversed(invoice.history)
            ]
        },
        "historiquesDesActionsUtilisateurs": {
            "histoAction": [
                {
                    "histoActionId": action.id,
                    "histoActionCode": action.code,
                    "histoActionDateHeure": local_minute(action.at),
                }
                for action in reversed(invoice.actions)
            ]
        },
        "historiquesDesEvenementsComplementaires": {"evenement": []},
    }


def _type(invoice: Invoice) -> str:
    return "AVOIR" if invoice.credit_note else "FACTURE"


def _service_of(service: Service) -> Json:
    return {
        "codeServiceExecutant": service.code,
        "idServiceExecutant": service.id,
        "nomServiceExecutant": service.name,
    }


def _references(invoice: Invoice) -> Json:
    return {
        "numeroBonCommande": invoice.commitment_number,
        "numeroMarche": invoice.contract_number,
        "numeroFactureOrigine": invoice.original_number,
        "numeroDpMandat": invoice.mandate_number,
        "typeFacture": _type(invoice),
        "typeTva": "TVA_SUR_DEBIT",
        "modePaiement": "VIREMENT",
        "codeDeviseFacture": invoice.currency,
        "dateFacture": invoice.issued.isoformat(),
        "dateDepot": invoice.deposited.isoformat(),
    }


def _line(invoice: Invoice) -> Json:
    return {
        "lignePosteNumero": 1,
        "lignePosteDenomination": "Prestation",
        "lignePosteQuantite": 1,
        "lignePosteMontantUnitaireHT": float(invoice.net),
        "lignePosteMontantHtApresRemise": float(invoice.net),
        "lignePosteTauxTvaManuel": float(invoice.tax_rate),
    }
