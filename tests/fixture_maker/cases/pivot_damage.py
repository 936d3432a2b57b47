"""Pivots that are damaged, cut, oddly encoded or hide a value: what can be read is decided, the rest is set aside."""

from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import bill, loose_bill
from tests.fixture_maker.cases.common import delivered, with_pieces
from tests.fixture_maker.model import OK, case, quarantined, routed
from tests.fixture_maker.pdf import page
from tests.fixture_maker.pivot import Piece, pivot
from tests.fixture_maker.xmlkit import rewrite

_SYNTAX = "pivot"

_garbled = bill("LV-2026-1112", on="2026-000211", net="54.00")
_climbing = bill("LV-2026-1122", on="2026-000216", net="61.00")
_hidden = bill("LV-2026-1119", on="2026-000119", net="180.00")
_wide = bill("LV-2026-1120", on="2026-000214", net="360.00", label="Hébergement d'été, n° 8")
_western = bill("OC-26-1121", on="2026-000107", net="424.50", label="Buffet d'inauguration : hors-d'œuvre et café")

_THREE = delivered(
    bill("LV-2026-1117", on="2026-000212", net="91.00"),
    loose_bill("LV-2026-1127", p.SOFTWARE, p.MAIN, "061", "92.00"),
    loose_bill("LV-2026-1137", p.SOFTWARE, p.MAIN, "061", "93.00"),
)
_SECOND = _THREE.index(b"<Montants>", _THREE.index(b'NumOrdre="2"', _THREE.index(b"LV-2026-1127") - 2000))

_WIDE_TEXT = "\ufeff" + delivered(_wide).decode("utf-8").replace("encoding='UTF-8'", "encoding='UTF-16'")
_WESTERN_TEXT = delivered(_western).decode("utf-8").replace("encoding='UTF-8'", "encoding='windows-1252'")

CASES = (
    case(
        "attachment-corrupt-base64",
        _SYNTAX,
        "A PJ that is no base64 is reported; the header still routes.",
        with_pieces(_garbled, Piece("LV-2026-1112.pdf", b"", raw="JVBERi0xLjQ*****<<perdu>>***/w")),
        routed("INT_ATTACHMENT_UNREADABLE"),
    ),
    case(
        "attachment-path-in-zip",
        _SYNTAX,
        "A ZIP entry whose name climbs out of its folder is refused; the header still routes.",
        with_pieces(_climbing, Piece("LV-2026-1122.pdf", page(_climbing), zip_entry="../x.pdf")),
        routed("INT_ATTACHMENT_UNREADABLE"),
    ),
    case(
        "truncated-in-second",
        _SYNTAX,
        "A file cut inside its second invoice gives the first one, and one record for what is lost.",
        _THREE[:_SECOND],
        OK,
        quarantined("INT_MALFORMED"),
        rows=(1,),
    ),
    case(
        "comment-and-cdata",
        _SYNTAX,
        "A commitment number interrupted by a comment and a CDATA section is read whole.",
        rewrite(
            delivered(_hidden),
            ("<NumeroEngagement>2026-000119<", "<NumeroEngagement>2026-<!-- suite du bon -->000<![CDATA[119]]><"),
        ),
        OK,
    ),
    case(
        "utf-16",
        _SYNTAX,
        "UTF-16 with a byte order mark is read.",
        _WIDE_TEXT.encode("utf-16-le"),
        OK,
    ),
    case(
        "windows-1252",
        _SYNTAX,
        "A declared Windows-1252 file keeps its accents, its curly apostrophe and its ligature.",
        _WESTERN_TEXT.encode("cp1252"),
        OK,
    ),
    case(
        "no-invoice",
        _SYNTAX,
        "A pivot with an envelope and no invoice in it is not decidable.",
        pivot(flow=1123),
        quarantined("INT_MALFORMED"),
        rows=(1,),
    ),
)
