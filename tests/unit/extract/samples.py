"""What the tests of extraction read: one ordinary invoice in every syntax, and the readers that it goes through."""

import io
from collections.abc import Mapping
from typing import Any

import pikepdf

from rules.findings import ReasonCode
from rules.model import Field, Invoice, Unreadable
from tests.fixture_maker import cii, parties, pdf, pivot, ubl, zugferd1
from tests.fixture_maker.bill import Bill, loose_bill
from worker.document import Document
from worker.extract.limits import Limits
from worker.extract.pdf_reader import InProcessPdfReader
from worker.extract.reader import Extractor, Reading
from worker.ports import PdfReader

LIMITS = Limits()
BILL = loose_bill("LV-2026-0042", parties.SOFTWARE, parties.MAIN, "SAAM D5", "1250.00").but(
    commitment="2026-000217", contract="MAPA-2025/18", origin="LV-2026-0041"
)
SELLER, BUYER = BILL.supplier.identifier, BILL.recipient_siret
PAGE = pdf.page(BILL)
LETTER = pdf.letter(BILL.supplier)
CII = cii.historical(BILL)
CII_REFORM = cii.reform(BILL)
UBL = ubl.historical(BILL)
UBL_REFORM = ubl.reform(BILL)
CREDIT_NOTE = ubl.reform(BILL.but(kind="381"))
ZUGFERD1 = zugferd1.zugferd1(BILL)
SINGLE = {
    "cii": CII,
    "cii-reform": CII_REFORM,
    "ubl": UBL,
    "ubl-reform": UBL_REFORM,
    "ubl-credit-note": CREDIT_NOTE,
    "zugferd1": ZUGFERD1,
}


def flow(*bills: Bill, pieces: tuple[pivot.Piece, ...] | None = None) -> bytes:
    """A pivot of some bills, each with the same pieces: by default a page without any XML."""
    shown = (pivot.Piece("facture.pdf", PAGE),) if pieces is None else pieces
    return pivot.pivot(*(pivot.Unit(bill, shown) for bill in bills))


PIVOT = flow(BILL)


def pdf_with(files: Mapping[str, bytes], *, name_tree: bool = True) -> bytes:
    """A page with files embedded, reachable through the name tree or through /AF alone."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(PAGE)) as document:
        specs = {name: pikepdf.AttachedFileSpec(document, data, filename=name) for name, data in files.items()}
        document.Root.AF = pikepdf.Array([document.make_indirect(spec.obj) for spec in specs.values()])
        if name_tree:
            for name, spec in specs.items():
                document.attachments[name] = spec
        document.save(out, deterministic_id=True)
    return out.getvalue()


def extractor(limits: Limits = LIMITS, pdf_reader: PdfReader | None = None, **switches: Any) -> Extractor:
    """The reader of documents as the application builds it."""
    return Extractor(pdf_reader or InProcessPdfReader(limits), limits, **switches)


def readings(data: bytes, limits: Limits = LIMITS) -> list[Reading]:
    """Everything that a document holds."""
    return list(extractor(limits).read(Document(data=data)))


def invoice(data: bytes, limits: Limits = LIMITS) -> Invoice:
    """The one invoice of a document."""
    (reading,) = readings(data, limits)
    assert isinstance(reading, Invoice), reading
    return reading


def refused(data: bytes, limits: Limits = LIMITS) -> tuple[ReasonCode, str]:
    """Why a document holds no invoice."""
    (reading,) = readings(data, limits)
    assert isinstance(reading, Unreadable), reading
    return reading.reason, reading.message


def told(of: Invoice, code: ReasonCode) -> list[dict[str, str]]:
    """The values of the findings with one code."""
    return [dict(finding.values) for finding in of.findings if finding.code is code]


def plain(of: Invoice, *names: str) -> dict[str, object]:
    """The values of some fields of an invoice, without text and place."""
    return {name: value.value if isinstance(value := getattr(of, name), Field) else value for name in names}
