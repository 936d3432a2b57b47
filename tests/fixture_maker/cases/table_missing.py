"""Rows 18 to 20 and 23: no commitment number, a word in its place, the market's number, the two fields swapped."""

from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import Bill, loose_bill
from tests.fixture_maker.cases import verdicts as v
from tests.fixture_maker.cases.table import named, one
from tests.fixture_maker.model import review


def _lab(number: str, net: str, said: str | None, contract: str | None = None) -> Bill:
    """Bill the laboratory, which requires a commitment, and say this where it should stand."""
    invoice = loose_bill(number, p.REAGENTS, p.LABORATORY, "LABO_01", net)
    return invoice.but(commitment=said, contract=contract)


def _free(number: str, net: str, said: str | None) -> Bill:
    """Bill a service that requires no commitment, and say this where one might stand."""
    return loose_bill(number, p.SOFTWARE, p.MAIN, "061", net).but(commitment=said)


_PLACEHOLDER = (
    one("placeholder-zero", "A zero is no number.", _lab("RAC-26-7501", "51.10", "0"), v.PLACEHOLDER, rows=(19,)),
    one("placeholder-not-applicable", "Nor is N/A, in any case.", _lab("RAC-26-7502", "51.20", "n/a"), v.PLACEHOLDER,
        rows=(19,)),
    one("placeholder-none", "Nor is SANS, with blanks around.", _lab("RAC-26-7503", "51.30", " Sans "), v.PLACEHOLDER,
        rows=(19,)),
    one("placeholder-crosses", "Nor are crosses.", _lab("RAC-26-7504", "51.40", "XXXX"), v.PLACEHOLDER, rows=(19,)),
    one("placeholder-recipient", "Nor the SIRET of the recipient.",
        _lab("RAC-26-7505", "51.50", p.LABORATORY.siret), v.PLACEHOLDER, rows=(19,)),
    one("placeholder-invoice-number", "Nor the number of the invoice itself.",
        _lab("RAC-26-7506", "51.60", "RAC-26-7506"), v.PLACEHOLDER, rows=(19,)),
    one("placeholder-service", "Nor the code of the service.", _lab("RAC-26-7507", "51.70", "LABO_01"), v.PLACEHOLDER,
        rows=(19,)),
    one("placeholder-required-by-service", "Where the service alone requires a number.",
        loose_bill("PB-26-7508", p.OFFICE, p.MAIN, "MARCHES", "51.80").but(commitment="N/A"), v.PLACEHOLDER,
        rows=(19,)),
    one("placeholder-not-required", "Where none is required, SANS says the truth.",
        _free("LV-2026-7511", "52.10", "SANS"), v.fine("061", ""), rows=(20,)),
    one("placeholder-zero-not-required", "So does a zero.", _free("LV-2026-7512", "52.20", "0"), v.fine("061", ""),
        rows=(20,)),
    one("placeholder-siret-not-required", "The recipient's SIRET says nothing.",
        _free("LV-2026-7513", "52.30", p.MAIN.siret), v.fine("061", ""), rows=(20,)),
    one("placeholder-service-not-required", "Nor does the service's code, a second time.",
        _free("LV-2026-7514", "52.40", "061"), v.fine("061", ""), rows=(20,)),
    one("placeholder-look-alike", "A real number that begins with such a word is a number.",
        named("LV-2026-7515", "SANS-SOUCI-26", "52.50", "SANS-SOUCI-26"), v.fine("061", "SANS-SOUCI-26"),
        rows=(19, 20, 21)),
)  # fmt: skip

_MISSING = (
    one("missing-where-service-waives", "The service's own flag wins: this one requires none in a budget that does.",
        loose_bill("RAC-26-7521", p.REAGENTS, p.LABORATORY, "LABO_05", "53.10"), v.fine("LABO_05", ""), rows=(19, 20)),
    one("missing-where-either-and-service-insists", "This one requires one in a budget content with a service.",
        loose_bill("PAM-26-7522", p.GARAGE_PARTS, p.GARAGE, "Parc.Sud", "53.20"), v.MISSING, rows=(19,)),
    one("missing-with-service-missing", "Neither of the two that the budget requires: the commitment comes first.",
        loose_bill("RAC-26-7523", p.REAGENTS, p.LABORATORY, None, "53.30"),
        review("ENG_MISSING_REQUIRED").because("EJ_ERR"), rows=(19, 39)),
    one("missing-waived-twice", "A service that waives it in a budget that never asks.",
        loose_bill("PB-26-7524", p.OFFICE, p.CHILDREN, "FOYER", "53.40"), v.fine("FOYER", ""), rows=(20,)),
)  # fmt: skip

_FROM_MARKET = "ENG_FROM_MARKET"
_MARKET = (
    one("market-one-open", "The market has one open commitment of this supplier, and a closed one.",
        _lab("RAC-26-7531", "54.10", None, "LAB2026.05"), v.fine("LABO_01", "L26-0105", _FROM_MARKET), rows=(18,)),
    one("market-one-open-of-service", "The same where only the service requires a commitment.",
        named("PB-26-7532", "2026-000741", "54.20", None, "2026-FOUR-08"),
        v.fine("MARCHES", "2026-000741", _FROM_MARKET), rows=(18,)),
    one("market-written-otherwise", "The market under its label and without its separators.",
        named("PB-26-7533", "2026-000754", "54.30", None, "MARCHE 2026 FOUR 09"),
        v.fine("MARCHES", "2026-000754", _FROM_MARKET), rows=(18,)),
    one("market-two-open", "Two open commitments of one market are not chosen between.",
        _lab("RAC-26-7534", "54.40", None, "LAB2026.06"), v.MISSING, rows=(18, 19)),
    one("market-unknown", "A market that nobody knows.", _lab("RAC-26-7535", "54.50", None, "LAB2026.99"), v.MISSING,
        rows=(18, 19)),
    one("market-of-another-supplier", "The market's open commitment is another supplier's.",
        _lab("RAC-26-7536", "54.60", None, "LAB2026.07"), v.MISSING, rows=(18, 19)),
    one("market-cancelled", "The market's only commitment was cancelled.",
        _lab("RAC-26-7537", "54.70", None, "LAB2026.08"), v.MISSING, rows=(18, 19)),
    one("market-where-none-required", "Where no commitment is required, the market decides nothing.",
        named("LV-2026-7538", "2026-000742", "54.80", None, "2026-ENT-15"), v.fine("061"), rows=(18, 20)),
)  # fmt: skip

_SWAPPED = "ENG_MATCH_SWAPPED_FIELD"
_FIELDS = (
    one("commitment-in-market-field", "The commitment's number stands where the market's should.",
        named("LV-2026-7541", "2026-000743", "55.10", None, "2026-000743"), v.fine("061", "2026-000743", _SWAPPED),
        rows=(23,)),
    one("commitment-in-market-field-required", "It is found there too where a commitment is required.",
        _lab("RAC-26-7542", "55.20", None, "L26-0110"), v.fine("LABO_01", "L26-0110", _SWAPPED), rows=(18, 23)),
    one("market-in-commitment-field", "The market's number, of one commitment, where the commitment's should stand.",
        named("LV-2026-7543", "2026-000744", "55.30", "MAPA-2026-31"), v.fine("061", "2026-000744", _SWAPPED),
        rows=(23,)),
    one("market-and-commitment-swapped", "Each stands in the other's field.",
        named("LV-2026-7544", "2026-000745", "55.40", "MAPA-2026-32", "2026-000745"),
        v.fine("061", "2026-000745", _SWAPPED), rows=(23,)),
    one("market-in-commitment-field-ambiguous", "A market of two commitments names neither.",
        named("LV-2026-7545", "2026-000746", "55.50", "MAPA-2026-33"), v.AMBIGUOUS, rows=(23, 24)),
    one("commitment-and-market-in-place", "Both in their places: nothing is swapped.",
        named("LV-2026-7546", "2026-000546", "55.60", "2026-000546", "MAPA-2026-31"), v.fine("061", "2026-000546"),
        rows=(21, 23)),
)  # fmt: skip

CASES = (*_PLACEHOLDER, *_MISSING, *_MARKET, *_FIELDS)
