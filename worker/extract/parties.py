"""Who sends the invoice and who is to receive it: the identifiers of both circuits.

Historical circuit: the SIRET stands in BT-30/BT-47 under scheme `1` (CII, UBL) or `0002` (Factur-X), or without one.
Reform (XP Z12-012): the SIRET is BT-29/BT-46 under `0009`, the service code BT-46 under `0224`, and BT-30/BT-47 hold
the SIREN under `0002`.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from lxml import etree

from rules.findings import Finding, ReasonCode, finding
from rules.identifiers import compact, is_siren_shaped, is_siret_shaped
from rules.model import Field, IdType, PartyId, Text
from rules.normalise import service_form
from worker.extract.values import MOST_CHARACTERS, bounded

ROUTING_CODE = "0224"
_CREDITOR_ID = "SEPA"  # BT-90 stands among the identifiers in UBL and identifies no party
_MOST_TOLD = 20  # of values that differ
_DIRECTORY_ADDRESS = re.compile(r"\d{9}_(\d{14})(?:_(.+))?", re.ASCII)

_TYPES: dict[str, IdType] = {
    **dict.fromkeys(("0009", "1", "SIRET", "FR:SIRET"), IdType.SIRET),
    **dict.fromkeys(("0002", "SIREN", "FR:SIRENE"), IdType.SIREN),
    **dict.fromkeys(("0223", "2", "UE_HORS_FRANCE"), IdType.UE_HORS_FRANCE),
    **dict.fromkeys(("0227", "3", "ETR", "HORS_UE"), IdType.HORS_UE),
    **dict.fromkeys(("0228", "4", "RIDET"), IdType.RIDET),
    **dict.fromkeys(("0229", "5", "TAHITI"), IdType.TAHITI),
    **dict.fromkeys(("6", "AUTRE"), IdType.AUTRE),
    **dict.fromkeys(("0226", "7", "PARTICULIER"), IdType.PARTICULIER),
}


class Identifier:
    """An identifier as written: its text, its scheme, and whether it is the legal registration (BT-30, BT-47).

    `type` is the `IdType` that the scheme (or, without a known one, the shape) tells; else the scheme as written.
    """

    __slots__ = ("legal", "scheme", "text", "type")

    def __init__(self, text: Text, scheme: str | None, *, legal: bool) -> None:
        self.text = text
        self.scheme = scheme
        self.legal = legal
        self.type = _type(text.value, scheme, legal=legal)

    @property
    def id(self) -> PartyId:
        """The identifier as the rules know it."""
        return PartyId(self.text.value, self.type, self.text.source)


def _type(value: str, scheme: str | None, *, legal: bool) -> str | None:
    known = _TYPES.get(scheme.upper()) if scheme else None
    if known is None and scheme:
        return scheme
    if known is None or known is IdType.SIREN:
        if is_siret_shaped(value):
            return IdType.SIRET
        return known or (IdType.SIREN if legal and is_siren_shaped(value) else None)
    return known


def identifiers(elements: Sequence[etree._Element], source: str, *, legal: bool = False) -> list[Identifier]:
    """The identifiers that elements with a scheme attribute hold; blank, overlong and creditor ids are left out."""
    read = []
    for element in elements:
        raw = element.text
        if raw and (value := bounded(raw, source).strip()):
            scheme = _scheme(element)
            if scheme != _CREDITOR_ID:
                read.append(Identifier(Field(raw, value, source), scheme, legal=legal))
    return read


def _scheme(element: etree._Element) -> str | None:
    """The scheme as written, without outer blanks; the portal's own UBL names it by `schemeName`."""
    scheme = (element.get("schemeID") or "").strip() or (element.get("schemeName") or "").strip()
    return scheme[:MOST_CHARACTERS] or None


def supplier(given: Iterable[Identifier]) -> list[Identifier]:
    """The supplier's identifiers (BT-29, BT-30), the best first: SIRET, then SIREN, then the others as they come."""
    parties = (identifier for identifier in given if identifier.scheme != ROUTING_CODE)
    return sorted(parties, key=lambda party: _PREFERENCE.get(party.type, len(_PREFERENCE)))


_PREFERENCE: dict[str | None, int] = {IdType.SIRET: 0, IdType.SIREN: 1}


class Recipient:
    """Who an invoice is for, as it says: SIRET, service code, and what is wrong with them."""

    __slots__ = ("address_code", "findings", "service_code", "siret")

    def __init__(self, given: Iterable[Identifier], address: Text | None) -> None:
        self.findings: list[Finding] = []
        given = tuple(given)
        codes = [i.text for i in given if i.scheme == ROUTING_CODE]
        sirets = sorted((i for i in given if _may_be_siret(i)), key=lambda i: not i.legal)
        self.siret = sirets[0].text if sirets else None
        self.service_code = codes[0] if codes else None
        self.address_code: Text | None = None
        self._report_several(ReasonCode.REC_SIRET_REPEATED, [i.text for i in sirets])
        self._report_several(ReasonCode.INT_VALUE_REPEATED, codes)
        if address is not None:
            self._fill_from(address)

    def _fill_from(self, address: Text) -> None:
        """BT-49 of the reform is SIREN_SIRET or SIREN_SIRET_CODE: it gives what stands nowhere else."""
        parts = _DIRECTORY_ADDRESS.fullmatch(address.value)
        if parts is None:
            return
        siret, code = parts.groups()
        self.siret = self.siret or Field(address.raw, siret, address.source)
        if code:
            self.address_code = Field(address.raw, code, address.source)

    def _report_several(self, reason: ReasonCode, texts: list[Text]) -> None:
        if len(texts) < 2:  # noqa: PLR2004  one is not several
            return
        field, form = _COMPARED[reason]
        different = {form(text.value): text.value for text in texts}
        if len(different) > 1:
            values = ", ".join(tuple(different.values())[:_MOST_TOLD])
            self.findings.append(finding(reason, field=field, values=values, kept=texts[0].value))


_COMPARED: dict[ReasonCode, tuple[str, Callable[[str], str]]] = {
    ReasonCode.REC_SIRET_REPEATED: ("recipient_siret", compact),
    ReasonCode.INT_VALUE_REPEATED: ("service_code", service_form),  # `A-1` and `A1` are two services
}


def _may_be_siret(identifier: Identifier) -> bool:
    """Whether this is meant as a SIRET. As a SIREN is as likely under `0002`, length tells; one digit lost passes."""
    if identifier.type == IdType.SIRET:
        return True
    digits = compact(identifier.text.value)
    return identifier.type == IdType.SIREN and digits.isdigit() and 13 <= len(digits) <= 15  # noqa: PLR2004
