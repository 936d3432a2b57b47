"""From the bytes of an answer to what the portal said: JSON objects, empty lists, documents. Everything is doubted.

Names are read with a small first letter: older examples of the documents write them with a capital one. Numbers with
a fraction are decimals, never floats.
"""

import base64
import binascii
import json
import re
from decimal import Decimal
from typing import Any

from worker.portal.faults import FunctionalError, PortalUnreadable, ResultTooLarge

SEARCH = "factures/v1/rechercher/recipiendaire"
DOWNLOAD = "factures/v1/telecharger/groupe"
TREAT = "factures/v1/traiter/recue"

# No result: an empty list and no error. Keyed by endpoint, for numbers are reused between services.
EMPTY = frozenset({(SEARCH, "20000"), (SEARCH, "20007")})
INCONSISTENT_STATUS = (TREAT, "20002")
_TOO_LARGE = frozenset({(DOWNLOAD, "20001"), (DOWNLOAD, "20003"), (DOWNLOAD, "GDP_MSG_11.022")})
_BLANK = re.compile(rb"\s+")
_BOM = b"\xef\xbb\xbf"
_ROOT_END = re.compile(rb"</(?:\w+:)?CPPFacturePivot\s*>\s*\Z")
_TAIL = 256  # bytes
_ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 66_000  # bytes; the end record and its longest comment


def parse(endpoint: str, body: bytes) -> dict[str, Any]:
    """The object in a body. Raises `PortalUnreadable` for a page, for cut JSON, for anything that is no answer."""
    text = body.removeprefix(_BOM).lstrip()
    if text[:1] == b"<":
        raise PortalUnreadable(f"{endpoint}: a page came instead of an answer; the portal may be under maintenance")
    try:
        answer = json.loads(text, parse_float=Decimal, object_pairs_hook=_named)
    except (ValueError, RecursionError):
        raise PortalUnreadable(f"{endpoint}: the answer is cut or no JSON ({len(body)} bytes)") from None
    if not isinstance(answer, dict):
        raise PortalUnreadable(f"{endpoint}: the answer is no object")
    return answer


def number_of(answer: dict[str, Any]) -> str | None:
    """The functional code of an answer, `0` for success; None where it has none. Both forms are read."""
    old = answer.get("retourFonctionnel")
    value = old.get("codeRetourFonctionnel") if isinstance(old, dict) else answer.get("codeRetour")
    return None if value is None else str(value).strip()


def settled(endpoint: str, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer, if it says success or "no result". Raises `FunctionalError`, `ResultTooLarge`."""
    number = number_of(answer)
    if number is None or number == "0" or (endpoint, number) in EMPTY:
        return answer
    label = str(answer.get("libelle") or "").strip()
    if (endpoint, number) in _TOO_LARGE or (endpoint, label) in _TOO_LARGE:
        raise ResultTooLarge(f"{endpoint}: the file is beyond the portal's limit ({number}); download it by hand")
    raise FunctionalError(endpoint, number)


def document(endpoint: str, answer: dict[str, Any]) -> bytes:
    """The pivot in an answer: whole XML, or a ZIP that holds it. Raises `PortalUnreadable`."""
    text = answer.get("fichierResultat")
    if not isinstance(text, str) or not text.strip():
        raise PortalUnreadable(f"{endpoint}: an answer without its file")
    try:
        data = base64.b64decode(_BLANK.sub(b"", text.encode("ascii")), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise PortalUnreadable(f"{endpoint}: the file is no base64, or cut") from None
    head = data.removeprefix(_BOM).lstrip()
    if head[:2] == b"PK":
        if _ZIP_END not in data[-_ZIP_TAIL:]:
            raise PortalUnreadable(f"{endpoint}: a ZIP without its end came")
        return data
    if head[:1] != b"<" or head[:64].lower().startswith((b"<!doctype html", b"<html")):
        raise PortalUnreadable(f"{endpoint}: the file is no pivot")
    if _ROOT_END.search(data[-_TAIL:]) is None:
        raise PortalUnreadable(f"{endpoint}: the pivot is cut")
    return data


def _named(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name[:1].lower() + name[1:]: value for name, value in pairs}
