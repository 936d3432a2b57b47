"""What is proposed towards the portal, within what the law and the portal admit. Nothing is sent from here.

The rules of the guard are data: the policy says which reasons an action admits, which of them presuppose that the
buyer gave a number before, and what a body proposes for a reason; the amounts that are never a ground for rejection
on works (CCP R2192-34: the body pays the "sommes admises") are listed here, because no policy may change them.
"""

import unicodedata
from typing import NamedTuple

from rules.findings import ReasonCode
from rules.policy import Policy
from rules.table import Action, Row

NEVER_REJECTED_ON_WORKS = frozenset(
    {ReasonCode.INT_AMOUNTS_INCONSISTENT, ReasonCode.AMT_OVER_REMAINING, ReasonCode.CRN_EXCEEDS_ORIGIN}
)
_MORE = "…"


class Proposal(NamedTuple):
    """An action towards the portal and the portal's name of its reason."""

    action: Action
    reason: str | None


NOTHING = Proposal(Action.NONE, None)


def propose(row: Row, policy: Policy, *, works: bool, guess: bool = False) -> Proposal:
    """The proposal of the row that decided.

    Recycling ended with the reform: without it, the same rows propose a rejection. A rejection that is not admitted
    is not proposed; a suspension whose reason is not admitted is proposed without one, for a person to choose. A reason
    that rests on a `guess` (a value read from a page) is none to tell a supplier: only what stays inside is proposed.
    """
    portal = policy.portal
    action = portal.actions.get(row.code, row.action)
    if action is Action.RECYCLE and not portal.recycling:
        action = Action.REJECT
    if guess:
        return Proposal(action, None) if action is Action.INTERNAL_REROUTE else NOTHING
    reason = portal.reasons.get(row.code)
    if action is Action.NONE or (action is Action.REJECT and _is_barred(row.code, reason, policy, works=works)):
        return NOTHING
    admitted = portal.allowed.get(action)
    if admitted is None or reason in admitted:
        return Proposal(action, reason)
    return NOTHING if action is Action.REJECT else Proposal(action, None)


def motif(text: str, policy: Policy) -> str:
    """The text of a reason as the portal takes it: cut by characters, never between a letter and its accent."""
    most = policy.portal.motif_max_characters
    whole = unicodedata.normalize("NFC", text)
    if len(whole) <= most:
        return whole
    end = max(most - len(_MORE), 0)
    while end > 0 and unicodedata.combining(whole[end]):
        end -= 1
    return (whole[:end].rstrip() + _MORE)[:most]


def _is_barred(code: ReasonCode, reason: str | None, policy: Policy, *, works: bool) -> bool:
    """Whether the law bars a rejection: an amount on works, or a number that the buyer never gave."""
    if works and code in NEVER_REJECTED_ON_WORKS:
        return True
    return reason in policy.portal.given_before and not policy.portal.order_numbers_given
