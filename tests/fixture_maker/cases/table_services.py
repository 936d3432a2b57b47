"""Rows 12, 13 and 35 to 41: the recipient, the state and exercise of the commitment, and the service."""

from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import Bill, bill, loose_bill
from tests.fixture_maker.cases import verdicts as v
from tests.fixture_maker.cases.table import one
from tests.fixture_maker.model import review


def _loose(number: str, service: str | None, net: str, budget: p.Budget = p.MAIN) -> Bill:
    return loose_bill(number, p.OFFICE, budget, service, net)


_RECIPIENT = (
    one("recipient-closed-with-commitment", "A closed budget, its closed service and its closed commitment.",
        bill("PAM-26-7901", on="CARS-31", net="111.10"), v.SIRET_INACTIVE, rows=(13, 35)),
    one("recipient-unknown-service-known", "A service of ours does not make the recipient ours.",
        _loose("PB-26-7902", "SAAM D5", "111.20").but(buyer_siret=p.HUB_SIRET, commitment="2026-000401"),
        v.SIRET_UNKNOWN, rows=(12,)),
)  # fmt: skip

_STATE = (
    one("commitment-closed-and-over", "A closed commitment comes before its amount.",
        bill("EGP-26-7911", on="2026-000751", net="2100.00"), v.CLOSED, rows=(35, 44)),
    one("commitment-cancelled-service-missing", "A cancelled commitment comes before the service.",
        bill("LV-2026-7912", on="2026-000752", net="112.20").but(service=None), v.CLOSED, rows=(35, 38)),
    one("commitment-of-last-year-carried-over", "Last year's, carried over.",
        bill("EGP-26-7913", on="2025-009921", net="112.30"), v.fine("DIRINFRA", "2025-009921"), rows=(36, 37)),
    one("commitment-of-last-year", "Last year's, not carried over.",
        bill("EGP-26-7914", on="2025-009922", net="112.40"), v.EXERCISE_CLOSED, rows=(36, 37)),
    one("commitment-of-the-year-before-last", "Two years old.",
        bill("EGP-26-7915", on="2024-009923", net="112.50"), v.EXERCISE_CLOSED, rows=(37,)),
    one("commitment-of-last-year-closed", "Closed comes before its exercise.",
        bill("EGP-26-7916", on="2025-009924", net="112.60"), v.CLOSED, rows=(35, 37)),
    one("commitment-of-last-year-and-over", "The exercise comes before the amount.",
        bill("EGP-26-7917", on="2025-009922", net="1300.00"), v.EXERCISE_CLOSED, rows=(37, 44)),
)  # fmt: skip

_MISSING = (
    one("service-missing-at-the-laboratory", "The commitment gives the service where both are required.",
        bill("RAC-26-7921", on="L26-0120", net="113.10").but(service=None),
        v.fine("LABO_02", "L26-0120", "SVC_FROM_COMMITMENT"), rows=(38,)),
    one("service-missing-commitment-of-none", "The commitment has no service to give.",
        bill("OC-26-7922", on="2026-000753", net="113.20").but(service=None), review("SVC_MISSING", "finance"),
        rows=(38, 39)),
    one("service-or-commitment-neither", "Either is required, neither is given.",
        loose_bill("PAM-26-7923", p.GARAGE_PARTS, p.GARAGE, None, "113.30"), review("SVC_MISSING", "finance"),
        rows=(39,)),
    one("service-blank", "Blanks are no service.", _loose("PB-26-7924", "  ", "113.40"), v.SERVICE_MISSING,
        rows=(39,)),
    one("service-missing-placeholder-nothing-required", "Nothing is required, and SANS is nothing.",
        _loose("PB-26-7925", None, "113.50", p.CHILDREN).but(commitment="SANS"), review("SVC_MISSING", "finance"),
        rows=(20, 39)),
)  # fmt: skip

_UNKNOWN = (
    one("service-expired-overridden", "A service whose validity has ended gives way to the commitment's.",
        bill("PB-26-7931", on="2026-000402", net="114.10").but(service="047"), v.overridden("SAAM D5", "2026-000402"),
        rows=(40,)),
    one("service-not-yet-overridden", "So does one whose validity has not begun.",
        bill("PB-26-7932", on="2026-000403", net="114.20").but(service="DIRMER"),
        v.overridden("SAAM D5", "2026-000403"), rows=(40,)),
    one("service-of-other-budget-overridden", "So does one of another budget.",
        bill("PB-26-7933", on="2026-000404", net="114.30").but(service="ATELIER"),
        v.overridden("SAAM D5", "2026-000404"), rows=(40,)),
    one("service-not-yet", "Not yet valid, and no commitment.", _loose("PB-26-7934", "DIRMER", "114.40"),
        v.SERVICE_UNKNOWN, rows=(39,)),
    one("service-inactive", "Inactive, and no commitment.", _loose("PB-26-7935", "PRESSE", "114.50"),
        v.SERVICE_UNKNOWN, rows=(39,)),
    one("service-of-other-budget", "Another budget's service, and no commitment.",
        _loose("PB-26-7936", "ATELIER", "114.60"), v.SERVICE_UNKNOWN, rows=(39,)),
    one("service-unknown-nothing-required", "What need not be given must still be right.",
        _loose("PB-26-7937", "INCONNU-7", "114.70", p.CHILDREN), v.SERVICE_UNKNOWN, rows=(39,)),
    one("service-unknown-either-required", "Either is required; the service given is unknown.",
        loose_bill("PAM-26-7938", p.GARAGE_PARTS, p.GARAGE, "INCONNU-7", "114.80"), v.SERVICE_UNKNOWN, rows=(39,)),
    one("service-leading-zero-lost", "A service code is no number: 61 is not 061.",
        _loose("PB-26-7939", "61", "114.90"), v.SERVICE_UNKNOWN, rows=(39,)),
    one("service-unknown-commitment-of-none", "An unknown service, and a commitment without one.",
        bill("OC-26-7940", on="2026-000755", net="115.00").but(service="INCONNU-7"), review("SVC_UNKNOWN", "finance"),
        rows=(39, 40)),
)  # fmt: skip

_CONFLICT = (
    one("service-conflict-at-the-garage", "The invoice names one valid service, the commitment another.",
        bill("PAM-26-7941", on="PR.26.201", net="115.10").but(service="ATELIER"), v.CONFLICT, rows=(41,)),
    one("service-conflict-and-over", "The conflict comes before the amount.",
        bill("PB-26-7942", on="2026-000405", net="1500.00").but(service="GN5CULTURE"), v.CONFLICT, rows=(41, 44)),
)  # fmt: skip

CASES = (*_RECIPIENT, *_STATE, *_MISSING, *_UNKNOWN, *_CONFLICT)
