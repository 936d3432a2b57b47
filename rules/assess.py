"""The order of the gates: what is asked of every invoice, from the document to the amount.

    document -> identity -> framework -> recipient -> credit note -> commitment -> supplier -> state -> service
             -> amount -> freshness

All gates are asked, so that a reviewer sees every problem at once; `rules.decide` then concludes by `rules.table`.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from rules.candidates import rank_candidates
from rules.case import Case
from rules.decide import Evidence, decide
from rules.decision import Decision
from rules.findings import Finding, ReasonCode, finding
from rules.gates.amount import billed_amount, check_amount
from rules.gates.commitment import match_commitment
from rules.gates.credit_note import Origin, find_origin
from rules.gates.document import check_document
from rules.gates.framework import check_framework
from rules.gates.freshness import check_freshness
from rules.gates.identity import Identity, check_identity
from rules.gates.recipient import check_recipient
from rules.gates.service import ServiceChoice, choose_service
from rules.gates.state import check_state
from rules.gates.supplier import check_payment, check_supplier
from rules.match import Match
from rules.meaning import Circumstances
from rules.model import Reservation, Unreadable
from rules.payment import payment_deadline
from rules.policy import Policy
from rules.table import POSITION


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the gates that find something brought."""

    identity: Identity
    origin: Origin
    match: Match
    choice: ServiceChoice


def assess(case: Case, made_available_at: dt.datetime) -> Decision:
    """Decide one invoice. Pure: the same case gives the same decision.

    The policy of the recipient's own budget is applied, where the body's policy has one.
    """
    recipient = case.snapshot.recipient
    siret = recipient.siret if recipient else None
    case = dataclasses.replace(case, policy=case.policy.for_recipient(siret))
    asked = _ask(case)
    match, supersedes = asked.match, asked.identity.supersedes
    around = _around(case, _findings(case, asked))
    framework = case.invoice.billing_framework
    evidence = Evidence(
        payment_deadline=payment_deadline(case.invoice, made_available_at, case.policy.payment.days),
        recipient_siret=siret,
        service=asked.choice.service,
        commitment=match.commitment,
        commitments=match.commitments,
        match_rung=match.rung,
        candidates=rank_candidates(case, match, asked.origin, around, supersedes),
        reservations=_reservations(case, match),
        supersedes=supersedes,
        billing_framework=framework.value if framework else None,
        reference_as_of=case.snapshot.as_of,
    )
    return decide(evidence, around)


def assess_unreadable(
    unreadable: Unreadable, policy: Policy, now: dt.datetime, made_available_at: dt.datetime
) -> Decision:
    """Decide what could not be read: it is quarantined with its reason, and nothing is proposed."""
    deadline = payment_deadline(None, made_available_at, policy.payment.days)
    stated = (finding(unreadable.reason, message=unreadable.message),)
    return decide(Evidence(payment_deadline=deadline), Circumstances(stated=stated, policy=policy, now=now, began=now))


def _ask(case: Case) -> _Asked:
    identity = check_identity(case)
    origin = find_origin(case, identity.supersedes)
    match = match_commitment(case, origin)
    return _Asked(identity=identity, origin=origin, match=match, choice=choose_service(case, match.commitments, origin))


def _findings(case: Case, asked: _Asked) -> tuple[Finding, ...]:
    """What every gate states. The amount is not compared where nobody knows which commitments it is for."""
    match = asked.match
    billed = () if match.says(ReasonCode.ENG_MULTI_SPLIT) else match.commitments
    findings = (
        *check_document(case),
        *asked.identity.findings,
        *check_framework(case),
        *check_recipient(case),
        *asked.origin.findings,
        *match.findings,
        *_check_commitments(case, match),
        *check_payment(case),
        *asked.choice.findings,
        *check_amount(case, billed, asked.identity.supersedes),
    )
    return (*findings, *check_freshness(case, findings))


def _around(case: Case, findings: Iterable[Finding]) -> Circumstances:
    """All that was stated, each once, in the order of the table."""
    stated = tuple(sorted(dict.fromkeys(findings), key=lambda f: POSITION[f.code]))
    began = case.waiting_since or case.now
    return Circumstances(stated=stated, policy=case.policy, now=case.now, began=began, invoice=case.invoice)


def _check_commitments(case: Case, match: Match) -> tuple[Finding, ...]:
    """The supplier and the state of each commitment; the supplier alone where there is none."""
    if not match.commitments:
        return check_supplier(case, None)
    return tuple(f for c in match.commitments for f in (*check_supplier(case, c), *check_state(case, c)))


def _reservations(case: Case, match: Match) -> tuple[Reservation, ...]:
    """What the invoice takes from its commitment; a credit note gives back.

    Of several commitments nobody knows the shares before finance has split the amount. An invoice below zero that is
    no credit note gives nothing back: a person has to say what it is.
    """
    billed, commitment = billed_amount(case), match.commitment
    if billed is None or commitment is None:
        return ()
    amount = -abs(billed) if case.invoice.is_credit_note else max(billed, billed * 0)
    reserved = Reservation(
        invoice_key=case.invoice_key,
        recipient_siret=commitment.recipient_siret,
        number=commitment.number,
        fiscal_year=commitment.fiscal_year,
        amount=amount,
    )
    return (reserved,) if amount else ()
