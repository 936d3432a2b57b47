"""Rows 31 and 32: sub-contractors and co-contractors, declared on the market or not."""

from decimal import Decimal

from tests.fixture_maker import cii
from tests.fixture_maker import more_suppliers as m
from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import Bill, bill
from tests.fixture_maker.cases import verdicts as v
from tests.fixture_maker.cases.table import one
from tests.fixture_maker.model import Case, Intended, case
from tests.fixture_maker.parties import Supplier


def _by(supplier: Supplier, number: str, cadre: str, on: str, net: str) -> Bill:
    return bill(number, on=on, net=net, label="Part du marché").but(supplier=supplier, cadre=cadre)


def _platform(case_id: str, purpose: str, invoice: Bill, decision: Intended, *, rows: tuple[int, ...]) -> Case:
    return case(case_id, "cii", purpose, cii.reform(invoice), decision, rows=rows)


def _on(number: str) -> Intended:
    return v.fine("DIRINFRA", number)


_SUB = (
    one("subcontractor-a9-declared", "A declared sub-contractor is paid directly.",
        _by(m.SIGNS, "SP-26-7101", "A9", "2026-000712", "81.10"), _on("2026-000712"), rows=(31,)),
    one("subcontractor-a10-declared", "A declared sub-contractor's payment request for works.",
        _by(m.SIGNS, "SP-26-7102", "A10", "2026-000713", "81.20"), _on("2026-000713"), rows=(11, 31)),
    _platform("subcontractor-s3-declared", "A declared sub-contractor through a platform (S3).",
              _by(m.SIGNS, "SP-26-7103", "S3", "2026-000714", "81.30"), _on("2026-000714"), rows=(31,)),
    one("subcontractor-a9-undeclared", "A sub-contractor that nobody declared on this market.",
        _by(p.OFFICE, "PB-26-7104", "A9", "2026-000715", "81.40"), v.UNDECLARED, rows=(32,)),
    one("subcontractor-a9-other-market", "A sub-contractor declared on another market is not declared on this one.",
        _by(m.PLUMBER, "PC-26-7105", "A9", "2026-000716", "81.50"), v.UNDECLARED, rows=(31, 32)),
    one("subcontractor-a10-undeclared", "Works do not protect an undeclared sub-contractor from rejection.",
        _by(m.PLUMBER, "PC-26-7106", "A10", "2026-000717", "81.60"), v.UNDECLARED, rows=(11, 32)),
    _platform("subcontractor-s3-undeclared", "An undeclared sub-contractor through a platform (S3).",
              _by(m.PLUMBER, "PC-26-7107", "S3", "2026-000718", "81.70"), v.UNDECLARED, rows=(32,)),
    one("subcontractor-without-market", "A commitment of no market has no declared sub-contractor.",
        _by(m.SIGNS, "SP-26-7108", "A9", "2026-000301", "81.80"), v.UNDECLARED, rows=(31, 32)),
    one("subcontractor-as-ordinary-supplier", "A declared sub-contractor that invoices as the holder would (A1).",
        _by(m.SIGNS, "SP-26-7109", "A1", "2026-000719", "81.90"), v.MISMATCH, rows=(31, 33)),
    one("subcontractor-works-over", "A sub-contractor's works beyond what remains: looked at, not rejected.",
        _by(m.SIGNS, "SP-26-7110", "A10", "2026-000720", "1200.00"), v.OVER, rows=(11, 31, 44)),
)  # fmt: skip

_CO = (
    one("cocontractor-a12-declared", "A declared co-contractor invoices its own part.",
        _by(m.SURVEYOR, "GL-26-7111", "A12", "2026-000721", "82.10"), _on("2026-000721"), rows=(31,)),
    one("cocontractor-a13-declared", "A declared co-contractor's monthly account.",
        _by(m.SURVEYOR, "GL-26-7112", "A13", "2026-000722", "82.20"), _on("2026-000722"), rows=(11, 31)),
    one("cocontractor-a14-declared", "A declared co-contractor's final account.",
        _by(m.SURVEYOR, "GL-26-7113", "A14", "2026-000723", "82.30"), _on("2026-000723"), rows=(11, 31)),
    _platform("cocontractor-s6-declared", "A declared co-contractor through a platform (S6).",
              _by(m.SURVEYOR, "GL-26-7114", "S6", "2026-000724", "82.40"), _on("2026-000724"), rows=(31,)),
    one("cocontractor-a12-foreign", "A declared co-contractor known by its VAT number.",
        _by(p.BELGIAN, "VDM-26-7115", "A12", "2026-000725", "82.50").but(vat_rate=Decimal(0)),
        _on("2026-000725"), rows=(31,)),
    one("cocontractor-a12-undeclared", "An undeclared co-contractor is another supplier.",
        _by(m.PLUMBER, "PC-26-7116", "A12", "2026-000726", "82.60"), v.MISMATCH, rows=(31, 33)),
    _platform("cocontractor-s6-undeclared", "An undeclared co-contractor through a platform (S6).",
              _by(m.PLUMBER, "PC-26-7117", "S6", "2026-000727", "82.70"), v.MISMATCH, rows=(31, 33)),
    one("cocontractor-as-subcontractor", "Declared as co-contractor, it is not declared as sub-contractor.",
        _by(m.SURVEYOR, "GL-26-7118", "A9", "2026-000728", "82.80"), v.UNDECLARED, rows=(31, 32)),
    one("subcontractor-as-cocontractor", "Declared as sub-contractor, it is not declared as co-contractor.",
        _by(m.SIGNS, "SP-26-7119", "A12", "2026-000729", "82.90"), v.MISMATCH, rows=(31, 33)),
)  # fmt: skip

CASES = (*_SUB, *_CO)
