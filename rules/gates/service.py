"""Which service gets it? The one given, if it is usable; else the commitment's; else a default (rows 38 to 41)."""

from dataclasses import dataclass

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding
from rules.frameworks import FrameworkClass
from rules.gates.credit_note import Origin
from rules.model import Commitment, Service, Text
from rules.normalise import service_form
from rules.policy import OnConflict
from rules.trust import Condition, told


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceChoice:
    """The result of the service gate."""

    findings: tuple[Finding, ...] = ()
    service: Service | None = None


def choose_service(case: Case, commitments: tuple[Commitment, ...], origin: Origin) -> ServiceChoice:
    """The usable service to route to, and how it was found. Only usable services of this recipient are chosen."""
    given = case.invoice.service_code
    named = case.service(given.value) if given else None
    behind = _behind(case, commitments, origin)
    if given is not None and case.is_guess(given):
        return _guessed(case, given, named, behind)
    if named is not None:
        return _named(case, named, behind)
    if given is None:
        return _inherited(case, origin) or (_taken_from(behind) if behind else _default(case))
    if behind is None:
        return ServiceChoice(findings=(finding(ReasonCode.SVC_UNKNOWN, given=given.value),))
    overridden = finding(ReasonCode.SVC_UNKNOWN_OVERRIDDEN, given=given.value, service=behind.code)
    return ServiceChoice(findings=(overridden,), service=behind)


def _guessed(case: Case, given: Text, named: Service | None, behind: Service | None) -> ServiceChoice:
    """A service read from a page fills a gap: it must be sure and usable, and never stands against the commitment's."""
    holds = {
        Condition.CONFIDENCE: case.is_sure(given),
        Condition.FOUND: named is not None,
        Condition.COMMITMENT: named is None or behind is None or behind.code == named.code,
    }
    failed = tuple(condition for condition, held in holds.items() if not held)
    if named is not None and not failed:
        return ServiceChoice(findings=(finding(ReasonCode.SVC_GIVEN, service=named.code),), service=named)
    if behind is None:
        return ServiceChoice(
            findings=(finding(ReasonCode.SVC_READ_UNSURE, given=given.value, **told(given.seen, failed)),)
        )
    overridden = finding(
        ReasonCode.SVC_READ_OVERRIDDEN, given=given.value, service=behind.code, **told(given.seen, failed)
    )
    return ServiceChoice(findings=(overridden,), service=behind)


def _named(case: Case, named: Service, behind: Service | None) -> ServiceChoice:
    if behind is None or behind.code == named.code:
        return ServiceChoice(findings=(finding(ReasonCode.SVC_GIVEN, service=named.code),), service=named)
    conflict = finding(ReasonCode.SVC_CONFLICT, given=named.code, expected=behind.code)
    follow = case.policy.services.on_conflict is OnConflict.COMMITMENT
    return ServiceChoice(findings=(conflict,), service=behind if follow else named)


def _inherited(case: Case, origin: Origin) -> ServiceChoice | None:
    """Row 15: a credit note that names no service has its original's, which needs no word of its own."""
    service = case.service(_of_origin(case, origin))
    return ServiceChoice(service=service) if service else None


def _taken_from(behind: Service) -> ServiceChoice:
    return ServiceChoice(findings=(finding(ReasonCode.SVC_FROM_COMMITMENT, service=behind.code),), service=behind)


def _default(case: Case) -> ServiceChoice:
    """Row 39. An already paid invoice has somewhere to go without a service, unless its budget requires one."""
    service = case.service(case.policy.services.default_service)
    if service is not None:
        return ServiceChoice(findings=(finding(ReasonCode.SVC_DEFAULT, service=service.code),), service=service)
    recipient = case.snapshot.recipient
    required = recipient is None or recipient.service_required or recipient.service_or_commitment_required
    if case.framework is FrameworkClass.ALREADY_PAID and not required:
        return ServiceChoice()
    return ServiceChoice(findings=(finding(ReasonCode.SVC_MISSING),))


def _behind(case: Case, commitments: tuple[Commitment, ...], origin: Origin) -> Service | None:
    """The service that the commitments, or else the original of a credit note, were made for; None if they differ."""
    codes = {service_form(c.service_code): c.service_code for c in commitments if c.service_code}
    code = next(iter(codes.values())) if len(codes) == 1 else None
    return case.service(code or (None if codes else _of_origin(case, origin)))


def _of_origin(case: Case, origin: Origin) -> str | None:
    """The service of the original of a credit note. One that only a guess names leads to no service by itself."""
    guess = any(map(case.is_guess, case.invoice.original_invoice_numbers))
    return origin.invoice.service_code if origin.invoice and not guess else None
