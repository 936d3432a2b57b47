"""The portal, question by question."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from worker.portal import reading
from worker.portal.answers import DOWNLOAD, SEARCH, TREAT, document
from worker.portal.model import By, Kind, Page, PortalService, Structure, StructureDetail
from worker.portal.transport import Transport

PAGE_SIZE = 1000
_MOST_PAGES = 10_000
_STRUCTURES = "transverses/v1/recuperer/structures/actives/destinataire"
_STRUCTURE = "structures/v1/consulter"
_SERVICES = "structures/v1/rechercher/services"
_SERVICE = "structures/v1/consulter/service"
_CONSULT = "factures/v1/consulter/recipiendaire"
_TARGETS = "transverses/v1/recuperer/etats/traitement"
_PING = "transverses/v1/recuperer/tauxtva"


class Period(NamedTuple):
    """First and last day, both included, of a date of the invoices."""

    first: dt.date
    last: dt.date
    by: By


class Settle(NamedTuple):
    """A status to set, with the reason that goes to the supplier."""

    portal_invoice_id: str
    status: str
    motif: str


class Portal:
    """Asks the portal. Every method raises `TransientError` where no answer comes, `FunctionalError` where it is no."""

    def __init__(self, transport: Transport, page_size: int = PAGE_SIZE) -> None:
        self._transport = transport
        self._page_size = page_size

    def ping(self) -> None:
        """Whether the portal answers us: address, token, account."""
        self._transport.call(_PING, {})

    def structures(self) -> list[Structure]:
        """The structures that the account may act for."""
        return reading.structures(self._transport.call(_STRUCTURES, {}))

    def structure(self, structure_id: str) -> StructureDetail:
        """What a structure demands."""
        body = {"idStructureCPP": _number(structure_id), "codeLangue": "fr"}
        return reading.structure_detail(self._transport.call(_STRUCTURE, body))

    def services(self, structure_id: str) -> Iterator[PortalService]:
        """Every service of a structure, each once."""
        seen = set()
        for number in range(1, _MOST_PAGES):
            wanted = self._paging(number, "IdService") | {"triColonne": "CodeService"}
            body = {"idStructure": _number(structure_id), "parametresRechercherServicesStructure": wanted}
            answer = self._transport.call(_SERVICES, body)
            found = reading.services(answer)
            yield from (service for service in found if service.service_id not in seen)
            seen |= {service.service_id for service in found}
            pages = reading.pages(answer)
            if (number >= pages) if pages is not None else len(found) < self._page_size:
                return

    def service_demands_commitment(self, structure_id: str, service_id: str) -> bool | None:
        """Whether a service demands a commitment number."""
        body = {"idStructure": _number(structure_id), "idService": _number(service_id), "codeLangue": "fr"}
        return reading.commitment_flag(self._transport.call(_SERVICE, body))

    def search(self, structure_id: str, kind: Kind, period: Period) -> Iterator[Page]:
        """The pages of one reading of the invoices of a structure, sorted by id; whether they shifted is not told."""
        for number in range(1, _MOST_PAGES):
            found = self._page(structure_id, kind, period, number)
            yield found
            more = number < found.pages if found.pages is not None else len(found.listed) >= self._page_size
            if not more:
                return

    def download(self, portal_invoice_id: str) -> bytes:
        """The pivot of one invoice with its attachments: XML, or a ZIP that holds it."""
        body = {
            "listeFacture": [{"idFacture": _number(portal_invoice_id)}],
            "format": "PIVOT",
            "avecPiecesJointesComplementaires": "OUI",
        }
        return document(DOWNLOAD, self._transport.call(DOWNLOAD, body))

    def status(self, portal_invoice_id: str) -> str | None:
        """The current status of an invoice."""
        body = {"identifiantFactureCPP": _number(portal_invoice_id), "codeLangue": "fr"}
        return reading.status(self._transport.call(_CONSULT, body))

    def targets(self, status: str) -> frozenset[str]:
        """The statuses that can be set from a status."""
        return reading.targets(self._transport.call(_TARGETS, {"statutCourant": status}))

    def settle(self, wanted: Settle) -> None:
        """Set a status. Made once: where no answer comes, read the status before anything else."""
        body = {
            "idFacture": _number(wanted.portal_invoice_id),
            "nouveauStatut": wanted.status,
            "motif": wanted.motif,
        }
        self._transport.call(TREAT, body, repeat=False)

    def _page(self, structure_id: str, kind: Kind, period: Period, number: int) -> Page:
        body: dict[str, Any] = {
            "typeDemandePaiement": kind.value,
            "idDestinataire": _number(structure_id),
            **_dates(period),
            "paramRecherche": self._paging(number, "IdFacture"),
        }
        return reading.page(self._transport.call(SEARCH, body), number)

    def _paging(self, number: int, column: str) -> dict[str, Any]:
        return {
            "pageResultatDemandee": number,
            "nbResultatsParPage": self._page_size,
            "triColonne": column,
            "triSens": "Ascendant",
        }


def _dates(period: Period) -> dict[str, str]:
    if period.by is By.DEPOSIT:
        return {"periodeDateDepotDu": period.first.isoformat(), "periodeDateDepotAu": period.last.isoformat()}
    return {
        "periodeDateHeureEtatCourantDu": f"{period.first.isoformat()}T00:00:00",
        "periodeDateHeureEtatCourantAu": f"{period.last.isoformat()}T23:59:59",
    }


def _number(identifier: str) -> int | str:
    """An id as the portal wants it: a JSON number where it is one."""
    return int(identifier) if identifier.isascii() and identifier.isdigit() else identifier
