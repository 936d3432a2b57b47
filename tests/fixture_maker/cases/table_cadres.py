"""Rows 9 to 11: what the cadre alone decides."""

from decimal import Decimal

from tests.fixture_maker import cii
from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import Bill, bill, loose_bill
from tests.fixture_maker.cases import verdicts as v
from tests.fixture_maker.cases.table import one
from tests.fixture_maker.model import Case, Intended, case


def _platform(case_id: str, purpose: str, invoice: Bill, decision: Intended, *, rows: tuple[int, ...]) -> Case:
    return case(case_id, "cii", purpose, cii.reform(invoice), decision, rows=rows)


def _works(number: str, cadre: str, on: str, net: str) -> Bill:
    return bill(number, on=on, net=net, label="Situation de travaux").but(cadre=cadre)


def _loose(number: str, cadre: str, net: str) -> Bill:
    return loose_bill(number, p.SOFTWARE, p.MAIN, "061", net).but(cadre=cadre)


_PAID = v.fine()

_ALREADY_PAID = (
    one("cadre-a2", "An invoice paid by card (A2) needs no decision.", _loose("LV-2026-7001", "A2", "21.10"), _PAID,
        rows=(9, 46)),
    one("cadre-a2-recipient-unknown", "Paid or not, an invoice to another body is not ours.",
        _loose("LV-2026-7002", "A2", "21.20").but(buyer_siret=p.ELSEWHERE_SIRET), v.SIRET_UNKNOWN, rows=(9, 12)),
    _platform("cadre-b2", "Goods already paid (B2).",
              bill("LV-2026-7003", on="2026-000501", net="21.30").but(cadre="B2"), _PAID,
              rows=(9,)),
    _platform("cadre-s2", "A service already paid (S2).", _loose("LV-2026-7004", "S2", "21.40"), _PAID, rows=(9,)),
    _platform("cadre-m2", "Goods and services already paid (M2).", _loose("LV-2026-7005", "M2", "21.50"), _PAID,
              rows=(9,)),
)  # fmt: skip

_SPECIAL = (
    one("cadre-a3", "A statement of court costs is for the special queue.", _loose("LV-2026-7006", "A3", "22.10"),
        v.OUT_OF_SCOPE, rows=(10,)),
    one("cadre-a21", "A claim for energy tax is for the special queue, whatever else is wrong with it.",
        _loose("LV-2026-7007", "A21", "22.20").but(service="INCONNU-7"), v.OUT_OF_SCOPE, rows=(10,)),
    one("cadre-a3-totals-inconsistent", "Totals that do not add up come before the cadre.",
        _loose("LV-2026-7008", "A3", "22.00").but(stated_gross=Decimal("29.40")), v.TOTALS, rows=(3, 10)),
    one("cadre-a11", "A cadre that the portal took out of its list is unknown, and routes like an ordinary one.",
        _loose("LV-2026-7009", "A11", "22.30"), v.fine("061", "", "INT_UNKNOWN_VALUE"), rows=(2, 10, 11)),
)  # fmt: skip

_WORKS = (
    *(
        one(f"works-{cadre.lower()}-over", f"Works ({cadre}) beyond what remains: looked at, never rejected.",
            _works(number, cadre, f"2026-000{on}", net), v.OVER, rows=(11, 44))
        for cadre, number, on, net in (
            ("A4", "EGP-26-7011", 701, "1101.00"),
            ("A5", "EGP-26-7012", 702, "1102.00"),
            ("A7", "EGP-26-7013", 703, "1103.00"),
            ("A8", "EGP-26-7014", 704, "1104.00"),
        )
    ),
    *(
        one(f"works-{cadre.lower()}", f"Works ({cadre}) within what remains.",
            _works(number, cadre, f"2026-000{on}", net), v.fine("DIRINFRA", f"2026-000{on}"), rows=(11, 42))
        for cadre, number, on, net in (
            ("A6", "EGP-26-7015", 705, "71.50"),
            ("A16", "EGP-26-7016", 706, "71.60"),
            ("A20", "EGP-26-7017", 707, "71.70"),
            ("A22", "EGP-26-7018", 708, "71.80"),
            ("A25", "EGP-26-7019", 709, "71.90"),
        )
    ),
    one("works-totals-inconsistent", "Works whose totals do not add up are suspended, never rejected.",
        _works("EGP-26-7020", "A5", "2026-000710", "72.00").but(stated_gross=Decimal("87.00")), v.TOTALS, rows=(3, 11)),
    one("works-over-tolerated", "Works a little over what remains.",
        _works("EGP-26-7021", "A4", "2026-000711", "836.00"),
        v.fine("DIRINFRA", "2026-000711", "AMT_OVER_TOLERATED"), rows=(11, 43)),
)  # fmt: skip

_FINAL = (
    _platform("cadre-b4", "A final invoice after a deposit (B4) is routed like any other.",
              bill("LV-2026-7022", on="2026-000502", net="722.00").but(cadre="B4"), v.fine("061", "2026-000502"),
              rows=(46,)),
    _platform("cadre-s4-over", "A final invoice (S4) beyond what remains is an ordinary one beyond what remains.",
              bill("LV-2026-7023", on="2026-000503", net="923.00").but(cadre="S4"), v.OVER, rows=(44,)),
    _platform("type-389", "A self-billed invoice (389) is an invoice.",
              bill("LV-2026-7024", on="2026-000504", net="74.15").but(cadre="S1", kind="389"),
              v.fine("061", "2026-000504"), rows=(46,)),
    _platform("type-386", "A deposit (386) is an invoice.",
              bill("LV-2026-7025", on="2026-000505", net="74.25").but(cadre="S1", kind="386"),
              v.fine("061", "2026-000505"), rows=(46,)),
)  # fmt: skip

CASES = (*_ALREADY_PAID, *_SPECIAL, *_WORKS, *_FINAL)
