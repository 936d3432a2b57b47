"""The order of the gates: what is asked of every invoice, from the document to the amount.

    document -> identity -> recipient -> credit note -> commitment -> supplier -> state -> service -> amount -> freshness

All gates are asked, so that a reviewer sees every problem at once; `rules.decide` then concludes by `rules.table`.
"""

import datetime as dt

from rules.case import Case
from rules.decide import Candidate, Decision, Evidence, decide
from rules.findings import Finding, ReasonCode, finding
from rules.gates.amount import check_amount
from rules.gates.commitment import match_commitment
from rules.gates.credit_note import find_origin
from rules.gates.document import check_document
from rules.gates.freshness import check_freshness
from rules.gates.identity import check_identity
from rules.gates.recipient import check_recipient
from rules.gates.service import choose_service
from rules.gates.state import check_state
from rules.gates.supplier import check_supplier
from rules.match import Match
from rules.model import Unreadable
from rules.payment import payment_deadline
from rules.policy import Policy


def assess(case: Case, made_available_at: dt.datetime) -> Decision:
    """Decide one invoice. Pure: the same case gives the same decision."""
    evidence = _evidence(case, made_available_at)
    return decide(evidence, case.policy, case.now, case.waiting_since)


def assess_unreadable(
    unreadable: Unreadable, policy: Policy, now: dt.datetime, made_available_at: dt.datetime
) -> Decision:
    """Decide what could not be read: it is quarantined with its reason, and nothing is proposed."""
    deadline = payment_deadline(None, made_available_at, policy.payment.days)
    stated = (finding(unreadable.reason, message=unreadable.message),)
    return decide(Evidence(findings=stated, payment_deadline=deadline), policy, now, None)


def _evidence(case: Case, made_available_at: dt.datetime) -> Evidence:
    origin = find_origin(case)
    match = match_commitment(case, origin)
    choice = choose_service(case, match.commitment, origin)
    findings: tuple[Finding, ...] = (
        *check_document(case),
        *check_identity(case),
        *check_recipient(case),
        *origin.findings,
        *match.findings,
        *check_supplier(case, match.commitment),
        *check_state(match.commitment),
        choice.finding,
        *check_amount(case, match.commitment),
    )
    recipient = case.snapshot.recipient
    framework = case.invoice.billing_framework
    return Evidence(
        findings=findings + check_freshness(case, findings),
        payment_deadline=payment_deadline(case.invoice, made_available_at, case.policy.payment.days),
        recipient_siret=recipient.siret if recipient else None,
        service=choice.service,
        commitment=match.commitment,
        match_rung=match.rung,
        candidates=_candidates(match),
        billing_framework=framework.value if framework else None,
        reference_as_of=case.snapshot.as_of,
    )


def _candidates(match: Match) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            number=c.number,
            recipient_siret=c.recipient_siret,
            fiscal_year=c.fiscal_year,
            service_code=c.service_code,
            points=0,
            rank=1,
            evidence=(),
            refused_by=ReasonCode.ENG_AMBIGUOUS,
        )
        for c in match.candidates
    )
