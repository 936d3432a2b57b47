"""One case for each row of the decision: who it is for, which service, which commitment, which supplier, how much."""

from decimal import Decimal

from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import Bill, bill, loose_bill
from tests.fixture_maker.cases.common import delivered
from tests.fixture_maker.cases.table import stale
from tests.fixture_maker.model import OK, Case, Intended, case, review, routed, waiting


def _pivot(case_id: str, purpose: str, invoice: Bill, decision: Intended, *, rows: tuple[int, ...] = ()) -> Case:
    return case(case_id, "pivot", purpose, delivered(invoice), decision, rows=rows)


_RECIPIENT = (
    _pivot(
        "recipient-unknown",
        "A right SIRET that is not one of ours goes to a person.",
        loose_bill("EGP-26-2001", p.ROADS, p.MAIN, "DIRINFRA", "140.00").but(buyer_siret=p.ELSEWHERE_SIRET),
        review("REC_SIRET_UNKNOWN"),
        rows=(12,),
    ),
    _pivot(
        "recipient-closed",
        "A budget that was closed takes no invoices any more.",
        loose_bill("PAM-26-2002", p.GARAGE_PARTS, p.COACHES, "CARS", "99.00"),
        review("REC_SIRET_INACTIVE"),
        rows=(13,),
    ),
    _pivot(
        "recipient-zeros",
        "Fourteen zeros pass the Luhn sum and are nobody.",
        loose_bill("EGP-26-2003", p.ROADS, p.MAIN, "DIRINFRA", "141.00").but(buyer_siret="0" * 14),
        review("REC_SIRET_UNKNOWN"),
        rows=(12,),
    ),
)

_SERVICE = (
    _pivot(
        "service-from-commitment",
        "A missing service is the commitment's, said so.",
        bill("PB-26-2101", on="BC26/0057", net="310.00").but(service=None),
        routed("SVC_FROM_COMMITMENT"),
        rows=(38,),
    ),
    _pivot(
        "service-missing",
        "No service and no commitment where the budget requires a service.",
        loose_bill("PB-26-2102", p.OFFICE, p.MAIN, None, "32.00"),
        review("SVC_MISSING"),
        rows=(39,),
    ),
    _pivot(
        "service-missing-nothing-required",
        "Nothing is required, nothing is given: there is still nobody to route to.",
        loose_bill("PB-26-2112", p.OFFICE, p.CHILDREN, None, "33.00"),
        review("SVC_MISSING"),
        rows=(39,),
    ),
    _pivot(
        "service-unknown-overridden",
        "An unknown service gives way to the matched commitment's, said so.",
        bill("PB-26-2103", on="BC26/0058", net="312.00").but(service="COMPTA-X"),
        routed("SVC_UNKNOWN_OVERRIDDEN"),
        rows=(40,),
    ),
    _pivot(
        "service-inactive-overridden",
        "A closed service counts as unknown.",
        bill("OC-26-2104", on="2026-000139", net="200.00").but(service="PRESSE"),
        routed("SVC_UNKNOWN_OVERRIDDEN"),
        rows=(40,),
    ),
    _pivot(
        "service-unknown",
        "An unknown service and no commitment.",
        loose_bill("PB-26-2105", p.OFFICE, p.MAIN, "COMPTA-X", "34.00"),
        review("SVC_UNKNOWN"),
        rows=(39,),
    ),
    _pivot(
        "service-expired",
        "A service whose validity has ended counts as unknown.",
        loose_bill("PB-26-2106", p.OFFICE, p.MAIN, "047", "35.00"),
        review("SVC_UNKNOWN"),
        rows=(39,),
    ),
    _pivot(
        "service-conflict",
        "A known service that is not the commitment's is a person's choice.",
        bill("LV-2026-2107", on="2026-000103", net="900.00").but(service="GN5CULTURE"),
        review("SVC_CONFLICT"),
        rows=(41,),
    ),
    _pivot(
        "service-written-otherwise",
        "Case and blanks of a service code do not matter.",
        bill("PB-26-2108", on="cde-rh-7", net="110.00").but(service="saam  d5"),
        OK,
        rows=(41, 46),
    ),
    _pivot(
        "service-or-commitment-given-service",
        "Where either is required, a service alone is enough.",
        loose_bill("PAM-26-2109", p.GARAGE_PARTS, p.GARAGE, "ATELIER", "57.00"),
        OK,
        rows=(19, 20),
    ),
    _pivot(
        "service-or-commitment-given-commitment",
        "Where either is required, a commitment alone is enough and gives the service.",
        bill("PAM-26-2110", on="PR.26.118", net="58.00").but(service=None),
        routed("SVC_FROM_COMMITMENT"),
        rows=(38,),
    ),
    _pivot(
        "service-with-commitment-of-none",
        "A commitment that belongs to no service leaves the invoice's own.",
        bill("OC-26-2111", on="2026-000140", net="59.00").but(service="GN5CULTURE"),
        OK,
        rows=(38, 41),
    ),
)

_COMMITMENT = (
    _pivot(
        "commitment-missing-required",
        "The budget requires a commitment and the invoice names none.",
        loose_bill("RAC-26-2201", p.REAGENTS, p.LABORATORY, "LABO_01", "83.00"),
        review("ENG_MISSING_REQUIRED"),
        rows=(19,),
    ),
    _pivot(
        "commitment-missing-required-by-service",
        "The service requires a commitment though its budget does not.",
        loose_bill("PB-26-2202", p.OFFICE, p.MAIN, "MARCHES", "84.00"),
        review("ENG_MISSING_REQUIRED"),
        rows=(19,),
    ),
    _pivot(
        "commitment-missing-optional",
        "No commitment where none is required.",
        loose_bill("OC-26-2203", p.CATERER, p.MAIN, "GN5CULTURE", "85.00"),
        OK,
        rows=(20,),
    ),
    _pivot(
        "commitment-other-case",
        "A number in other case and with blanks is the same number (rung N1).",
        bill("PB-26-2204", on="FE_2026_10", net="86.00").but(commitment="fe_2026_ 10"),
        OK,
        rows=(21,),
    ),
    _pivot(
        "commitment-other-separators",
        "A number without its separators is the same number (rung N2).",
        bill("PB-26-2205", on="BC26/0042", net="87.00").but(commitment="bc 26 0042"),
        OK,
        rows=(21,),
    ),
    _pivot(
        "commitment-ambiguous",
        "Two commitments of one supplier that differ only in their separators are not chosen between.",
        bill("PB-26-2206", on="2026-77", net="88.00").but(commitment="2026 77"),
        review("ENG_AMBIGUOUS"),
        rows=(24,),
    ),
    _pivot(
        "commitment-not-found",
        "A number that no commitment bears, of a supplier that has others.",
        loose_bill("EGP-26-2207", p.ROADS, p.MAIN, "DIRINFRA", "89.00").but(commitment="ZX-998877"),
        review("ENG_NOT_FOUND_CANDIDATES"),
        rows=(26,),
    ),
    _pivot(
        "commitment-of-other-budget",
        "The number of another budget's commitment is as good as none; the list says whose it is.",
        loose_bill("RAC-26-2208", p.REAGENTS, p.MAIN, "DIRINFRA", "90.00").but(commitment="L26-0002"),
        review("ENG_NOT_FOUND_CANDIDATES"),
        rows=(26,),
    ),
    _pivot(
        "commitment-closed",
        "A closed commitment pays nothing more.",
        bill("EGP-26-2209", on="2026-000130", net="150.00"),
        review("ENG_CLOSED"),
        rows=(35,),
    ),
    _pivot(
        "commitment-cancelled",
        "A cancelled commitment pays nothing either.",
        bill("LV-2026-2210", on="2026-000131", net="151.00"),
        review("ENG_CLOSED"),
        rows=(35,),
    ),
    _pivot(
        "commitment-carried-over",
        "A commitment of last year that was carried over is as good as this year's.",
        bill("EGP-26-2211", on="2025-009914", net="507.00"),
        OK,
        rows=(36,),
    ),
)

_SUPPLIER = (
    _pivot(
        "supplier-other-establishment",
        "The same firm from another establishment is accepted, said so.",
        bill("EGP-26-2301", on="2026-000138", net="420.00").but(supplier=p.ROADS_DEPOT),
        routed("SUP_SIREN_EQUAL"),
        rows=(30,),
    ),
    _pivot(
        "supplier-mismatch",
        "Another firm on this commitment may be a mistake or a fraud.",
        bill("PB-26-2302", on="2026-000135", net="421.00").but(supplier=p.OFFICE),
        review("SUP_MISMATCH"),
        rows=(33,),
    ),
    _pivot(
        "supplier-key-invalid",
        "A supplier's SIRET with a wrong key that nobody knows.",
        loose_bill("SFP-26-2303", p.MISKEYED, p.MAIN, "061", "422.00"),
        review("IDN_KEY_INVALID"),
    ),
    _pivot(
        "supplier-postal-exception",
        "The establishments of the postal operator follow another sum than Luhn's.",
        bill("EP-26-2304", on="2026-000136", net="423.00"),
        OK,
        rows=(29,),
    ),
    _pivot(
        "supplier-of-another-country",
        "A supplier of another Member State is known by its VAT number.",
        bill("VDM-26-2305", on="2026-000137", net="1424.00").but(vat_rate=Decimal(0)),
        OK,
        rows=(29,),
    ),
)

_AMOUNT = (
    _pivot(
        "amount-over",
        "More than what remains, beyond the tolerance.",
        bill("EGP-26-2401", on="2026-000132", net="1000.00"),
        review("AMT_OVER_REMAINING"),
        rows=(44,),
    ),
    _pivot(
        "amount-over-tolerated",
        "3.60 euros over 1200.00: within 5 euros and within one per cent.",
        bill("EGP-26-2402", on="2026-000133", net="1003.00"),
        routed("AMT_OVER_TOLERATED"),
        rows=(43,),
    ),
    _pivot(
        "amount-remaining-unknown",
        "The export does not say what remains.",
        bill("EGP-26-2403", on="2026-000134", net="1100.00"),
        routed("AMT_UNKNOWN"),
        rows=(45,),
    ),
    _pivot(
        "amount-other-currency",
        "Swiss francs against a commitment in euros.",
        bill("EGP-26-2404", on="4500012346", net="160.00").but(currency="CHF"),
        review("AMT_CURRENCY"),
        rows=(45,),
    ),
    _pivot(
        "amount-totals-inconsistent",
        "Net and VAT make 1200.00 where the total says 1250.00.",
        bill("EGP-26-2405", on="4500012399", net="1000.00").but(stated_gross=Decimal("1250.00")),
        review("INT_AMOUNTS_INCONSISTENT"),
        rows=(3,),
    ),
    _pivot(
        "amount-compared-without-tax",
        "A budget that commits without VAT compares 1000.00, not 1200.00, with the 1000.00 that remain.",
        bill("RAC-26-2406", on="L26-0001", net="1000.00"),
        OK,
        rows=(42,),
    ),
)

_STALE = (
    stale(
        "stale-commitment-not-found",
        "What seven weeks old reference data does not know may exist by now: wait for the next export.",
        loose_bill("EGP-26-2501", p.ROADS, p.MAIN, "DIRINFRA", "170.00").but(commitment="2026-000888"),
        waiting("REF_STALE"),
        rows=(14,),
    ),
    stale(
        "stale-commitment-found",
        "What stale reference data does know is decided as usual.",
        bill("LV-2026-2502", on="2026-000103", net="171.00"),
        OK,
        rows=(14,),
    ),
)

CASES = _RECIPIENT + _SERVICE + _COMMITMENT + _SUPPLIER + _AMOUNT + _STALE
