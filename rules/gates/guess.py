"""May a number that was read from a page lead to a commitment? Only a sure one, and only where all else agrees."""

from rules.case import Case
from rules.findings import ReasonCode, finding
from rules.gates.supplier import AGREEING, agreement
from rules.match import Match, named
from rules.model import Text
from rules.trust import Condition, least_sure, told


def weigh(case: Case, match: Match, led_by: tuple[Text, ...]) -> Match:
    """The match, or what is left of it where it rests on a guess that is not enough: what a person may choose from.

    A number that is ambiguous needs a person as it is; so does a sure one that is not found.
    """
    guesses = tuple(field for field in led_by if case.is_guess(field))
    in_vain = not match.commitments
    if not guesses or (in_vain and (match.hits or match.number is None)):
        return match
    failed = _failed(case, match, guesses)
    if not failed or (in_vain and Condition.CONFIDENCE not in failed):
        return match
    number = match.number or ", ".join(field.value for field in guesses)
    meant = ", ".join(map(named, match.commitments))
    stated = finding(ReasonCode.ENG_READ_UNSURE, number=number, commitments=meant, **told(least_sure(guesses), failed))
    looked_for = None if match.says(ReasonCode.ENG_FROM_MARKET) else match.number
    return Match(findings=(stated,), hits=match.commitments, number=looked_for)


def _failed(case: Case, match: Match, guesses: tuple[Text, ...]) -> tuple[Condition, ...]:
    """The conditions that do not hold. The matching has seen to it that the commitments are the recipient's own."""
    recipient = case.snapshot.recipient
    holds = {
        Condition.AUTOMATIC: case.policy.page.automatic,
        Condition.CONFIDENCE: all(map(case.is_sure, guesses)),
        Condition.FOUND: bool(match.commitments),
        Condition.SUPPLIER: all(agreement(case, c) in AGREEING for c in match.commitments),
        Condition.RECIPIENT: recipient is not None and recipient.active and case.is_sure(case.invoice.recipient_siret),
    }
    return tuple(condition for condition, held in holds.items() if not held)
