"""Row 14: what old reference data does not know is waited for; what needs no look-up is decided as usual."""

from decimal import Decimal

from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import bill, loose_bill
from tests.fixture_maker.cases import verdicts as v
from tests.fixture_maker.cases.table import named, stale

CASES = (
    stale("stale-service-unknown", "A service that old data does not know may be new.",
          loose_bill("PB-26-8101", p.OFFICE, p.MAIN, "NOUVEAU-1", "141.10"), v.STALE, rows=(14, 39)),
    stale("stale-recipient-unknown", "So may a budget: that is never put to the supplier.",
          loose_bill("PB-26-8102", p.OFFICE, p.MAIN, "SAAM D5", "141.20").but(buyer_siret=p.ELSEWHERE_SIRET), v.STALE,
          rows=(12, 14)),
    stale("stale-one-of-several", "One of two numbers is not known yet.",
          named("SEV-26-8103", "2026-000521", "141.30", "2026-000521; 2026-009997"), v.STALE, rows=(14, 28)),
    stale("stale-candidates", "A number near a known one may be new all the same.",
          named("LV-2026-8104", "2026-000522", "141.40", "2026-000999"), v.STALE, rows=(14, 26)),
    stale("stale-commitment-missing", "A number that is not given is missing, however old the data.",
          loose_bill("RAC-26-8105", p.REAGENTS, p.LABORATORY, "LABO_01", "141.50"), v.MISSING, rows=(14, 19)),
    stale("stale-placeholder", "SANS is looked up nowhere.",
          loose_bill("RAC-26-8106", p.REAGENTS, p.LABORATORY, "LABO_01", "141.60").but(commitment="SANS"),
          v.PLACEHOLDER, rows=(14, 19)),
    stale("stale-no-commitment", "A known service and no commitment: nothing is missing.",
          loose_bill("LV-2026-8107", p.SOFTWARE, p.MAIN, "061", "141.70"), v.fine("061", ""), rows=(14, 20)),
    stale("stale-commitment-closed", "A commitment that was closed weeks ago is found, and closed.",
          bill("EGP-26-8108", on="2026-000751", net="141.80"), v.CLOSED, rows=(14, 35)),
    stale("stale-recipient-closed", "A budget that was closed weeks ago is found, and closed.",
          loose_bill("PAM-26-8109", p.GARAGE_PARTS, p.COACHES, "CARS", "141.90"), v.SIRET_INACTIVE, rows=(13, 14)),
    stale("stale-totals-inconsistent", "Totals that do not add up need no reference data.",
          named("LV-2026-8110", "2026-000523", "142.00", "2026-000998").but(stated_gross=Decimal("190.00")), v.TOTALS,
          rows=(3, 14)),
)  # fmt: skip
