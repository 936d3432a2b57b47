"""Matching a commitment number to the reference data: climb the ladder, stop at the first rung that hits.

A number is only taken automatically where its form is unique in the whole reference data of the body. Read
conservatively, that means:

* a commitment of another budget is never matched, but a different number of another budget that has the same form
  makes the form ambiguous all the same, on every rung but N0 (there the recipient's own number stands as it is
  written); the very same number in another budget does not, because the recipient is part of a commitment's key;
* two or more commitments on a rung are ambiguous, even if one has the right supplier, unless the supplier leaves
  exactly one, and this one is the recipient's;
* on rung N4 the form must be unique before suppliers are looked at, and the supplier's identifier must be equal.

Nothing is ever picked because it came first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from rules.case import Case
from rules.exercises import exercise_forms, exercises_of
from rules.findings import Finding, ReasonCode, finding
from rules.gates.supplier import AGREEING, Agreement, agreement
from rules.model import Commitment
from rules.normalise import Rung, forms, n1


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The result of the commitment gate.

    `hits` are the commitments that the number may mean where none was chosen; `number` is what was looked for.
    """

    findings: tuple[Finding, ...]
    commitments: tuple[Commitment, ...] = ()
    rung: Rung | None = None
    hits: tuple[Commitment, ...] = ()
    number: str | None = None

    @property
    def commitment(self) -> Commitment | None:
        """The one commitment that was chosen; None where the invoice names several, though only one be found."""
        return self.commitments[0] if len(self.commitments) == 1 and not self.says(ReasonCode.ENG_MULTI_SPLIT) else None

    def says(self, code: ReasonCode) -> bool:
        """Whether the gate stated this code."""
        return any(stated.code is code for stated in self.findings)


class Reach(NamedTuple):
    """The commitments that a number reaches on the lowest rung where one of the recipient's is found."""

    rung: Rung
    own: tuple[Commitment, ...]
    others: tuple[Commitment, ...]  # different numbers of other budgets


def match_number(case: Case, number: str) -> Match | None:
    """The commitment that one number names among the recipient's own, up to rung N4; None if there is none."""
    reached = reach(case, number)
    return conclude(case, number, reached) if reached else _by_exercise(case, number)


def reach(case: Case, number: str) -> Reach | None:
    """Climb the rungs that need nothing but the number: N0 to N2, and N3 where the policy has it."""
    for rung in _plain_rungs(case):
        own = tuple(_equal(case, number, rung, case.own_commitments()))
        if own:
            names = {n1(c.number) for c in own}
            others = () if rung is Rung.N0 else _equal(case, number, rung, case.other_commitments())
            return Reach(rung, own, tuple(c for c in others if n1(c.number) not in names))
    return None


def conclude(case: Case, number: str, reached: Reach) -> Match:
    """One commitment, or the one that the supplier tells apart, or none because the number is ambiguous."""
    own = of_this_exercise(case, reached.own)
    hits = own + reached.others
    if len(hits) == 1:
        return matched(number, reached.rung, own[0])
    agreeing = tuple(c for c in hits if agreement(case, c) in AGREEING)
    if len(agreeing) != 1 or agreeing[0] not in own:
        return ambiguous(number, hits)
    told_apart = finding(
        ReasonCode.ENG_MATCH_DISAMBIGUATED_BY_SUPPLIER,
        number=number,
        chosen=agreeing[0].number,
        count=len(hits),
        rung=reached.rung,
    )
    return Match(findings=(told_apart,), commitments=agreeing, rung=reached.rung, number=number)


def matched(number: str, rung: Rung, commitment: Commitment) -> Match:
    """A commitment that one number names."""
    code = ReasonCode.ENG_MATCH_EXACT if rung is Rung.N0 else ReasonCode.ENG_MATCH_NORMALISED
    found = finding(code, number=number, commitment=commitment.number, rung=rung)
    return Match(findings=(found,), commitments=(commitment,), rung=rung, number=number)


def ambiguous(number: str, hits: tuple[Commitment, ...]) -> Match:
    """A number that may mean several commitments."""
    stated = finding(ReasonCode.ENG_AMBIGUOUS, number=number, candidates=", ".join(map(named, hits)))
    return Match(findings=(stated,), hits=hits, number=number)


def named(commitment: Commitment) -> str:
    """How a commitment is called where several are listed."""
    year = commitment.fiscal_year
    return commitment.number if year is None else f"{commitment.number} ({year})"


def of_this_exercise(case: Case, hits: tuple[Commitment, ...]) -> tuple[Commitment, ...]:
    """One order number may exist in several exercises: those that are over, and were not carried over, cannot pay.

    What is left of it is ambiguous all the same: the year of an invoice does not say whose order it is for.
    """
    if len({n1(c.number) for c in hits}) != 1:
        return hits
    return tuple(c for c in hits if c.carried_over or not case.is_over(c)) or hits


def _by_exercise(case: Case, number: str) -> Match | None:
    """Rung N4: unique in the whole body and of this very supplier; ambiguous where one of several is the supplier's."""
    hits = tuple(c for c in case.own_commitments() if _equal_but_for_exercise(case, number, c))
    names = {n1(c.number) for c in hits}
    others = tuple(c for c in case.other_commitments() if _equal_but_for_exercise(case, number, c))
    foreign = tuple(c for c in others if n1(c.number) not in names)
    own = of_this_exercise(case, hits)
    if len(own) == 1 and not foreign:
        return matched(number, Rung.N4, own[0]) if agreement(case, own[0]) is Agreement.SIRET else None
    return ambiguous(number, own + foreign) if any(agreement(case, c) in AGREEING for c in own) else None


def _equal_but_for_exercise(case: Case, number: str, commitment: Commitment) -> bool:
    """Whether they share a form with, or without, the exercise of the invoice or of the commitment."""
    settings = case.policy.matching
    floor = Rung.N3 if settings.leading_zeros else Rung.N2
    labels = case.policy.label_forms
    return any(
        exercise_forms(number, year, settings.exercises, labels, floor)
        & exercise_forms(commitment.number, year, settings.exercises, labels, floor)
        for year in exercises_of(case.invoice)
        if year in {case.invoice.exercise, commitment.fiscal_year}
    )


def _plain_rungs(case: Case) -> tuple[Rung, ...]:
    rungs = (Rung.N0, Rung.N1, Rung.N2)
    return (*rungs, Rung.N3) if case.policy.matching.leading_zeros else rungs


def _equal(case: Case, number: str, rung: Rung, pool: Iterable[Commitment]) -> tuple[Commitment, ...]:
    labels = case.policy.label_forms
    wanted = forms(number, rung, labels)
    return tuple(c for c in pool if wanted & forms(c.number, rung, labels))
