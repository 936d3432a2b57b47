"""Rows 21, 22 and 24 to 26: how a number may be written and still be found, and when it may not."""

from tests.fixture_maker import more_suppliers as m
from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import bill, loose_bill
from tests.fixture_maker.cases import verdicts as v
from tests.fixture_maker.cases.table import named, one
from tests.fixture_maker.model import Case, Intended
from tests.fixture_maker.parties import Supplier
from tests.fixture_maker.reference import commitment


def _written(case_id: str, purpose: str, serial: int, on: str, said: str, *, rows: tuple[int, ...]) -> Case:
    """A number written in other words than the reference's and found all the same."""
    c = commitment(on)
    invoice = named(f"NUM-26-{serial}", on, f"{serial - 7000}.{serial % 100:02d}", said)
    return one(case_id, purpose, invoice, v.fine(c.service, c.number), rows=rows)


def _by(case_id: str, purpose: str, serial: int, on: str, said: str, supplier: Supplier, decision: Intended,
        *, rows: tuple[int, ...]) -> Case:  # fmt: skip
    """A number on the invoice of a given supplier."""
    invoice = named(f"NUM-26-{serial}", on, f"{serial - 7000}.{serial % 100:02d}", said).but(supplier=supplier)
    return one(case_id, purpose, invoice, decision, rows=rows)


_EXACT_OR_N2 = (
    _written("number-no-break", "No-break and zero-width blanks are no part of a number (N1).", 7601, "2026-000547",
             "2026\u00a0-\u200b000547", rows=(21,)),
    _written("number-full-width", "Full-width digits are digits (N1).", 7602, "2026-000548", "２０２６-０００５４８",
             rows=(21,)),
    _written("number-dots", "Dots for dashes (N2).", 7603, "2026-000549", "2026.000549", rows=(21,)),
    _written("number-slash-and-blanks", "A slash for a dash is no list of two numbers (N2).", 7604, "2026-000550",
             "2026 / 000550", rows=(21, 28)),
    _written("number-label-ej", "The label EJ before the number.", 7605, "2026-000551", "EJ 2026-000551", rows=(21,)),
    _written("number-label-order", "The label N° before the number.", 7606, "2026-000552", "N° 2026-000552",
             rows=(21,)),
    _written("number-two-labels", "Two labels before the number.", 7607, "2026-000553", "cde n° 2026-000553",
             rows=(21,)),
    _written("number-label-eng", "The label ENG with a dot.", 7608, "2026-000554", "ENG. 2026-000554", rows=(21,)),
    _written("number-without-its-label", "A number that bears a label in the reference data, without it.", 7609,
             "BC26/0071", "26/0071", rows=(21,)),
    _written("number-with-ampersand", "A number that contains a sign of lists is found as it stands (N0).", 7610,
             "R&D-26-1", "R&D-26-1", rows=(21, 27)),
    _written("number-exact-beside-likeness", "An exact number wins over one that differs in separators (N0).", 7611,
             "2026-78", "2026-78", rows=(21, 24)),
)  # fmt: skip

_ZEROS_AND_EXERCISE = (
    _written("number-zeros-lost", "Leading zeros lost by a spreadsheet (N3).", 7621, "0045001301", "45001301",
             rows=(22,)),
    _written("number-zeros-added", "Leading zeros added (N3).", 7622, "77001302", "00077001302", rows=(22,)),
    _written("number-zeros-after-letters", "Zeros lost behind letters (N3).", 7623, "CUL000415", "CUL415", rows=(22,)),
    _by("number-zeros-ambiguous", "Two numbers that only zeros tell apart.", 7624, "0815", "815", p.SOFTWARE,
        v.AMBIGUOUS, rows=(22, 24)),
    _written("number-zeros-exact", "Written with its zeros, one of the two is exact.", 7625, "0916", "0916",
             rows=(21, 24)),
    _written("number-without-exercise", "The exercise left out before the number (N4).", 7631, "2026-000555", "000555",
             rows=(22,)),
    _written("number-without-exercise-behind", "The exercise left out behind the number (N4).", 7632, "4711/2026",
             "4711", rows=(22,)),
    _written("number-without-short-exercise", "The short exercise left out (N4).", 7633, "4712-26", "4712",
             rows=(22,)),
    _written("number-with-exercise-behind", "The exercise added behind the number (N4).", 7634, "4713", "4713-2026",
             rows=(22,)),
    _written("number-with-short-exercise", "The short exercise added before the number (N4).", 7635, "4714",
             "26 4714", rows=(22,)),
    _by("number-without-exercise-other-supplier", "Of another supplier that has commitments, it is not found.", 7636,
        "4715/2026", "4715", p.CATERER, v.CANDIDATES, rows=(22, 26)),
    _by("number-without-exercise-unknown-supplier", "Of a supplier that has none, it is not found at all.", 7637,
        "4716/2026", "4716", m.FLORIST, v.NOT_FOUND, rows=(22, 25)),
    _by("number-without-exercise-other-establishment", "The SIREN is not enough on this rung.", 7638, "4717/2026",
        "4717", m.SOFTWARE_BRANCH, v.CANDIDATES, rows=(22, 26, 30)),
    _by("number-without-exercise-ambiguous", "Two numbers that only the place of the exercise tells apart.", 7639,
        "4718/2026", "4718", p.SOFTWARE, v.AMBIGUOUS, rows=(22, 24)),
    _by("number-with-another-exercise", "The exercise before is no ornament.", 7640, "4719", "4719-25", p.SOFTWARE,
        v.CANDIDATES, rows=(22, 26)),
)  # fmt: skip

_COLLISIONS = (
    _by("collision-settled-by-supplier", "Two numbers without separators, one of this supplier.", 7651, "88-001",
        "88 001", p.OFFICE, v.fine("SAAM D5", "88-001"), rows=(24,)),
    _by("collision-of-neither-supplier", "The same, neither of this supplier.", 7652, "88-002", "88 002", p.CATERER,
        v.AMBIGUOUS, rows=(24, 33)),
    one("collision-of-exercises", "One number in two exercises, both open, both of this supplier.",
        loose_bill("NUM-26-7653", p.OFFICE, p.MAIN, "SAAM D5", "653.53").but(commitment="FL-4402"), v.AMBIGUOUS,
        rows=(24, 36)),
    one("collision-of-exercises-settled", "One number in two exercises, one of this supplier.",
        loose_bill("NUM-26-7654", p.OFFICE, p.MAIN, "SAAM D5", "654.54").but(commitment="FL-4403"),
        v.fine("SAAM D5", "FL-4403"), rows=(24,)),
    one("collision-of-budgets", "One number in two budgets: the recipient tells.",
        loose_bill("NUM-26-7655", p.GARAGE_PARTS, p.GARAGE, "ATELIER", "655.55").but(commitment="2026-000512"),
        v.fine("ATELIER", "2026-000512"), rows=(21, 24)),
)  # fmt: skip

_NOT_FOUND = (
    one("number-unknown-of-newcomer", "A number that nobody knows, of a supplier without commitments.",
        loose_bill("FD-26-7661", m.FLORIST, p.MAIN, "GN5CULTURE", "66.10").but(commitment="ZX-445566"), v.NOT_FOUND,
        rows=(25,)),
    one("number-unknown-where-required", "The same where a commitment is required.",
        loose_bill("FD-26-7662", m.FLORIST, p.LABORATORY, "LABO_01", "66.20").but(commitment="ZX-445567"), v.NOT_FOUND,
        rows=(19, 25)),
    one("number-unknown-service-unknown", "The commitment comes before the service.",
        loose_bill("FD-26-7663", m.FLORIST, p.MAIN, "INCONNU-7", "66.30").but(commitment="ZX-445568"), v.NOT_FOUND,
        rows=(25, 39)),
    one("number-of-other-budget-and-supplier", "Another budget's number, of another supplier.",
        loose_bill("FD-26-7664", m.FLORIST, p.MAIN, "DIRINFRA", "66.40").but(commitment="PR.26.201"), v.NOT_FOUND,
        rows=(25,)),
    one("number-of-other-budget-own", "Another budget's number, of this supplier: the list says whose it is.",
        loose_bill("RAC-26-7665", p.REAGENTS, p.MAIN, "DIRINFRA", "66.50").but(commitment="L26-0120"), v.CANDIDATES,
        rows=(26,)),
    _by("number-unknown-of-known-supplier", "A number that nobody knows, of a supplier with commitments.", 7666,
        "2026-000556", "2026-009999", p.SOFTWARE, v.CANDIDATES, rows=(26,)),
    _by("number-letter-o", "A letter O for a zero suggests, it does not decide.", 7667, "2026-000556", "2O26-000556",
        p.SOFTWARE, v.CANDIDATES, rows=(26,)),
    _by("number-letter-o-at-the-end", "Nor further behind.", 7668, "2026-000560", "2026-00056O", p.SOFTWARE,
        v.CANDIDATES, rows=(26,)),
    _by("number-letter-i", "Nor a letter I for a one.", 7669, "2026-000561", "2026-00056I", p.SOFTWARE, v.CANDIDATES,
        rows=(26,)),
    _by("number-letter-s", "Nor a letter S for a five.", 7670, "2026-000558", "2026-0005S8", p.SOFTWARE, v.CANDIDATES,
        rows=(26,)),
    _by("number-one-digit-off", "Nor a number that differs in one digit.", 7671, "2026-000559", "2026-100559",
        p.SOFTWARE, v.CANDIDATES, rows=(26,)),
    one("number-exact-other-words", "The number as it stands in the reference data.",
        bill("NUM-26-7672", on="2026-000557", net="66.65"), v.fine("061", "2026-000557"), rows=(21, 46)),
)  # fmt: skip

CASES = (*_EXACT_OR_N2, *_ZEROS_AND_EXERCISE, *_COLLISIONS, *_NOT_FOUND)
