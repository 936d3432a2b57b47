"""Which service gets it? The one given, if it is usable; else the commitment's."""

from dataclasses import dataclass

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding
from rules.gates.credit_note import Origin
from rules.model import Commitment, Service
from rules.policy import OnConflict


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceChoice:
    """The result of the service gate."""

    finding: Finding
    service: Service | None = None


def choose_service(case: Case, commitment: Commitment | None, origin: Origin) -> ServiceChoice:
    """The usable service to route to, and how it was found. Only usable services of this recipient are chosen."""
    given = case.invoice.service_code
    named = case.service(given.value) if given else None
    behind = _behind(case, commitment, origin)
    if named is not None:
        return _named(case, named, behind)
    if given is None:
        if behind is None:
            return ServiceChoice(finding=finding(ReasonCode.SVC_MISSING))
        return ServiceChoice(finding=finding(ReasonCode.SVC_FROM_COMMITMENT, service=behind.code), service=behind)
    if behind is None:
        return ServiceChoice(finding=finding(ReasonCode.SVC_UNKNOWN, given=given.value))
    overridden = finding(ReasonCode.SVC_UNKNOWN_OVERRIDDEN, given=given.value, service=behind.code)
    return ServiceChoice(finding=overridden, service=behind)


def _named(case: Case, named: Service, behind: Service | None) -> ServiceChoice:
    if behind is None or behind.code == named.code:
        return ServiceChoice(finding=finding(ReasonCode.SVC_GIVEN, service=named.code), service=named)
    conflict = finding(ReasonCode.SVC_CONFLICT, given=named.code, expected=behind.code)
    follow = case.policy.services.on_conflict is OnConflict.COMMITMENT
    return ServiceChoice(finding=conflict, service=behind if follow else named)


def _behind(case: Case, commitment: Commitment | None, origin: Origin) -> Service | None:
    """The service that the commitment, or else the original of a credit note, was made for."""
    code = commitment.service_code if commitment else None
    inherited = origin.invoice.service_code if origin.invoice else None
    return case.service(code or inherited)
