"""Rows 42 to 45 and 47: what remains, what earlier invoices have reserved of it, and several warnings at once."""

from tests.fixture_maker import cii
from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import Bill, bill, loose_bill
from tests.fixture_maker.cases import verdicts as v
from tests.fixture_maker.cases.common import delivered
from tests.fixture_maker.cases.table import one, several_days
from tests.fixture_maker.model import Intended, case, routed


def _on(on: int, number: str, net: str) -> Bill:
    return bill(number, on=f"2026-000{on}", net=net)


def _to(on: int, *warnings: str) -> Intended:
    return v.fine("DIRINFRA", f"2026-000{on}", *warnings)


_TOLERATED = "AMT_OVER_TOLERATED"
_UNKNOWN = "AMT_UNKNOWN"

_REMAINING = (
    one("amount-exact", "1000.00 of 1000.00.", _on(321, "EGP-26-8001", "833.33"), _to(321), rows=(42,)),
    one("amount-net-within-gross-over", "Where amounts with VAT are compared, 900.00 without it are 1080.00.",
        _on(322, "EGP-26-8002", "900.00"), v.OVER, rows=(42, 44)),
    one("amount-over-by-five", "5.00 over 1000.00: the last cent of the tolerance.",
        _on(323, "EGP-26-8003", "837.50"), _to(323, _TOLERATED), rows=(43,)),
    one("amount-over-by-five-and-a-cent", "5.01 over 1000.00: within one per cent, not within 5 euros.",
        _on(324, "EGP-26-8004", "837.51"), v.OVER, rows=(43, 44)),
    one("amount-over-by-euros-only", "4.00 over 100.00: within 5 euros, not within one per cent.",
        _on(761, "EGP-26-8005", "86.67"), v.OVER, rows=(43, 44)),
    one("amount-over-by-share-only", "8.00 over 2000.00: within one per cent, not within 5 euros.",
        _on(762, "EGP-26-8006", "1673.33"), v.OVER, rows=(43, 44)),
    one("amount-over-by-less-than-a-percent", "3.60 over 400.00: within both.",
        _on(763, "EGP-26-8007", "336.33"), _to(763, _TOLERATED), rows=(43,)),
    one("amount-over-by-more-than-a-percent", "4.40 over 400.00: within 5 euros, not within one per cent.",
        _on(764, "EGP-26-8008", "337.00"), v.OVER, rows=(43, 44)),
    one("amount-nothing-remains", "An open commitment that is used up.", _on(765, "EGP-26-8009", "3.00"), v.OVER,
        rows=(44,)),
    one("amount-without-tax-tolerated", "Compared without VAT, 504.00 are 4.00 over 500.00.",
        bill("RAC-26-8010", on="L26-0131", net="504.00"), v.fine("LABO_01", "L26-0131", _TOLERATED), rows=(43,)),
    one("amount-without-tax-over", "Compared without VAT, 511.00 are too much for 500.00.",
        bill("RAC-26-8011", on="L26-0132", net="511.00"), v.OVER, rows=(44,)),
    one("amount-remaining-unknown-without-tax", "What remains is unknown in this budget too.",
        bill("RAC-26-8012", on="L26-0133", net="512.00"), v.fine("LABO_01", "L26-0133", _UNKNOWN), rows=(45,)),
    one("amount-other-currency-no-commitment", "Dollars, and no commitment to compare with.",
        loose_bill("EGP-26-8013", p.ROADS, p.MAIN, "DIRINFRA", "131.00").but(currency="USD"), v.CURRENCY, rows=(45,)),
    case("amount-other-currency-through-a-platform", "cii", "Pounds, through a platform.",
         cii.reform(_on(325, "EGP-26-8014", "132.00").but(currency="GBP", cadre="S1")), v.CURRENCY, rows=(45,)),
)  # fmt: skip

_RESERVED = (
    several_days("reserved-in-flight", "The second invoice exceeds what the first has left.",
                 (_on(326, "EGP-26-8021", "600.00"), _to(326)), (_on(326, "EGP-26-8022", "400.00"), v.OVER),
                 rows=(42, 44)),
    case("reserved-in-one-file", "pivot", "The same within one file.",
         delivered(_on(327, "EGP-26-8023", "601.00"), _on(327, "EGP-26-8024", "401.00")), _to(327), v.OVER,
         rows=(42, 44)),
    several_days("reserved-exactly", "The second takes exactly what the first has left.",
                 (_on(328, "EGP-26-8025", "516.00"), _to(328)), (_on(328, "EGP-26-8026", "317.33"), _to(328)),
                 rows=(42,)),
    several_days("reserved-tolerated", "The second exceeds by 4.80 what the first has left, 544.00.",
                 (_on(329, "EGP-26-8027", "380.00"), _to(329)), (_on(329, "EGP-26-8028", "457.33"),
                                                                 _to(329, _TOLERATED)), rows=(43,)),
    several_days("reserved-by-routed-only", "What a person still looks at has reserved nothing.",
                 (_on(330, "EGP-26-8029", "1310.00"), v.OVER), (_on(330, "EGP-26-8030", "770.00"), _to(330)),
                 rows=(42, 44)),
    several_days("reserved-by-three", "Three invoices, of which the last is one too many.",
                 (_on(331, "EGP-26-8031", "301.50"), _to(331)), (_on(331, "EGP-26-8032", "302.50"), _to(331)),
                 (_on(331, "EGP-26-8033", "303.50"), v.OVER), rows=(42, 44)),
)  # fmt: skip

_SEVERAL_WARNINGS = (
    one("warnings-supplier-service-amount", "Another establishment, no service, a little over.",
        _on(332, "EGP-26-8041", "836.50").but(supplier=p.ROADS_DEPOT, service=None),
        _to(332, "SUP_SIREN_EQUAL", "SVC_FROM_COMMITMENT", _TOLERATED), rows=(30, 38, 43, 47)),
    one("warnings-field-service-remaining", "The wrong field, no service, an unknown remaining amount.",
        _on(766, "EGP-26-8042", "133.00").but(commitment=None, contract="2026-000766", service=None),
        _to(766, "ENG_MATCH_SWAPPED_FIELD", "SVC_FROM_COMMITMENT", _UNKNOWN), rows=(23, 38, 45, 47)),
    one("warnings-value-service", "An unknown cadre and an unknown service.",
        _on(333, "EGP-26-8043", "134.00").but(cadre="Z9", service="INCONNU-7"),
        routed("INT_UNKNOWN_VALUE", "SVC_UNKNOWN_OVERRIDDEN").to("DIRINFRA", "2026-000333"), rows=(2, 40, 47)),
    several_days("warnings-suspect-supplier", "A suspected copy, on a commitment of unknown remainder.",
                 (_on(334, "EGP-26-8044", "135.00"), _to(334)),
                 (_on(767, "EGP-26-8045", "135.00"),
                  _to(767, "DUP_SUSPECT", _UNKNOWN)), rows=(8, 45, 47)),
    one("warnings-do-not-hide-a-review", "A warning earlier in the table does not become the reason of a review.",
        _on(335, "EGP-26-8046", "1400.00").but(supplier=p.ROADS_DEPOT), v.OVER, rows=(30, 44)),
)  # fmt: skip

CASES = (*_REMAINING, *_RESERVED, *_SEVERAL_WARNINGS)
