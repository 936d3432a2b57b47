"""Real invoices beside the checkout, field by field against an independent reading of them.

The corpus is not part of the project; where it is absent these tests are skipped, visibly.
"""

import json
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from rules.model import Invoice, Syntax, Unreadable
from tests.places import CORPUS
from worker.bootstrap import extractor
from worker.cli.inspect import lines
from worker.resources import load_sentences
from worker.settings import Settings

pytestmark = pytest.mark.skipif(CORPUS is None, reason="the shared corpus of real invoices is not beside the checkout")

_SAME = {
    "invoice_number": "invoice_number",
    "issue_date": "issue_date",
    "invoice_type": "type_code",
    "currency": "currency",
    "profile": "profile",
    "billing_framework": "process_id",
    "commitment_number": "order_reference",
    "contract_number": "contract_reference",
    "amount_excl_tax": "total_without_vat",
    "amount_tax": "total_vat",
    "amount_incl_tax": "total_with_vat",
    "amount_due": "due_payable",
}
_SYNTAXES = {syntax.value for syntax in Syntax}
_LEGAL_FIRST = {"BT-47": 0, "BT-30": 0}


def _truth() -> dict[str, dict[str, Any]]:
    return json.loads((CORPUS / "truth.json").read_text(encoding="utf-8")) if CORPUS else {}


def _siret(ids: list[dict[str, str]]) -> str | None:
    """The SIRET among identifiers: the legal one first; under 0009, or 14 digits under 0002, 1 or nothing."""
    for party in sorted(ids, key=lambda party: _LEGAL_FIRST.get(party["bt"], 1)):
        digits = party["value"].isdigit() and len(party["value"]) == 14
        if party["scheme"] == "0009" or (digits and party["scheme"] in {None, "0002", "1"}):
            return party["value"]
    return None


def _service(truth: dict[str, Any]) -> str | None:
    codes = [party["value"] for party in truth["buyer_ids"] if party["scheme"] == "0224"]
    return codes[0] if codes else truth["buyer_reference"]


def _expected(truth: dict[str, Any]) -> dict[str, Any]:
    previous = truth["preceding_invoices"]
    return {ours: truth[theirs] for ours, theirs in _SAME.items()} | {
        "syntax": truth["format"],
        "recipient_siret": _siret(truth["buyer_ids"]),
        "service_code": _service(truth),
        "original_invoice_number": previous[0] if previous else None,
    }


def _line(file: str) -> dict[str, Any]:
    read = list(lines(extractor(Settings()), Path(CORPUS or ".", file), load_sentences("en")))
    assert len(read) == 1
    return read[0]


# the file writes `20241015` without a format; the independent reading refuses it, Chorus Pro accepts it
_ACCEPTED = {("facturx-fr/thierryjmartin__facture_bidon.pdf", "issue_date"): "2024-10-15"}


@pytest.mark.parametrize("file", [name for name, truth in _truth().items() if truth["format"] in _SYNTAXES])
def test_fields(file: str) -> None:
    """Every field of a readable invoice is what the independent reading says."""
    line, expected = _line(file), _expected(_truth()[file])
    expected |= {field: value for (name, field), value in _ACCEPTED.items() if name == file}
    assert {name: line[name] for name in expected} == expected


@pytest.mark.parametrize("file", [name for name, truth in _truth().items() if truth["format"] in _SYNTAXES])
def test_supplier(file: str) -> None:
    """The supplier's identifier is one of those that the invoice gives, the SIRET where there is one."""
    truth = _truth()[file]
    given = [party["value"] for party in truth["seller_ids"] if party["scheme"] not in {"0224", "SEPA"}]
    found = _line(file)["supplier_id"]
    assert found == (_siret(truth["seller_ids"]) or found)
    assert found in given if given else found is None


_SAYS = {
    "cdar": "life-cycle status message (CDAR)",
    "order-x": "an order (Order-X), not an invoice",
    "pdf-no-xml": "PDF without an XML invoice",
    "pdf-encrypted": "locked with a password",
    "pdf-unreadable": "damaged beyond repair",
    "not-xml": "not well-formed",
}


_PLAIN = "plain-pdf/"  # the folder of invoices that are PDFs without data: their pages are read
_REFUSED = [
    name for name, truth in _truth().items() if truth["format"] not in _SYNTAXES and not name.startswith(_PLAIN)
]
_ON_PAGES = [name for name, truth in _truth().items() if truth["format"] == "pdf-no-xml" and name.startswith(_PLAIN)]


@pytest.mark.parametrize("file", _ON_PAGES)
def test_plain_pdfs(file: str) -> None:
    """An invoice that is a PDF without data is read from its pages, says so, and gives nothing that is not on them."""
    line = _line(file)
    assert line["syntax"] == Syntax.PAGE.value
    assert [found["code"] for found in line["findings"]] == ["INT_READ_FROM_PAGE"]
    assert line["invoice_number"]
    assert line["issue_date"]
    shown = _shown(Path(CORPUS or ".", file))
    identifiers = ("invoice_number", "commitment_number", "contract_number", "recipient_siret", "supplier_id")
    assert [name for name in identifiers if line[name] and _bare(line[name]) not in shown] == []


def _shown(path: Path) -> str:
    """All text of a PDF, by PDFium's own order, without blanks and signs."""
    with pypdfium2.PdfDocument(path) as document:
        return _bare("".join(page.get_textpage().get_text_range() for page in document))


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).upper()


@pytest.mark.parametrize("file", _REFUSED)
def test_refusals(file: str) -> None:
    """What is no readable invoice gives an error that says what it is."""
    assert _SAYS[_truth()[file]["format"]] in _line(file)["error"]["message"]


def test_nothing_else_comes_out() -> None:
    """Every file of the corpus is an invoice or an error: the two kinds of reading, and no third."""
    reader = extractor(Settings())
    from worker.document import Document  # noqa: PLC0415

    readings = [r for file in _truth() for r in reader.read(Document(path=Path(CORPUS or ".", file)))]
    assert len(readings) == len(_truth())
    assert {type(reading) for reading in readings} == {Invoice, Unreadable}
