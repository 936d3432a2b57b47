"""Whether the cases leave one another alone, read from what they deliver rather than from how they were made.

A whole folder must decide as its cases do one by one. So no two cases may repeat a supplier's number of a year, a
portal id, or a supplier's total within ten days of the other. Only bare XML and pivots are read: the PDFs are few.
"""

import datetime as dt
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from itertools import combinations

from lxml import etree

from tests.fixture_maker.model import Case
from tests.fixture_maker.xmlkit import Element

_NEAR = dt.timedelta(days=10)


@dataclass(frozen=True)
class _Seen:
    case: str
    supplier: str
    number: str
    issued: dt.date
    total: Decimal
    portal_id: str | None


def clashes(cases: Iterable[Case]) -> tuple[str, ...]:
    """Describe every two invoices of different cases that would disturb each other."""
    known = tuple(cases)
    found = []
    for stale in (False, True):
        seen = [invoice for case in known if case.stale is stale for invoice in _invoices(case)]
        found += [f"{a.case} and {b.case}: {why}" for a, b in combinations(seen, 2) if (why := _clash(a, b))]
    return tuple(found)


def _clash(a: _Seen, b: _Seen) -> str | None:
    if a.case == b.case:
        return None
    if a.portal_id and a.portal_id == b.portal_id:
        return f"both have the portal id {a.portal_id}"
    if a.supplier != b.supplier:
        return None
    if (a.number, a.issued.year) == (b.number, b.issued.year):
        return f"both have the number {a.number} of one year and supplier"
    if a.total == b.total and abs(a.issued - b.issued) <= _NEAR:
        return f"both are of {a.total}, of one supplier, within ten days"
    return None


def _invoices(case: Case) -> Iterator[_Seen]:
    for content in case.files.values():
        try:
            root = etree.fromstring(_unzipped(content), etree.XMLParser(resolve_entities=False, huge_tree=True))
        except (etree.XMLSyntaxError, zipfile.BadZipFile):
            continue
        for unit in _named(root, "CPPFacturePivotUnitaire") or [root]:
            yield from _invoice(case.id, unit)


def _invoice(case_id: str, unit: Element) -> Iterator[_Seen]:
    """Read one invoice, or nothing where the document is no invoice; a total without its currency, as it is written."""
    supplier = _first(unit, "Fournisseur/Identifiant", "SellerTradeParty/GlobalID", "SellerTradeParty//ID",
                      "AccountingSupplierParty//PartyIdentification/ID")  # fmt: skip
    number = _first(unit, "DonneesFacture/Id", "ExchangedDocument/ID", "HeaderExchangedDocument/ID") or _own(unit)
    day = _first(unit, "DateEmissionFacture", "IssueDateTime/DateTimeString", "IssueDate")
    total = _first(unit, "Montants/MontantTTC", "GrandTotalAmount", "TaxInclusiveAmount")
    if supplier and number and day and total:
        firm = supplier[:9] if supplier.isdigit() else supplier
        written = "".join(number.upper().split())
        portal_id = _first(unit, "DonneesFacture/IdCPRO")
        yield _Seen(case_id, firm, written, dt.date.fromisoformat(day), Decimal(total), portal_id)


def _first(unit: Element, *paths: str) -> str | None:
    """Give the first text at one of these paths, of which a step behind `//` stands anywhere below."""
    for path in paths:
        steps = (f"*[local-name()='{step}']" if step else "" for step in path.split("/"))
        texts = unit.xpath(f".//{'/'.join(steps)}/text()")
        written = [str(text).strip() for text in texts if text.strip()]
        if written:
            return written[0]
    return None


def _own(root: Element) -> str | None:
    texts = [child.text for child in root if etree.QName(child).localname == "ID" and child.text]
    return texts[0].strip() if texts else None


def _named(root: Element, name: str) -> list[Element]:
    return list(root.iter(name))


def _unzipped(content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(archive.namelist()[0])
