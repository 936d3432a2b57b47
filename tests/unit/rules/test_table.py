"""The decision table: whole, in order, and saying of each code what the written table says."""

import pytest

from rules.findings import ReasonCode, Severity
from rules.table import POSITION, ROWS, Action, Effect, Gate, Queue, row_of

R, S, E, Q, A = ReasonCode, Severity, Effect, Queue, Action


def test_every_written_row_is_implemented() -> None:
    """Each of the rows 1 to 47 has a reason code, and nothing claims another row."""
    assert {number for row in ROWS for number in row.rows} == set(range(1, 48))


def test_every_code_has_one_row() -> None:
    """Codes and rows are the same set."""
    assert [row.code for row in ROWS] == list(dict.fromkeys(row.code for row in ROWS))
    assert {row.code for row in ROWS} == set(ReasonCode)
    assert all(row_of(code) == ROWS[POSITION[code]] and row_of(code).code is code for code in ReasonCode)


def test_rows_follow_the_gates() -> None:
    """Rows stand in the order of their gates, and each gate has some."""
    gates = list(dict.fromkeys(row.gate for row in ROWS))
    assert gates == list(Gate)
    assert [row.gate for row in ROWS] == sorted((row.gate for row in ROWS), key=gates.index)


def test_review_names_its_queue() -> None:
    """Whatever may end in review says who looks at it; nothing else does."""
    assert {row.code for row in ROWS if row.queue is None} == {
        row.code for row in ROWS if row.effect not in {Effect.REVIEW, Effect.WAITING}
    }


def test_nothing_that_only_informs_proposes_anything() -> None:
    """A proposal comes with an error or a warning."""
    assert not [row.code for row in ROWS if row.severity is Severity.INFO and row.action is not Action.NONE]


@pytest.mark.parametrize(
    ("code", "severity", "effect", "queue", "action"),
    [
        (R.INT_MALFORMED, S.ERROR, E.QUARANTINE, None, A.NONE),
        (R.INT_UNSAFE, S.ERROR, E.QUARANTINE, None, A.NONE),
        (R.INT_TOO_LARGE, S.ERROR, E.QUARANTINE, None, A.NONE),
        (R.INT_NOT_AN_INVOICE, S.ERROR, E.QUARANTINE, None, A.NONE),
        (R.INT_NO_STRUCTURED_DATA, S.ERROR, E.QUARANTINE, None, A.NONE),
        (R.INT_UNKNOWN_VALUE, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.INT_VALUE_UNREADABLE, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.INT_VALUE_MISSING, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.INT_VALUE_REPEATED, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.INT_SCHEMA, S.INFO, E.CONTINUE, None, A.NONE),
        (R.INT_REPAIRED, S.INFO, E.CONTINUE, None, A.NONE),
        (R.INT_ATTACHMENT_UNREADABLE, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.INT_DIVERGENCE, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.INT_READ_FROM_PAGE, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.INT_PAGE_DIVERGENCE, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.INT_AMOUNTS_INCONSISTENT, S.ERROR, E.REVIEW, Q.FINANCE, A.SUSPEND),
        (R.DUP_SAME_DELIVERY, S.INFO, E.DUPLICATE, None, A.NONE),
        (R.LIN_COMPLETED, S.INFO, E.CONTINUE, None, A.NONE),
        (R.LIN_RECYCLED, S.INFO, E.CONTINUE, None, A.NONE),
        (R.DUP_SAME_NUMBER_YEAR, S.ERROR, E.REVIEW, Q.FINANCE, A.REJECT),
        (R.LIN_REISSUE, S.INFO, E.CONTINUE, None, A.NONE),
        (R.DUP_SUSPECT, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.FRM_ALREADY_PAID, S.INFO, E.CONTINUE, None, A.NONE),
        (R.FRM_OUT_OF_SCOPE, S.ERROR, E.REVIEW, Q.SPECIAL, A.NONE),
        (R.FRM_WORKS, S.INFO, E.CONTINUE, None, A.NONE),
        (R.REC_SIRET_REPEATED, S.ERROR, E.REVIEW, Q.FINANCE, A.NONE),
        (R.REC_SIRET_UNKNOWN, S.ERROR, E.REVIEW, Q.FINANCE, A.RECYCLE),
        (R.REC_SIRET_INACTIVE, S.ERROR, E.REVIEW, Q.FINANCE, A.RECYCLE),
        (R.REC_READ_UNSURE, S.ERROR, E.REVIEW, Q.FINANCE, A.NONE),
        (R.IDN_KEY_INVALID, S.ERROR, E.REVIEW, Q.FINANCE, A.NONE),
        (R.REF_STALE, S.WARNING, E.WAITING, Q.FINANCE, A.NONE),
        (R.CRN_ORIGIN_FOUND, S.INFO, E.CONTINUE, None, A.NONE),
        (R.CRN_EXCEEDS_ORIGIN, S.ERROR, E.REVIEW, Q.FINANCE, A.NONE),
        (R.CRN_ORIGIN_SELF, S.WARNING, E.REVIEW, Q.FINANCE, A.NONE),
        (R.CRN_ORIGIN_NOT_GIVEN, S.WARNING, E.REVIEW, Q.FINANCE, A.NONE),
        (R.CRN_ORIGIN_UNKNOWN, S.WARNING, E.WAITING, Q.FINANCE, A.NONE),
        (R.ENG_FROM_MARKET, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.ENG_MISSING_REQUIRED, S.ERROR, E.REVIEW, Q.SERVICE, A.SUSPEND),
        (R.ENG_PLACEHOLDER, S.ERROR, E.REVIEW, Q.SERVICE, A.SUSPEND),
        (R.ENG_MISSING_OPTIONAL, S.INFO, E.CONTINUE, None, A.NONE),
        (R.ENG_MATCH_EXACT, S.INFO, E.CONTINUE, None, A.NONE),
        (R.ENG_MATCH_NORMALISED, S.INFO, E.CONTINUE, None, A.NONE),
        (R.ENG_MATCH_SWAPPED_FIELD, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.ENG_MATCH_DISAMBIGUATED_BY_SUPPLIER, S.INFO, E.CONTINUE, None, A.NONE),
        (R.ENG_AMBIGUOUS, S.ERROR, E.REVIEW, Q.FINANCE, A.NONE),
        (R.ENG_NOT_FOUND, S.ERROR, E.REVIEW, Q.FINANCE, A.RECYCLE),
        (R.ENG_NOT_FOUND_CANDIDATES, S.ERROR, E.REVIEW, Q.FINANCE, A.INTERNAL_REROUTE),
        (R.ENG_MULTI_SAME_SERVICE, S.INFO, E.CONTINUE, None, A.NONE),
        (R.ENG_MULTI_SPLIT, S.ERROR, E.REVIEW, Q.FINANCE, A.NONE),
        (R.ENG_READ_UNSURE, S.ERROR, E.REVIEW, Q.FINANCE, A.NONE),
        (R.SUP_SIRET_EQUAL, S.INFO, E.CONTINUE, None, A.NONE),
        (R.SUP_SIREN_EQUAL, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.SUP_UNKNOWN, S.INFO, E.CONTINUE, None, A.NONE),
        (R.SUP_COCONTRACTOR, S.INFO, E.CONTINUE, None, A.NONE),
        (R.SUP_SUBCONTRACTOR_DECLARED, S.INFO, E.CONTINUE, None, A.NONE),
        (R.SUP_SUBCONTRACTOR_UNDECLARED, S.ERROR, E.REVIEW, Q.CONTRACTS, A.REJECT),
        (R.SUP_MISMATCH, S.ERROR, E.REVIEW, Q.FINANCE, A.NONE),
        (R.SUP_READ_UNSURE, S.ERROR, E.REVIEW, Q.FINANCE, A.NONE),
        (R.SUP_FACTOR, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.SUP_BANK_CHANGED, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.ENG_CLOSED, S.ERROR, E.REVIEW, Q.SERVICE, A.NONE),
        (R.ENG_CARRIED_OVER, S.INFO, E.CONTINUE, None, A.NONE),
        (R.ENG_EXERCISE_CLOSED, S.ERROR, E.REVIEW, Q.FINANCE, A.NONE),
        (R.SVC_GIVEN, S.INFO, E.CONTINUE, None, A.NONE),
        (R.SVC_FROM_COMMITMENT, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.SVC_MISSING, S.ERROR, E.REVIEW, Q.FINANCE, A.RECYCLE),
        (R.SVC_DEFAULT, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.SVC_UNKNOWN_OVERRIDDEN, S.WARNING, E.CONTINUE, None, A.INTERNAL_REROUTE),
        (R.SVC_UNKNOWN, S.ERROR, E.REVIEW, Q.FINANCE, A.REJECT),
        (R.SVC_CONFLICT, S.ERROR, E.REVIEW, Q.SERVICE, A.INTERNAL_REROUTE),
        (R.SVC_READ_OVERRIDDEN, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.SVC_READ_UNSURE, S.ERROR, E.REVIEW, Q.FINANCE, A.NONE),
        (R.AMT_WITHIN_REMAINING, S.INFO, E.CONTINUE, None, A.NONE),
        (R.AMT_EXACT_REMAINING, S.INFO, E.CONTINUE, None, A.NONE),
        (R.AMT_OVER_TOLERATED, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.AMT_OVER_REMAINING, S.ERROR, E.REVIEW, Q.SERVICE, A.NONE),
        (R.AMT_CURRENCY, S.ERROR, E.REVIEW, Q.FINANCE, A.NONE),
        (R.AMT_UNKNOWN, S.WARNING, E.CONTINUE, None, A.NONE),
        (R.OK, S.INFO, E.CONTINUE, None, A.NONE),
    ],
)
def test_meaning(code: R, severity: S, effect: E, queue: Q | None, action: A) -> None:
    """What each code does is written down twice, so that nobody changes it by mistake."""
    assert row_of(code)[2:6] == (severity, effect, queue, action)
