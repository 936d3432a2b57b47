"""What every service has in common: how an answer looks, and what an endpoint is (§3.2)."""

from collections.abc import Callable
from typing import Any, NamedTuple

from worker.fake_portal.portal import Portal
from worker.fake_portal.request import Fields, text, whole

Json = dict[str, Any]
PLAIN, MANAGED, TRANSVERSE = "CODE PAR DEFAUT", "GCU_MSG_01_000", "TRA_MSG_00.000"  # `libelle` of success varies (§3.2)
COMMON: Fields = {"idUtilisateurCourant": whole, "idEspace": whole}
LANGUAGE: Fields = {"codeLangue": text}


class TooLarge(Exception):
    """A group beyond the limit: HTTP 413 (§3.2)."""


class UnknownInvoice(Exception):
    """No such invoice for this account: `retourFonctionnel`, the only form that is documented (§3.2)."""


class Reply(NamedTuple):
    """The HTTP status and the JSON of an answer."""

    status: int
    body: Json


class Endpoint(NamedTuple):
    """What a service takes and who answers."""

    fields: Fields
    required: tuple[str, ...]
    handler: Callable[[Portal, Json], Reply]


def done(label: str, body: Json) -> Reply:
    """Success."""
    return Reply(200, {"codeRetour": 0, "libelle": label, **body})


def empty(portal: Portal, code: int, label: str) -> Reply:
    """No result: a functional code, though no error."""
    return Reply(portal.quirks.empty_status, {"codeRetour": code, "libelle": label})
