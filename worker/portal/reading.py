"""From the dictionaries of answers to values. What an element lacks is an absent value; what has no key is left out."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from worker.portal.model import SIRET_DIGITS, Listed, Page, PortalService, Structure, StructureDetail

_YES = frozenset({"true", "oui", "1", "actif", "active"})
_DATE_CHARACTERS = 10


def page(answer: dict[str, Any], asked: int) -> Page:
    """A page of an invoice search."""
    listed = tuple(found for item in _items(answer.get("listeFactures")) if (found := _listed(item)) is not None)
    return Page(
        listed=listed,
        number=whole(answer.get("pageCourante")) or asked,
        pages=whole(answer.get("pages")),
        total=whole(answer.get("total")),
    )


def structures(answer: dict[str, Any]) -> list[Structure]:
    """The structures of a list."""
    found = []
    for item in _items(answer.get("listeStructures")):
        key = text(item.get("idStructureCPP"))
        number = siret(item.get("identifiant", item.get("identifiantStructure")))
        if key and number:
            found.append(Structure(structure_id=key, siret=number, name=text(item.get("designationStructure")) or ""))
    return found


def structure_detail(answer: dict[str, Any]) -> StructureDetail:
    """What a structure demands. The date of the password is looked for wherever the portal puts it."""
    general, wanted = _part(answer, "informationGenerales", "informationsGenerales"), _part(answer, "parametres")
    expires = next(_deep(answer, "dateExpirationMotPasseCompteTech"), None)
    status = text(general.get("statut", general.get("statutStructure")))
    return StructureDetail(
        active=status is None or truth(status),
        service_required=truth(wanted.get("codeServiceDoitEtreRenseigne")),
        commitment_required=truth(wanted.get("numeroEJDoitEtreRenseigne")),
        service_or_commitment_required=truth(wanted.get("gestionNumeroEJOuCodeService")),
        password_expires_on=day(expires),
    )


def services(answer: dict[str, Any]) -> list[PortalService]:
    """The services of a page."""
    found = []
    for item in _items(answer.get("listeServices")):
        key, code = text(item.get("idService")), text(item.get("codeService"))
        if key and code:
            found.append(
                PortalService(
                    service_id=key,
                    code=code,
                    name=text(item.get("libelleService")) or "",
                    active=truth(item.get("estActif", True)),
                    valid_from=day(item.get("dateDbtService")),
                    valid_to=day(item.get("dateFinService")),
                )
            )
    return found


def commitment_flag(answer: dict[str, Any]) -> bool | None:
    """Whether a service demands a commitment number; None where it does not say."""
    value = _part(answer, "parametres").get("numeroEngagement")
    return None if value is None else truth(value)


def pages(answer: dict[str, Any]) -> int | None:
    """How many pages a search of structures or services has; its paging stands at the root or in a part."""
    return whole(_part(answer, "parametresRetour").get("pages", answer.get("pages")))


def targets(answer: dict[str, Any]) -> frozenset[str]:
    """The statuses that can be set."""
    items = _items(answer.get("listeStatutsPossiblesPourTraitement"))
    return frozenset(name for item in items if (name := text(item.get("statutPossiblePourTraitement"))))


def status(answer: dict[str, Any]) -> str | None:
    """The current status in the answer about one invoice."""
    return text(_part(answer, "facture").get("statutFacture"))


def siret(value: object) -> str | None:
    """A SIRET; one that came as a JSON number gets its leading zeros back."""
    found = text(value)
    return found.zfill(SIRET_DIGITS) if found and found.isascii() and found.isdigit() else found


def text(value: object) -> str | None:
    """An identifier or a text, trimmed; None for nothing."""
    if value is None or isinstance(value, dict | list | bool):
        return None
    return str(value).strip() or None


def whole(value: object) -> int | None:
    """A count; None where there is none."""
    found = text(value)
    return int(found) if found and found.isascii() and found.isdigit() else None


def truth(value: object) -> bool:
    """A boolean, in any of the portal's spellings."""
    return value is True or str(value).strip().lower() in _YES


def day(value: object) -> dt.date | None:
    """A date, from its own text or that of a moment; a number counts milliseconds since 1970."""
    if isinstance(value, int) and not isinstance(value, bool):
        return dt.datetime.fromtimestamp(value / 1000, dt.UTC).date()
    try:
        return dt.date.fromisoformat((text(value) or "")[:_DATE_CHARACTERS])
    except ValueError:
        return None


def _listed(item: dict[str, Any]) -> Listed | None:
    key = text(item.get("idFacture"))
    if key is None:
        return None
    return Listed(
        portal_invoice_id=key,
        status=text(item.get("statut")) or "",
        state_at=text(item.get("dateHeureEtatCourant")) or "",
        recipient_siret=siret(item.get("codeDestinataire")),
        deposited_on=text(item.get("dateDepot")),
    )


def _items(value: object) -> list[dict[str, Any]]:
    """A list of objects; the portal may send the only one bare, or in an object that holds the list."""
    if isinstance(value, dict):
        lists = [inner for inner in value.values() if isinstance(inner, list)]
        return _items(lists[0]) if lists else [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _part(answer: dict[str, Any], *names: str) -> dict[str, Any]:
    return next((part for name in names if isinstance(part := answer.get(name), dict)), {})


def _deep(value: object, name: str) -> Iterator[object]:
    if isinstance(value, dict):
        if value.get(name) is not None:
            yield value[name]
        for inner in value.values():
            yield from _deep(inner, name)
