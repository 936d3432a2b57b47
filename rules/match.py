"""Matching a commitment number to the reference data: climb the ladder, stop at the first rung that hits.

A rung with two or more commitments is ambiguous, even if one of them has the right supplier, unless the supplier
leaves exactly one. Nothing is ever picked because it came first.
"""

from dataclasses import dataclass

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding
from rules.gates.supplier import Agreement, agreement
from rules.model import Commitment
from rules.normalise import Rung, form


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The result of the commitment gate."""

    findings: tuple[Finding, ...]
    commitment: Commitment | None = None
    rung: Rung | None = None
    candidates: tuple[Commitment, ...] = ()


def match_number(case: Case, number: str) -> Match:
    """Find the commitment that a number names among the recipient's own."""
    pool = case.own_commitments()
    labels = case.policy.label_forms
    for rung in Rung:
        wanted = form(number, rung, labels)
        hits = tuple(c for c in pool if wanted and form(c.number, rung, labels) == wanted)
        if hits:
            return _conclude(case, number, rung, hits)
    return Match(findings=(finding(ReasonCode.ENG_NOT_FOUND, number=number),))


def _conclude(case: Case, number: str, rung: Rung, hits: tuple[Commitment, ...]) -> Match:
    hits = _of_this_exercise(case, hits)
    if len(hits) == 1:
        return _matched(number, rung, hits[0])
    agreeing = tuple(c for c in hits if agreement(case.invoice, c) in {Agreement.SIRET, Agreement.SIREN})
    if len(agreeing) == 1:
        chosen = agreeing[0]
        told_apart = finding(
            ReasonCode.ENG_MATCH_DISAMBIGUATED_BY_SUPPLIER, number=number, chosen=chosen.number, count=len(hits)
        )
        return Match(findings=(told_apart,), commitment=chosen, rung=rung)
    names = ", ".join(c.number if c.fiscal_year is None else f"{c.number} ({c.fiscal_year})" for c in hits)
    return Match(findings=(finding(ReasonCode.ENG_AMBIGUOUS, number=number, candidates=names),), candidates=hits)


def _matched(number: str, rung: Rung, commitment: Commitment) -> Match:
    code = ReasonCode.ENG_MATCH_EXACT if rung is Rung.N0 else ReasonCode.ENG_MATCH_NORMALISED
    found = finding(code, number=number, commitment=commitment.number, rung=rung)
    return Match(findings=(found,), commitment=commitment, rung=rung)


def _of_this_exercise(case: Case, hits: tuple[Commitment, ...]) -> tuple[Commitment, ...]:
    """One order number may be open in several exercises: that of the invoice's year is meant, where there is one."""
    if len({c.number for c in hits}) > 1 or len(hits) == 1:
        return hits
    date = case.invoice.issue_date.value if case.invoice.issue_date else None
    year = (date or case.now.date()).year
    return tuple(c for c in hits if c.fiscal_year == year) or hits
