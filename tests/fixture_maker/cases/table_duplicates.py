"""Rows 4 to 8: the same delivery, a new attempt, the same number, the same amount."""

from decimal import Decimal

from tests.fixture_maker import cii
from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import Bill, Line, bill, loose_bill
from tests.fixture_maker.cases import verdicts as v
from tests.fixture_maker.cases.common import delivered, drawn, flow_of, numbered, with_pieces
from tests.fixture_maker.cases.table import on, several_days
from tests.fixture_maker.model import Case, at, case, sequence
from tests.fixture_maker.pivot import Piece, Unit, pivot


def _loose(number: str, net: str) -> Bill:
    """Bill without a commitment, to a service that needs none."""
    return numbered(loose_bill(number, p.SOFTWARE, p.MAIN, "061", net))


def _worth(invoice: Bill, net: str) -> Bill:
    return invoice.but(lines=(Line("Prestation corrigée", 1, Decimal(net)),))


_ROUTED = v.fine("061", "")
_lost = numbered(loose_bill("PB-26-7301", p.OFFICE, p.MAIN, "INCONNU-7", "73.10"))
_again, _other = _loose("LV-2026-7302", "73.20"), _loose("LV-2026-7303", "73.30")
_bare = bill("LV-2026-7304", on="2026-000509", net="73.40").but(cadre="S1")

_SAME_DELIVERY = (
    sequence(
        "delivery-again-after-review", "pivot", "What a person already has on the desk is not put there twice.",
        ("1.xml", delivered(_lost), v.SERVICE_UNKNOWN),
        ("2.xml", pivot(Unit(_lost, (drawn(_lost),)), flow=flow_of(_lost) + 1), v.SAME_DELIVERY),
        rows=(4,),
    ),
    Case(
        "delivery-again-beside-another", "pivot",
        "The same invoice behind another one in a later file is the same delivery.",
        {"1.xml": delivered(_again), "2.xml": delivered(_other, _again)},
        (*at("1.xml", _ROUTED), *at("2.xml", _ROUTED, v.SAME_DELIVERY)),
        rows=(4,),
    ),
    sequence(
        "delivery-again-without-portal-id", "cii", "Without a portal id, the same content is the same delivery.",
        ("1.xml", cii.reform(_bare), v.fine("061", "2026-000509")),
        ("2.xml", cii.reform(_bare), v.SAME_DELIVERY),
        rows=(4,),
    ),
)  # fmt: skip

_suspended = numbered(bill("LV-2026-7311", on="2026-000510", net="750.00"))
_completed = _suspended.but(resubmission="Complétée")
_sent_back = numbered(bill("LV-2026-7312", on="2026-000541", net="751.00"))
_moved = numbered(bill("LV-2026-7313", on="2026-000542", net="752.00"))
_moved_on = bill("LV-2026-7313", on="2026-000543", net="752.00").but(resubmission="Recyclée", portal_id="900009313")
_changed = numbered(bill("LV-2026-7315", on="2026-000544", net="500.00"))

_LINEAGE = (
    sequence(
        "completed-counts-once", "pivot",
        "An invoice completed with a document (Complétée) replaces its own reservation: 900.00 of 1000.00 once.",
        ("1.xml", delivered(_suspended), v.fine("061", "2026-000510")),
        ("2.xml", with_pieces(_completed, drawn(_completed), Piece("pv.txt", b"PV signe\n", "02", "text/plain")),
         v.fine("061", "2026-000510")),
        rows=(5, 42),
    ),
    several_days(
        "resubmitted-counts-once", "The same (Oui), under another portal id.",
        (_sent_back, v.fine("061", "2026-000541")),
        (_sent_back.but(resubmission="Oui", portal_id="900009312"), v.fine("061", "2026-000541")),
        rows=(5, 42),
    ),
    several_days(
        "recycled-to-another-commitment", "What the first attempt had reserved on its commitment is free again.",
        (_moved, v.fine("061", "2026-000542")),
        (_moved_on, v.fine("061", "2026-000543")),
        (bill("LV-2026-7314", on="2026-000542", net="753.00"), v.fine("061", "2026-000542")),
        rows=(5, 42),
    ),
    several_days(
        "same-portal-id-other-content", "The portal's id says that it is the same invoice, though its amount changed.",
        (_changed, v.fine("061", "2026-000544")),
        (_worth(_changed, "610.00"), v.fine("061", "2026-000544")),
        rows=(5, 6),
    ),
    several_days(
        "recycled-but-never-seen", "Sent back by a person before this service existed: a first invoice.",
        (_loose("LV-2026-7316", "73.60").but(resubmission="Recyclée"), _ROUTED),
        rows=(5,),
    ),
)  # fmt: skip

_first = _loose("LV-2026-7321", "74.10")
_lower, _spaced = _loose("LV-2026-7322", "74.30"), _loose("LV-2026-7323", "74.50")
_old = _loose("LV-2026-7324", "74.70").but(issued=on("2025-12-05"), received=on("2025-12-08"))
_shared = _loose("COM-7325", "74.90")
_seat = numbered(loose_bill("EGP-26-7326", p.ROADS, p.MAIN, "DIRINFRA", "75.10"))
_unrouted = numbered(loose_bill("PB-26-7327", p.OFFICE, p.MAIN, "INCONNU-7", "75.30"))
_sheet = bill("LV-2026-7328", on="2026-000545", net="75.50").but(cadre="S1")

_SAME_NUMBER = (
    several_days(
        "number-again-not-resubmitted", "Renvoi says Non: the same number is a second invoice.",
        (_first, _ROUTED),
        (_worth(_first, "74.20").but(resubmission="Non", portal_id="900009321"), v.SAME_NUMBER),
        rows=(5, 6),
    ),
    several_days(
        "number-again-written-otherwise", "Case and blanks make no other number.",
        (_lower, _ROUTED),
        (_worth(_lower, "74.40").but(number="lv-2026- 7322", portal_id="900009322"), v.SAME_NUMBER),
        rows=(6,),
    ),
    several_days(
        "number-with-other-separators", "Other separators do make another number.",
        (_spaced, _ROUTED),
        (_worth(_spaced, "74.60").but(number="LV_2026_7323", portal_id="900009323"), _ROUTED),
        rows=(6,),
    ),
    several_days(
        "number-again-in-another-year", "Suppliers begin again each year.",
        (_old, _ROUTED),
        (_worth(_old, "74.80").but(issued=on("2026-11-12"), received=on("2026-11-20"), portal_id="900009324"), _ROUTED),
        rows=(6,),
    ),
    several_days(
        "number-again-of-another-supplier", "Two suppliers may use one number.",
        (_shared, _ROUTED),
        (_worth(_shared, "75.00").but(supplier=p.CATERER, portal_id="900009325"), _ROUTED),
        rows=(6,),
    ),
    several_days(
        "number-again-of-another-establishment", "The establishments of a firm share its numbers.",
        (_seat, v.fine("DIRINFRA", "")),
        (_worth(_seat, "75.20").but(supplier=p.ROADS_DEPOT, portal_id="900009326"), v.SAME_NUMBER),
        rows=(6,),
    ),
    several_days(
        "number-again-after-review", "An invoice under review is alive, though its rejection was proposed.",
        (_unrouted, v.SERVICE_UNKNOWN),
        (_worth(_unrouted, "75.40").but(service="SAAM D5", portal_id="900009327"), v.SAME_NUMBER),
        rows=(6, 7),
    ),
    sequence(
        "number-again-without-portal-id", "cii", "Without portal ids, other content under one number.",
        ("1.xml", cii.reform(_sheet), v.fine("061", "2026-000545")),
        ("2.xml", cii.reform(_worth(_sheet, "75.60")), v.SAME_NUMBER),
        rows=(6,),
    ),
)  # fmt: skip

_SUSPECT = v.fine("061", "", "DUP_SUSPECT")


def _twice(case_id: str, purpose: str, number: int, net: str, second: str, suspected: bool) -> Case:  # noqa: FBT001
    """Two invoices of one amount, the first of 12 November, the second of another day."""
    first = _loose(f"LV-2026-{number}", net)
    again = _loose(f"LV-2026-{number + 1}", net).but(issued=on(second))
    return several_days(case_id, purpose, (first, _ROUTED), (again, _SUSPECT if suspected else _ROUTED), rows=(8,))


_total = _loose("LV-2026-7347", "77.70")
_SAME_AMOUNT = (
    _twice("amount-again-after-ten-days", "The same total ten days later is suspect.", 7331, "76.10", "2026-11-22",
           suspected=True),
    _twice("amount-again-after-eleven-days", "Eleven days later it is not.", 7333, "76.20", "2026-11-23",
           suspected=False),
    _twice("amount-again-ten-days-before", "Nor does the order of arrival matter: ten days earlier.", 7335, "76.30",
           "2026-11-02", suspected=True),
    _twice("amount-again-eleven-days-before", "Eleven days earlier.", 7337, "76.40", "2026-11-01", suspected=False),
    case(
        "amount-again-in-one-file", "pivot", "Two invoices of one amount in one file.",
        delivered(_loose("LV-2026-7341", "76.50"), _loose("LV-2026-7342", "76.50")), _ROUTED, _SUSPECT, rows=(8,),
    ),
    several_days(
        "amount-again-of-another-supplier", "The same total of another supplier says nothing.",
        (_loose("LV-2026-7343", "76.60"), _ROUTED),
        (numbered(loose_bill("OC-26-7344", p.CATERER, p.MAIN, "GN5CULTURE", "76.60")), v.fine("GN5CULTURE", "")),
        rows=(8,),
    ),
    several_days(
        "amount-again-but-a-cent", "A cent more is another amount.",
        (_loose("LV-2026-7345", "76.70"), _ROUTED),
        (_loose("LV-2026-7346", "76.71"), _ROUTED),
        rows=(8,),
    ),
    several_days(
        "amount-again-as-credit-note", "The credit note that takes a whole invoice back has its total and is no copy.",
        (_total, _ROUTED),
        (_total.but(number="LV-2026-7348", kind="381", origin="LV-2026-7347", portal_id=None), _ROUTED),
        rows=(8, 15),
    ),
)  # fmt: skip

CASES = (*_SAME_DELIVERY, *_LINEAGE, *_SAME_NUMBER, *_SAME_AMOUNT)
