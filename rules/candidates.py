"""Which commitments a reviewer may choose from: ranked by evidence, each with the first rule that refuses it.

Only a decision that needs a person's choice of a commitment lists any. Points order, they never decide: equal points
are shown as a tie.
"""

import datetime as dt
from collections.abc import Collection

from rules.case import Case, commitment_order
from rules.decision import Candidate
from rules.evidence import POINTS, EvidenceCode
from rules.findings import Finding, ReasonCode
from rules.gates.amount import available, billed_amount, check_amount
from rules.gates.credit_note import Origin
from rules.gates.freshness import excused
from rules.gates.service import choose_service
from rules.gates.state import check_state
from rules.gates.supplier import Agreement, agreement, check_supplier
from rules.likeness import Likeness, likeness
from rules.match import Match
from rules.meaning import Circumstances, meaning
from rules.model import Commitment, CommitmentStatus
from rules.normalise import Rung, forms, service_form
from rules.table import POSITION, Effect, Gate, row_of

MOST_SHOWN = 5
_ROUTED = "ROUTED"
_MEMORY = dt.timedelta(days=365)
_E, _R = EvidenceCode, ReasonCode
_NEEDS_CHOICE = frozenset(
    {
        *(_R.CRN_ORIGIN_SELF, _R.CRN_ORIGIN_NOT_GIVEN, _R.CRN_ORIGIN_UNKNOWN),
        *(_R.ENG_MISSING_REQUIRED, _R.ENG_PLACEHOLDER, _R.ENG_AMBIGUOUS, _R.ENG_MULTI_SPLIT),
        *(_R.ENG_NOT_FOUND, _R.ENG_NOT_FOUND_CANDIDATES),
        *(_R.ENG_READ_UNSURE, _R.SUP_READ_UNSURE),
        *(_R.SUP_MISMATCH, _R.SUP_SUBCONTRACTOR_UNDECLARED),
        *(_R.ENG_CLOSED, _R.ENG_EXERCISE_CLOSED, _R.AMT_OVER_REMAINING),
    }
)
_LATER_GATES = frozenset({Gate.SUPPLIER, Gate.STATE, Gate.SERVICE, Gate.AMOUNT})
_SUPPLIER = {
    Agreement.SIRET: _E.SUPPLIER_SIRET,
    Agreement.SIREN: _E.SUPPLIER_SIREN,
    Agreement.COCONTRACTOR: _E.SUPPLIER_DECLARED,
    Agreement.SUBCONTRACTOR: _E.SUPPLIER_DECLARED,
}
_NUMBER = {
    Likeness.CLOSE: _E.NUMBER_CLOSE,
    Likeness.TAIL: _E.NUMBER_TAIL,
    Likeness.CONTAINED: _E.NUMBER_CONTAINED,
}
_TIES = frozenset({*_SUPPLIER.values(), *_NUMBER.values(), _E.CONTRACT_EQUAL})


def rank_candidates(
    case: Case, match: Match, origin: Origin, around: Circumstances, superseded: Collection[str]
) -> tuple[Candidate, ...]:
    """The best of the commitments that something ties to the invoice; none where nobody has to choose."""
    if not any(_calls_for_choice(f, around) for f in around.stated):
        return ()
    pool = tuple(dict.fromkeys((*case.own_commitments(), *case.other_commitments())))
    weighed = [(c, evidence_for(case, match, c, superseded)) for c in pool]
    meant = (*match.hits, *match.commitments)
    guessed = meant if match.says(_R.ENG_READ_UNSURE) else ()
    shown = sorted(
        ((c, codes, _points(codes)) for c, codes in weighed if c in meant or _is_worth_showing(codes)),
        key=lambda entry: (-entry[2], commitment_order(entry[0])),
    )
    first = sorted(shown, key=lambda entry: entry[0] not in guessed)[:MOST_SHOWN]  # what was read is always shown
    shown = [entry for entry in shown if entry in first]
    return tuple(
        Candidate(
            number=c.number,
            recipient_siret=c.recipient_siret,
            fiscal_year=c.fiscal_year,
            service_code=c.service_code,
            points=points,
            rank=1 + sum(better > points for _, _, better in shown),
            evidence=tuple((code.value, POINTS[code]) for code in codes),
            refused_by=_refused_by(case, match, c, origin, around, superseded),
        )
        for c, codes, points in shown
    )


def evidence_for(
    case: Case, match: Match, commitment: Commitment, superseded: Collection[str] = frozenset()
) -> tuple[EvidenceCode, ...]:
    """What speaks for a commitment, and against it, in the order of the list."""
    found = {
        _SUPPLIER.get(agreement(case, commitment, of_guesses=True)),
        _number(case, match, commitment),
        _amount(case, commitment, superseded),
        _E.CONTRACT_EQUAL if _same_contract(case, commitment) else None,
        _E.SERVICE_EQUAL if _same_service(case, commitment) else None,
        _E.PERIOD if _in_period(case, commitment) else None,
        _E.LAST_ROUTED if _last_routed(case, commitment) else None,
        _E.NOT_OPEN if _not_open(case, commitment) else None,
    }
    return tuple(code for code in EvidenceCode if code in found)


def _refused_by(
    case: Case,
    match: Match,
    commitment: Commitment,
    origin: Origin,
    around: Circumstances,
    superseded: Collection[str],
) -> ReasonCode:
    """The first rule that fails for this commitment: its number, then the later gates, really asked.

    Where all of them pass, it is what ended the decision: the number is missing, say, or may mean several.
    """
    if not _is_meant(case, match, commitment):
        return _R.ENG_NOT_FOUND
    findings = (
        *check_supplier(case, commitment),
        *check_state(case, commitment),
        *choose_service(case, (commitment,), origin).findings,
        *check_amount(case, (commitment,), superseded),
    )
    later = sorted((f for f in findings if row_of(f.code).gate in _LATER_GATES), key=lambda f: POSITION[f.code])
    refused = next((f.code for f in later if _ends(f, around)), None)
    return refused or next(f.code for f in around.stated if _calls_for_choice(f, around))


def _is_meant(case: Case, match: Match, commitment: Commitment) -> bool:
    """Whether the number of the invoice, where it gives one, may mean this commitment of this recipient."""
    recipient = case.snapshot.recipient
    if recipient is None or commitment.recipient_siret != recipient.siret:
        return False
    meant = (*match.hits, *match.commitments)
    return commitment in meant if meant else match.number is None


def _calls_for_choice(stated: Finding, around: Circumstances) -> bool:
    """Whether a person has to choose a commitment for this finding, now or once stale data excuses it no more."""
    return stated.code in _NEEDS_CHOICE and (_ends(stated, around) or stated.code in excused(around.stated))


def _ends(stated: Finding, around: Circumstances) -> bool:
    return meaning(stated.code, around).effect is not Effect.CONTINUE


def _is_worth_showing(codes: tuple[EvidenceCode, ...]) -> bool:
    """Whether the supplier, the number or the contract ties a commitment to the invoice, all in all."""
    return not _TIES.isdisjoint(codes) and _points(codes) > 0


def _points(evidence: tuple[EvidenceCode, ...]) -> int:
    return sum(POINTS[code] for code in evidence)


def _number(case: Case, match: Match, commitment: Commitment) -> EvidenceCode | None:
    if match.number is None or match.says(_R.ENG_FROM_MARKET):
        return None
    best = likeness(match.number, commitment.number, case.policy.label_forms)
    return _NUMBER[best] if best else None


def _amount(case: Case, commitment: Commitment, superseded: Collection[str]) -> EvidenceCode | None:
    billed, left = billed_amount(case), available(case, commitment, superseded)
    if billed is None or left is None or billed > left:
        return None
    return _E.AMOUNT_EXACT if billed == left else _E.AMOUNT_FITS


def _same_contract(case: Case, commitment: Commitment) -> bool:
    given, own = case.invoice.contract_number, commitment.contract_number
    if given is None or own is None:
        return False
    labels = case.policy.label_forms
    return bool(forms(given.value, Rung.N2, labels) & forms(own, Rung.N2, labels))


def _same_service(case: Case, commitment: Commitment) -> bool:
    given, own = case.invoice.service_code, commitment.service_code
    return given is not None and own is not None and service_form(given.value) == service_form(own)


def _in_period(case: Case, commitment: Commitment) -> bool:
    """The date of issue stands for the date of the service, which invoices seldom give."""
    day = case.invoice.issue_date.value if case.invoice.issue_date else None
    first, last = commitment.valid_from, commitment.valid_to
    return day is not None and first is not None and first <= day and (last is None or day <= last)


def _last_routed(case: Case, commitment: Commitment) -> bool:
    """Whether the latest invoice of this supplier that was routed, within twelve months, went to this commitment."""
    routed = [
        past
        for past in case.snapshot.past
        if past.outcome == _ROUTED and past.invoice_key != case.invoice_key and case.now - past.first_seen <= _MEMORY
    ]
    latest = max(routed, key=lambda past: (past.first_seen, past.invoice_key), default=None)
    recipient = case.snapshot.recipient
    return (
        latest is not None
        and recipient is not None
        and (recipient.siret, latest.commitment_number, latest.commitment_year)
        == (commitment.recipient_siret, commitment.number, commitment.fiscal_year)
    )


def _not_open(case: Case, commitment: Commitment) -> bool:
    return commitment.status is not CommitmentStatus.OPEN or (case.is_over(commitment) and not commitment.carried_over)
