"""Several commitment numbers on one invoice (rows 27 and 28), in one field (rung N5) or on the lines."""

from collections.abc import Iterable

from rules.case import Case
from rules.findings import ReasonCode, finding
from rules.identifiers import party_key
from rules.match import Match, match_number, matched, named, reach
from rules.model import Commitment
from rules.normalise import Rung, service_form
from rules.placeholders import is_placeholder
from rules.several import distinct, halves, parts


def from_parts(case: Case, number: str) -> Match | None:
    """One field that holds several numbers; None if it does not, or if none of them is known."""
    if not case.policy.matching.several:
        return None
    found = tuple(part for part in parts(number) if not is_placeholder(case, part))
    if found:
        return from_numbers(case, found, Rung.N5)
    for pair in halves(number):
        if all(reach(case, half) for half in pair):
            return from_numbers(case, pair, Rung.N5)
    return None


def from_numbers(case: Case, numbers: Iterable[str], rung: Rung | None = None) -> Match | None:
    """What several numbers name together; None if none of them names a commitment.

    Numbers that name one and the same commitment are that commitment's number.
    """
    written = distinct(numbers)
    matches = {number: match_number(case, number) for number in written}
    hits = tuple(m for m in matches.values() if m is not None)
    found = tuple(dict.fromkeys(c for m in hits for c in m.commitments))
    if not found:
        return next(iter(hits), None)
    coarsest = rung or max(m.rung for m in hits if m.rung)
    missing = tuple(number for number, m in matches.items() if m is None or m.commitment is None)
    if len(found) == 1 and not missing:
        return matched(", ".join(written), coarsest, found[0])
    together = not missing and _one_service(found) and _one_supplier(found)
    stated = finding(
        ReasonCode.ENG_MULTI_SAME_SERVICE if together else ReasonCode.ENG_MULTI_SPLIT,
        number=", ".join(written),
        commitments=", ".join(map(named, found)),
        missing=", ".join(missing),
    )
    return Match(findings=(stated,), commitments=found, rung=coarsest, hits=found, number=", ".join(written))


def _one_service(found: tuple[Commitment, ...]) -> bool:
    return len({service_form(c.service_code or "") for c in found}) == 1


def _one_supplier(found: tuple[Commitment, ...]) -> bool:
    return len({party_key(c.supplier_id or "", c.supplier_id_type) for c in found}) == 1
