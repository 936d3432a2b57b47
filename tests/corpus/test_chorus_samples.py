"""The portal's own samples, against what is known of them. Skipped, visibly, where they are absent."""

from pathlib import Path
from typing import Any

import pytest

from tests.places import CHORUS_SAMPLES
from worker.bootstrap import extractor
from worker.cli.inspect import lines
from worker.resources import load_sentences
from worker.settings import Settings

pytestmark = pytest.mark.skipif(CHORUS_SAMPLES is None, reason="the portal's samples are not beside the checkout")

_NAMES = (
    "billing_framework",
    "invoice_number",
    "invoice_type",
    "supplier_id",
    "recipient_siret",
    "service_code",
    "commitment_number",
    "contract_number",
    "amount_excl_tax",
    "amount_incl_tax",
    "amount_due",
)
_JM, _FX = "81034732800017", "40668031401116"
_BUYER, _BUYER2, _STATE = "53514650090018", "75356054900010", "11000201100044"
_CII = "cii16b-e1/FSO1116A_{}.xml"
_PDF = "facturx-e2/FSO1117A_EN16931_{}.pdf"

# file, then the values in the order of _NAMES
_ORACLE: tuple[tuple[str | None, ...], ...] = (
    (_CII.format("P01"), "A1", "JMRPOR1116000103", "380", _JM, _BUYER, None, None, None, "100.00", "120.00", "120.00"),
    (_CII.format("P02"), "A9", "JMRPOR1116000138", "380", _JM, _BUYER2, "SERV1", "CDE234", "CT12345",
     "100.00", "120.00", "120.00"),
    (_CII.format("P10"), "A1", "JMRPOR1116000105", "380", _JM, _BUYER, None, None, None, "100.00", "120.00", "-20.00"),
    (_CII.format("P42"), "A1", "JMRPOR1116000103", "380", _JM, _BUYER, None, None, "BC12345",
     "100.00", "120.00", "120.00"),
    (_CII.format("P46"), "A1", "JMRPOR1116000146", "380", _JM, "0" * 14, "DSJPFGU057", "1501966748", None,
     "100.00", "120.00", "120.00"),
    (_CII.format("P57"), "A13", "JMRPOR1116000159", "380", "KRSAMSUNGMOBILEPHO", _BUYER, None, None, None,
     "100.00", "120.00", "120.00"),
    (_CII.format("P95"), "A1", "JMRPOR1116000143", "381", _JM, _BUYER, None, "1501966748", "BC12345",
     "100.00", "120.00", "120.00"),
    (_PDF.format("P01"), None, "FSO1117A_P01", "380", _FX, _BUYER2, "SERV1", None, None, "100", "120", "120"),
    (_PDF.format("P09"), "A1", "FSO117A_P09", "380", _FX, _BUYER2, "SERV1", None, None, "50", "60", "60"),
    (_PDF.format("P11"), "A1", "FSO1117A_P11", "380", _FX, _BUYER2, "SERV1", None, None, "100", "120", "-120"),
    (_PDF.format("P15"), "A9", "FSO1117A_P15", "380", _FX, _STATE, "AAASCPV", "1501966748", "0123456789",
     "100", "120", "120"),
    (_PDF.format("P40"), "A1", "FSO1117A_P40", "380", _FX, _STATE, "AAASCPV", "1501966748", None, "100", "120", "120"),
    (_PDF.format("P83"), "A2", "FSO1117A_P83", "380", _FX, _BUYER2, "SERV1", None, None, "100", "120", "0"),
    (_PDF.format("P95"), "A1", "FSO1117A_P95", "381", _FX, _STATE, "AAASCPV", "1501966748", "123456",
     "100", "120", "120"),
    ("pivot/facture_1221.xml", "A1", "AVA20150923", "380", "32682006500083", "21930053000017", "GN5CAFZ069",
     "2412345673", None, "3245.000000", "3245.681450", "3245.681450"),
    ("pivot/facture_1223.xml", "A1", "AVA20150925", "380", "44460844213631", "21930053000017", "GN5CAFZ069",
     "2412345671", None, "3245.000000", "3245.681450", "3245.681450"),
    ("ubl-e1/UblInvoice_Test.xml", "FEN0105A", "F081509", "380", "34786851541230", "34786851500029", "FAC93947775",
     "R92", None, "157.32", "188.78", "188.78"),
)  # fmt: skip


def _read(file: str) -> list[dict[str, Any]]:
    return list(lines(extractor(Settings()), Path(CHORUS_SAMPLES or ".", file), load_sentences("en")))


@pytest.mark.parametrize("row", _ORACLE, ids=lambda row: row[0])
def test_fields(row: tuple[str | None, ...]) -> None:
    """Every field of a sample is what the portal's notes on it say."""
    (line,) = _read(row[0] or "")
    assert tuple(line[name] for name in _NAMES) == row[1:]


def test_attachments() -> None:
    """The attachments of a pivot are unpacked from their ZIP and told apart by their kind."""
    first, second = _read("pivot/facture_1221.xml")[0]["attachments"]
    assert (first["kind"], first["media_type"], first["size"]) == ("01", "application/pdf", 10758)
    assert second["kind"] == "02"


def test_original_that_contradicts_its_header() -> None:
    """An original with other data than its pivot header is reported field by field, and the header stands."""
    (line,) = _read("pivot/facture_1223.xml")
    told = {f["values"]["field"] for f in line["findings"] if f["code"] == "INT_DIVERGENCE"}
    assert {"invoice_number", "recipient_siret", "service_code", "commitment_number", "amount_incl_tax"} <= told


def test_status_messages_are_refused_by_name() -> None:
    """A status file of the portal is called one."""
    for path in sorted(Path(CHORUS_SAMPLES or ".", "statut").glob("*.xml")):
        (line,) = _read(f"statut/{path.name}")
        assert line["error"] == {
            "code": "INT_NOT_AN_INVOICE",
            "message": "a status message of Chorus Pro (CPPStatut), not an invoice",
        }
