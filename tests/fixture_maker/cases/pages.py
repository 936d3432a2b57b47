"""Pages that say what no data says, or something else: plain PDFs, originals of pivots, the visible side of data."""

from dataclasses import replace
from decimal import Decimal

from tests.fixture_maker import cii
from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import Line, bill, loose_bill
from tests.fixture_maker.cases import verdicts as v
from tests.fixture_maker.cases.common import with_pieces
from tests.fixture_maker.model import Case, Intended, case, quarantined, review
from tests.fixture_maker.pdf import Words, facturx, page, scanned
from tests.fixture_maker.pivot import Piece

_READ = "INT_READ_FROM_PAGE"
_DIVERGES = "INT_PAGE_DIVERGENCE"


def _page(case_id: str, purpose: str, content: bytes, decision: Intended) -> Case:
    return case(case_id, "page", purpose, content, decision, name="invoice.pdf")


_service_only = loose_bill("LV-2026-4013", p.SOFTWARE, p.MAIN, "061", "307.00")
_agreeing = bill("LV-2026-4101", on="2026-000511", net="310.00")
_referred = bill("LV-2026-4102", on="2026-000513", net="311.00")
_unaddressed = bill("LV-2026-4103", on="2026-000514", net="312.00")
_of_another = bill("PB-26-4104", on="2026-000515", net="313.00").but(supplier=p.OFFICE)
_hollow = bill("LV-2026-4105", on="2026-000516", net="314.00")
_honest = bill("LV-2026-4106", on="2026-000517", net="315.00")
_visible = bill("LV-2026-4107", on="2026-000520", net="316.00")
_photographed = bill("LV-2026-4108", on="2026-000519", net="317.00")

_OTHER_ACCOUNT = replace(p.SOFTWARE, iban=p.OFFICE.iban)
_FORGED = {"supplier": _OTHER_ACCOUNT, "lines": (Line("Prestation conforme à la commande", 1, Decimal("915.00")),)}

CASES = (
    _page(
        "page-service-only",
        "A plain PDF that names a service and no commitment is read from its page.",
        page(_service_only),
        v.fine("061", "", _READ),
    ),
    _page(
        "page-routed",
        "A plain PDF whose page, supplier and recipient agree with the commitment is routed, with a warning.",
        page(_agreeing),
        v.fine("061", "2026-000511", _READ),
    ),
    _page(
        "page-unsure",
        "A number beside “Votre référence” may be another one: a person decides, with the commitment as a candidate.",
        page(_referred, Words(commitment="Votre référence")),
        review("ENG_READ_UNSURE", "finance").proposing("none"),
    ),
    _page(
        "page-no-siret",
        "A page without the SIRET of its recipient says not for which budget it is.",
        page(_unaddressed, Words(buyer_siret="")),
        review("REC_SIRET_UNKNOWN", "finance").proposing("none"),
    ),
    _page(
        "page-other-supplier",
        "A page whose supplier is not that of the commitment leads nowhere by itself.",
        page(_of_another),
        review("ENG_READ_UNSURE", "finance").proposing("none"),
    ),
    case(
        "pivot-page-fills",
        "pivot",
        "The page of a plain original gives the service and the commitment that the header leaves empty.",
        with_pieces(_hollow.but(service=None, commitment=None), Piece("LV-2026-4105.pdf", page(_hollow))),
        v.fine("061", "2026-000516", _READ),
    ),
    case(
        "pivot-page-diverges",
        "pivot",
        "The page of a plain original shows another number, total and account: the header stands, with a warning.",
        with_pieces(_honest, Piece("LV-2026-4106.pdf", page(_honest.but(number="LV-2026-4166", **_FORGED)))),
        v.fine("061", "2026-000517", _DIVERGES),
    ),
    case(
        "facturx-page-diverges",
        "facturx",
        "The visible page of a Factur-X shows another total and account than its data: the data stand, with a warning.",
        facturx(_visible.but(**_FORGED), cii.reform(_visible)),
        v.fine("061", "2026-000520", _DIVERGES),
        name="invoice.pdf",
    ),
    _page(
        "scan-without-ocr",
        "A scan has neither data nor text: where no Tesseract is installed, it is for people to read.",
        scanned(_photographed),
        quarantined("INT_NO_STRUCTURED_DATA").proposing("none"),
    ),
)
