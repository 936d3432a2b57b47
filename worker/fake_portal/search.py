"""The searches: which fields they take, which rows pass, in which order, on which page (§3.3, §3.4)."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from worker.fake_portal.life import NOT_DELIVERED
from worker.fake_portal.model import FRAMEWORKS, Invoice, Structure
from worker.fake_portal.reply import COMMON
from worker.fake_portal.request import (
    Fields,
    day,
    flag,
    holding,
    many,
    moment,
    number,
    one_of,
    one_or_many,
    text,
    whole,
)
from worker.fake_portal.shapes import PARIS

T = TypeVar("T")
MOST_PER_PAGE = 1000  # §3.3; more is cut to it (assumed)
DEFAULT_PER_PAGE = 10  # §3.3: "small, 10 to 100 seen"


def paging(*columns: str) -> Fields:
    """The fields of a paging block (§3.3). `nbResultatsMaximum` is an old one that a client still sends."""
    return {
        "pageResultatDemandee": lambda value: whole(value) and value >= 1,
        "nbResultatsParPage": lambda value: whole(value) and value >= 1,
        "nbResultatsMaximum": whole,
        "triColonne": one_of(*columns),
        "triSens": one_of("Ascendant", "Descendant"),
    }


INVOICE_COLUMNS: dict[str, Callable[[Invoice], Any]] = {
    "IdFacture": lambda invoice: invoice.id,
    "NumeroFacture": lambda invoice: invoice.number,
    "DateDepot": lambda invoice: (invoice.deposited, invoice.id),
    "DateFacture": lambda invoice: (invoice.issued, invoice.id),
    "Statut": lambda invoice: (invoice.current.status, invoice.id),
    "MontantTTC": lambda invoice: (invoice.gross, invoice.id),
}

RECIPIENT_SEARCH: Fields = {
    **COMMON,
    "typeDemandePaiement": one_of("FACTURE", "FACTURE_TRAVAUX"),
    "idDestinataire": whole,
    "idServiceExecutant": whole,
    "idStructureValideur": whole,
    "listeFournisseurs": many(holding({"idFournisseur": whole, "listeIdService": many(whole)})),
    "listeTypeFacture": many(one_of("FACTURE", "AVOIR")),
    "listeTypeFactureTravaux": many(text),
    "cadreFacturation": text,
    "statutCourant": one_or_many(text),
    "numeroFacture": text,
    "numeroBonCommande": text,
    "numeroMarche": text,
    "montantHTMin": number,
    "montantHTMax": number,
    "montantTTCMin": number,
    "montantTTCMax": number,
    "montantApayerMin": number,
    "montantApayerMax": number,
    "periodeDateDepotDu": day,
    "periodeDateDepotAu": day,
    "periodeDateFactureDu": day,
    "periodeDateFactureAu": day,
    "periodeDateHeureEtatCourantDu": moment,
    "periodeDateHeureEtatCourantAu": moment,
    "factureTelechargeeParDestinataire": flag,
    "rechercheSirenFournisseur": flag,
    "recupererTaille": flag,
    "paramRecherche": paging(*INVOICE_COLUMNS),
}
WORKS_SEARCH: Fields = {
    **COMMON,
    "roleUtilisateur": one_of("MOA", "MOE"),
    "idDestinataire": whole,
    "idServiceExecutant": whole,
    "periodeDateHeureEtatCourantDu": moment,
    "periodeDateHeureEtatCourantAu": moment,
    "flagTelecharge": flag,
    "rechercheFactureTravaux": paging(*INVOICE_COLUMNS),
}


def _at(value: str) -> dt.datetime:
    """A bound without zone is taken in local time (assumed); a date is its first instant."""
    read = dt.datetime.fromisoformat(value)
    return read if read.tzinfo else read.replace(tzinfo=PARIS)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


Test = Callable[[Invoice, Structure, Any], bool]
_day = dt.date.fromisoformat
_TESTS: dict[str, Test] = {
    "typeDemandePaiement": lambda invoice, _, value: invoice.works == (value == "FACTURE_TRAVAUX"),
    "idDestinataire": lambda invoice, _, value: invoice.structure_id == value,
    "idServiceExecutant": lambda invoice, structure, value: (
        (service := structure.service(invoice.service_code)) is not None and service.id == value
    ),
    "listeFournisseurs": lambda invoice, _, value: (
        not value or invoice.supplier.id in [one.get("idFournisseur") for one in value]
    ),
    "listeTypeFacture": lambda invoice, _, value: not value or ("AVOIR" if invoice.credit_note else "FACTURE") in value,
    "listeTypeFactureTravaux": lambda invoice, _, value: not value or FRAMEWORKS[invoice.framework] in value,
    "cadreFacturation": lambda invoice, _, value: value in (invoice.framework, FRAMEWORKS[invoice.framework]),
    "statutCourant": lambda invoice, _, value: not value or invoice.current.status in _listed(value),
    "numeroFacture": lambda invoice, _, value: invoice.number == value,
    "numeroBonCommande": lambda invoice, _, value: invoice.commitment_number == value,
    "numeroMarche": lambda invoice, _, value: invoice.contract_number == value,
    "montantHTMin": lambda invoice, _, value: float(invoice.net) >= value,
    "montantHTMax": lambda invoice, _, value: float(invoice.net) <= value,
    "montantTTCMin": lambda invoice, _, value: float(invoice.gross) >= value,
    "montantTTCMax": lambda invoice, _, value: float(invoice.gross) <= value,
    "montantApayerMin": lambda invoice, _, value: float(invoice.gross) >= value,
    "montantApayerMax": lambda invoice, _, value: float(invoice.gross) <= value,
    "periodeDateDepotDu": lambda invoice, _, value: invoice.deposited >= _day(value),
    "periodeDateDepotAu": lambda invoice, _, value: invoice.deposited <= _day(value),
    "periodeDateFactureDu": lambda invoice, _, value: invoice.issued >= _day(value),
    "periodeDateFactureAu": lambda invoice, _, value: invoice.issued <= _day(value),
    "periodeDateHeureEtatCourantDu": lambda invoice, _, value: invoice.current.at >= _at(value),
    "periodeDateHeureEtatCourantAu": lambda invoice, _, value: invoice.current.at <= _at(value),
    "factureTelechargeeParDestinataire": lambda invoice, _, value: invoice.downloaded == value,
    "flagTelecharge": lambda invoice, _, value: invoice.downloaded == value,
}


def passes(invoice: Invoice, structure: Structure, asked: dict[str, Any]) -> bool:
    """Whether the invoice answers every condition."""
    if invoice.current.status in NOT_DELIVERED:
        return False
    return all(_TESTS[name](invoice, structure, value) for name, value in asked.items() if name in _TESTS)


class Page(NamedTuple):
    """A page of rows, and what the answer says about paging."""

    rows: list[Any]
    number: int
    pages: int
    size: int
    total: int

    def told(self) -> dict[str, int]:
        """The paging block of the answer (§3.3)."""
        return {
            "pageCourante": self.number,
            "pages": self.pages,
            "nbResultatsParPage": self.size,
            "total": self.total,
        }


def page(rows: Sequence[T], block: dict[str, Any], columns: dict[str, Callable[[T], Any]], default: str) -> Page:
    """Sort and cut. Without a wish, newest first: rows that arrive meanwhile shift the pages."""
    size = min(block.get("nbResultatsParPage") or DEFAULT_PER_PAGE, MOST_PER_PAGE)
    wanted = block.get("pageResultatDemandee") or 1
    key = columns[block.get("triColonne") or default]
    ordered = sorted(rows, key=key, reverse=(block.get("triSens") or "Descendant") == "Descendant")
    start = (wanted - 1) * size
    return Page(ordered[start : start + size], wanted, -(-len(ordered) // size), size, len(ordered))
