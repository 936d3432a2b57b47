"""How well pages are read does not get worse unnoticed: floors under the tables of `python -m tests.accuracy`."""

from collections.abc import Iterator
from functools import cache

import pytest

from rules.findings import ReasonCode
from rules.model import Invoice, Syntax
from tests.accuracy.scores import FIELDS, Table
from tests.accuracy.sets import generated, real_pdfs
from tests.pages.truth import MEASURE
from worker.document import Document
from worker.extract.limits import Limits
from worker.extract.pdf_reader import InProcessPdfReader
from worker.extract.reader import Extractor

PRECISION, RECALL, CALIBRATION = 0.97, 0.85, 0.97
ROUTING = ("commitment_number", "service_code", "contract_number", "supplier_siret", "invoice_number")
DOUBTED_PRECISION = 0.9  # of recipients: few pages print their SIRET, and what is taken for it is told with doubt
DOCTORED = {  # samples whose page does not say what their XML says, by design or by mistake
    "FSO1117A_": {"invoice_number"},
    "zugferd__sample_inofficial": {"invoice_number", "account"},
    "zugferd__MustangGnuaccounting": {"invoice_number"},
}


@cache
def measured() -> Table:
    """The generated invoices that nothing is tuned on; reading them takes some seconds."""
    return generated(MEASURE)


@cache
def real() -> tuple[tuple[str, Invoice], ...]:
    """The invoices of the PDFs with XML beside the checkout, compared with their pages."""
    extractor = Extractor(InProcessPdfReader(Limits()), Limits(), hash_content=False, check_schemas=False)
    return tuple(
        (path.name, invoice)
        for path in real_pdfs()
        for invoice in extractor.read(Document(data=path.read_bytes()))
        if isinstance(invoice, Invoice) and invoice.syntax not in {Syntax.PAGE, Syntax.SCAN}
    )


@pytest.mark.parametrize("name", ROUTING)
def test_what_is_read_is_right(name):
    """Of the routing numbers that are read at least 97 of 100 are right: a wrong one is worse than none."""
    assert measured().scores[name].precision >= PRECISION


def test_what_is_read_for_a_recipient_is_mostly_right():
    """The recipient is settled by the body's own list; what the page alone says is a guess."""
    assert measured().scores["recipient_siret"].precision >= DOUBTED_PRECISION


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_printed_is_read(name):
    """Of what the pages print, at least 85 of 100 are read."""
    assert measured().scores[name].recall >= RECALL


@pytest.mark.parametrize("name", FIELDS)
def test_confidence_is_deserved(name):
    """Of what is read with a confidence of 0.95 or more, at least 97 of 100 are right."""
    score = measured().scores[name]
    assert score.sure >= 20
    assert score.calibration >= CALIBRATION


def divergent() -> Iterator[tuple[str, str]]:
    """File and field of every difference between a page and its XML."""
    for name, invoice in real():
        for found in invoice.findings:
            if found.code is ReasonCode.INT_PAGE_DIVERGENCE:
                yield name, found.value("field") or ""


def test_real_pages_say_what_their_data_say():
    """On real PDFs no difference is told but those that are there: a false alarm is worse than none."""
    if not real():
        pytest.skip("no real PDFs beside the checkout")
    told = set(divergent())
    assert not [(name, field) for name, field in told if field not in _expected(name)]


def test_differences_that_are_there_are_told():
    """The samples whose page says otherwise than their XML are found, field by field."""
    names = [name for name, _ in real()]
    if not names:
        pytest.skip("no real PDFs beside the checkout")
    told = set(divergent())
    for begins, expected in DOCTORED.items():
        if any(name.startswith(begins) for name in names):
            assert {field for name, field in told if name.startswith(begins)} == expected, begins


def _expected(name: str) -> set[str]:
    return next((fields for begins, fields in DOCTORED.items() if name.startswith(begins)), set())
