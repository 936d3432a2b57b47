"""Faults as bytes: an answer of our own in the place of the right one, or the right one spoiled."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any

from worker.fake_portal.faults import Fault

JSON, HTML = "application/json;charset=utf-8", "text/html; charset=utf-8"
_PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
_WAIT = 2  # seconds, of Retry-After


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. `length` is what Content-Length says where that is wrong; `cut` is how many bytes are sent."""

    status: int
    body: bytes = b""
    media_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    length: int | None = None
    cut: int | None = None


def as_json(status: int, body: dict[str, Any], *headers: tuple[str, str]) -> Answer:
    """An answer in JSON."""
    return Answer(status, json.dumps(body, ensure_ascii=False).encode(), JSON, headers)


def page(status: int, title: str) -> Answer:
    """A page for people, from something between us and the portal."""
    return Answer(status, _PAGE.format(title).encode(), HTML)


def instead(fault: Fault, now: dt.datetime) -> Answer:
    """What a fault without effect answers; `RESET_BEFORE` has no answer and is none of ours."""
    later = format_datetime((now + dt.timedelta(seconds=_WAIT)).replace(microsecond=0), usegmt=True)
    return {
        Fault.FILE_TOO_LARGE: as_json(400, {"codeRetour": 20001, "libelle": "GDP_MSG_11.022"}),
        Fault.FILE_TOO_LARGE_OTHER: as_json(400, {"codeRetour": 20003, "libelle": "GDP_MSG_11.022"}),
        Fault.ACCEPTED: Answer(202),
        Fault.TOKEN_GONE: as_json(401, {"error": "invalid_token"}),
        Fault.FORBIDDEN: as_json(403, {"error": "forbidden"}),
        Fault.NOT_FOUND: page(404, "Not Found"),
        Fault.UNSUPPORTED: as_json(415, {"error": "unsupported media type"}),
        Fault.TOO_LARGE: as_json(413, {"error": "too large"}),
        Fault.TOO_MANY: as_json(429, {"error": "quota"}, ("Retry-After", str(_WAIT))),
        Fault.TOO_MANY_DATE: as_json(429, {"error": "quota"}, ("Retry-After", later)),
        Fault.TOO_MANY_BARE: as_json(429, {"error": "quota"}),
        Fault.SERVER_ERROR: as_json(500, {"codeRetour": 1, "libelle": "Erreur interne du serveur"}),
        Fault.BAD_GATEWAY_PAGE: page(502, "Bad Gateway"),
        Fault.UNAVAILABLE: Answer(503, b"", HTML, (("Retry-After", str(_WAIT)),)),
        Fault.PAGE_AS_SUCCESS: page(200, "Maintenance en cours"),
    }[fault]


def spoiled(fault: Fault, right: Answer) -> Answer:
    """The right answer after a fault that left the call its effect."""
    match fault:
        case Fault.GATEWAY_TIMEOUT:
            return page(504, "Gateway Timeout")
        case Fault.EMPTY_BODY:
            return Answer(right.status, b"", right.media_type)
        case Fault.CUT:
            return Answer(right.status, right.body, right.media_type, cut=len(right.body) // 2)
        case Fault.SHORT_LENGTH:
            return Answer(right.status, right.body, right.media_type, length=len(right.body) * 2 // 3)
        case _:
            return right


Rows = list[dict[str, Any]]


def misread(fault: Fault | None, told: dict[str, Any], number: int, rows_of: Callable[[int], Rows]) -> dict[str, Any]:
    """Page `number` of a search as it looks when the world moves under it; any other answer as it is.

    `rows_of` gives the rows of another page: a shift shows the neighbour that slid in, as it does in life.
    """
    name = list_name(told)
    rows: Rows = told.get(name, [])
    if not rows:
        return told
    match fault:
        case Fault.REPEATED_ROW:
            rows = [*rows, rows[len(rows) // 2]]
        case Fault.SHIFTED_UP if number > 1:
            rows = [*rows[1:], *rows_of(number + 1)[:1]]
        case Fault.SHIFTED_DOWN if number > 1:
            rows = [*rows_of(number - 1)[-1:], *rows[:-1]]
        case Fault.UNKNOWN_VALUES:
            rows = [{**rows[0], "statut": "TECHNIQUE_INCONNU", "champInconnu": {"valeur": 1}}, *rows[1:]]
    return {**told, name: rows}


def list_name(told: dict[str, Any]) -> str:
    """The field of an answer that holds its rows; empty where there is none."""
    return next((name for name in told if name.startswith("liste") and isinstance(told[name], list)), "")
