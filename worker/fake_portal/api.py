"""The services of the API by their paths: a JSON object in, an answer out."""

from worker.fake_portal.directory import DIRECTORY
from worker.fake_portal.portal import Portal
from worker.fake_portal.received import RECEIVED
from worker.fake_portal.reply import Json, Reply, UnknownInvoice
from worker.fake_portal.request import Refusal, checked

ENDPOINTS = {**RECEIVED, **DIRECTORY}
_UNKNOWN_INVOICE = {
    "codeRetourFonctionnel": "GDP_MSG_11.008",
    "libelleRetourFonctionnel": "La demande de paiement est inconnue du système.",
}


def call(portal: Portal, path: str, body: Json) -> Reply | None:
    """Answer one call; None where no document names the path. Raises `TooLarge`."""
    endpoint = ENDPOINTS.get(path)
    if endpoint is None:
        return None
    try:
        with portal.lock:
            return endpoint.handler(portal, checked(body, endpoint.fields, *endpoint.required))
    except Refusal as refusal:
        return Reply(400, {"codeRetour": refusal.code, "libelle": refusal.label})
    except UnknownInvoice:
        return Reply(400, {"retourFonctionnel": _UNKNOWN_INVOICE})
