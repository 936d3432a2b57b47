"""Plain HTTP calls to the fake portal, as its documents describe them: no client of ours is between."""

import base64
import datetime as dt
import http.client
import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urlsplit

from worker.fake_portal import Clock, Credentials, Portal, PortalServer

START = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)
JSON = "application/json;charset=utf-8"
FORM = "application/x-www-form-urlencoded"
SEARCH = "factures/v1/rechercher/recipiendaire"
DOWNLOAD = "factures/v1/telecharger/groupe"
CONSULT = "factures/v1/consulter/recipiendaire"
HISTORY = "factures/v1/consulter/historique"
SET_STATUS = "factures/v1/traiter/recue"
TARGETS = "transverses/v1/recuperer/etats/traitement"
WORKS = "facturesTravaux/v1/rechercher"
STRUCTURES = "structures/v1/rechercher"
STRUCTURE = "structures/v1/consulter"
SERVICES = "structures/v1/rechercher/services"
SERVICE = "structures/v1/consulter/service"
OURS = "transverses/v1/recuperer/structures/actives/destinataire"
PING = "transverses/v1/recuperer/tauxtva"
SIRET, OTHER_SIRET = "22990001400015", "02990001400010"


@dataclass(frozen=True)
class Got:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body as JSON."""
        told: dict[str, Any] = json.loads(self.body)
        return told

    @property
    def code(self) -> int:
        """The `codeRetour`."""
        return int(self.json["codeRetour"])


def send(url: str, body: bytes, headers: dict[str, str], method: str = "POST") -> Got:
    """One request on a connection of its own."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request(method, parts.path, body, headers)
        answer = connection.getresponse()
        return Got(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


def account(login: str, password: str) -> str:
    """The header `cpro-account` (§3.1)."""
    return base64.b64encode(f"{login}:{password}".encode()).decode()


@dataclass
class Caller:
    """Someone with both accounts."""

    server: PortalServer
    credentials: Credentials = field(default_factory=Credentials)
    bearer: str = ""

    def ask_token(self, **changes: str) -> Got:
        """Ask for a token; `changes` replace fields of the form, an empty value takes one out."""
        own = self.credentials
        fields = {
            "grant_type": "client_credentials",
            "client_id": own.client_id,
            "client_secret": own.client_secret,
            "scope": "openid",
        } | changes
        form = urlencode({name: value for name, value in fields.items() if value})
        return send(self.server.token_url, form.encode(), {"Content-Type": FORM})

    def post(self, path: str, body: Any = None, raw: bytes | None = None, **headers: str) -> Got:
        """Call a service; a token is asked for once. `headers` (with _ for -) replace ours; an empty one goes."""
        if not self.bearer:
            self.bearer = self.ask_token().json["access_token"]
        own = self.credentials
        sent = {
            "Content-Type": JSON,
            "Authorization": f"Bearer {self.bearer}",
            "cpro-account": account(own.login, own.password),
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        written = raw if raw is not None else json.dumps(body or {}).encode()
        kept = {name: value for name, value in sent.items() if value}
        return send(self.server.api_url + path, written, kept)

    def found(self, size: int = 1000, number: int = 1, **asked: Any) -> Got:
        """Search received invoices."""
        paging = {"pageResultatDemandee": number, "nbResultatsParPage": size}
        return self.post(SEARCH, {"typeDemandePaiement": "FACTURE", "paramRecherche": paging, **asked})

    def download(self, *ids: int, form: str = "PIVOT", **asked: Any) -> Got:
        """Download invoices."""
        return self.post(DOWNLOAD, {"listeFacture": [{"idFacture": one} for one in ids], "format": form, **asked})

    def set_status(self, invoice_id: int, status: str, **asked: Any) -> Got:
        """Set a status."""
        return self.post(SET_STATUS, {"idFacture": invoice_id, "nouveauStatut": status, **asked})


def content(got: Got) -> bytes:
    """The file of a download."""
    return base64.b64decode(got.json["fichierResultat"], validate=True)


@dataclass
class World:
    """A small portal: one structure with two services, one supplier, and whoever calls."""

    portal: Portal
    server: PortalServer
    caller: Caller

    def __post_init__(self) -> None:
        """Make what every test needs."""
        made = self.portal.add_structure(SIRET, "Département de la Haute-Lande")
        self.roads = self.portal.add_service(made, "DIRINFRA", "Routes", valid_from=dt.date(2018, 1, 1))
        self.computing = self.portal.add_service(made, "061", "Informatique", commitment_required=True)
        self.structure = self.portal.ours()[0]
        self.supplier = self.portal.add_supplier("99901001000018", "Travaux & Cie <SARL>")

    def deposit(self, number: str = "F-1", net: str = "100.00", **fields: Any) -> int:
        """Deposit an invoice."""
        return self.portal.deposit(self.structure, self.supplier, number, Decimal(net), **fields)

    def later(self, **by: float) -> None:
        """Let time pass; over an hour or more the caller asks for a new token, as it has to."""
        passed = dt.timedelta(**by)
        self.portal.clock.advance(passed)
        if passed >= dt.timedelta(hours=1):
            self.caller.bearer = ""


def new_portal(**wishes: Any) -> Portal:
    """An empty portal whose time stands still."""
    return Portal(Clock(START), **wishes)
