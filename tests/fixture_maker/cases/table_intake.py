"""Rows 1 to 3: what is unsafe, unknown or does not add up, and supplier identifiers with a wrong key."""

import zipfile
from decimal import Decimal
from io import BytesIO

from tests.fixture_maker import more_suppliers as m
from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import Bill, bill, loose_bill
from tests.fixture_maker.cases import verdicts as v
from tests.fixture_maker.cases.common import drawn, with_pieces
from tests.fixture_maker.cases.table import one
from tests.fixture_maker.model import case
from tests.fixture_maker.pivot import Piece


def _bomb(name: str, mebibytes: int = 160) -> bytes:
    """Make a ZIP whose one entry is more zeros than all documents of an invoice may have bytes (120 MB)."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo(name, date_time=(2026, 11, 20, 6, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.create_system = 3
        with archive.open(entry, "w") as target:
            for _ in range(mebibytes):
                target.write(bytes(1 << 20))
    return out.getvalue()


def _loose(number: str, net: str) -> Bill:
    return loose_bill(number, p.OFFICE, p.MAIN, "SAAM D5", net)


_bombed = bill("LV-2026-7201", on="2026-000506", net="72.10")
_half_bombed = bill("LV-2026-7202", on="2026-000507", net="72.20")

_TOTALS = (
    one("totals-two-cents", "Two cents between net, VAT and total are rounding.",
        _loose("PB-26-7211", "100.00").but(stated_gross=Decimal("120.02")), v.fine("SAAM D5", ""), rows=(3, 46)),
    one("totals-three-cents", "Three cents are more than rounding.",
        _loose("PB-26-7212", "101.00").but(stated_gross=Decimal("121.23")), v.TOTALS, rows=(3,)),
    one("totals-too-low", "A total below net and VAT does not add up either.",
        _loose("PB-26-7213", "102.00").but(stated_gross=Decimal("112.40")), v.TOTALS, rows=(3,)),
    one("totals-before-everything", "Totals that do not add up come first, whatever else is wrong.",
        _loose("PB-26-7214", "103.00").but(stated_gross=Decimal("113.60"), service="INCONNU-7"), v.TOTALS,
        rows=(3, 39)),
)  # fmt: skip

_UNKNOWN = (
    one("unknown-resubmission", "A word that Renvoi does not know is reported, and the invoice is a first one.",
        _loose("PB-26-7215", "104.00").but(resubmission="Peut-être"), v.fine("SAAM D5", "", "INT_UNKNOWN_VALUE"),
        rows=(2, 5)),
    one("unknown-type", "An unknown type of document is reported and routed.",
        _loose("PB-26-7216", "105.00").but(kind="999"), v.fine("SAAM D5", "", "INT_UNKNOWN_VALUE"), rows=(2,)),
)  # fmt: skip

_KEYS = (
    one("supplier-key-wrong-but-known", "A wrong key that stands in the reference data too is the supplier's number.",
        bill("MC-26-7221", on="2026-000771", net="72.50"), v.fine("061", "2026-000771"), rows=(29,)),
    one("supplier-key-wrong-on-a-commitment", "A wrong key that nobody knows, on another's commitment.",
        bill("SFP-26-7222", on="2026-000508", net="72.60").but(supplier=p.MISKEYED), v.KEY_INVALID, rows=(33,)),
    one("supplier-zeros", "Fourteen zeros pass the Luhn sum and are no supplier.",
        loose_bill("F0-26-7223", m.NOBODY, p.MAIN, "061", "72.70"), v.KEY_INVALID, rows=()),
)  # fmt: skip

CASES = (
    case(
        "attachment-bomb-original",
        "pivot",
        "An original that unfolds to more than an invoice may weigh is an attack, though the header can be read.",
        with_pieces(_bombed, Piece("LV-2026-7201.pdf", _bomb("LV-2026-7201.pdf"), zip_entry=None)),
        v.UNSAFE,
        rows=(1,),
    ),
    case(
        "attachment-bomb-annex",
        "pivot",
        "The same among the further documents, behind a harmless original.",
        with_pieces(
            _half_bombed,
            drawn(_half_bombed),
            Piece("annexe.txt", _bomb("annexe.txt"), kind="02", media_type="text/plain", zip_entry=None),
        ),
        v.UNSAFE,
        rows=(1,),
    ),
    *_TOTALS,
    *_UNKNOWN,
    *_KEYS,
)
