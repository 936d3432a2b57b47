"""Is the supplier the one the commitment was made with? By identifier, declaration and payee (rows 29 to 34)."""

import dataclasses
from enum import StrEnum

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding
from rules.frameworks import FrameworkClass
from rules.identifiers import (
    compact,
    same_identifier,
    siren_fault,
    siren_in,
    siren_of,
    siret_fault,
    supplier_key,
    supplier_siren,
)
from rules.model import Commitment, ContractRole, IdType, Invoice, PartyId
from rules.normalise import Rung, forms
from rules.trust import GUESSED_WHOLE, Condition, told


class Agreement(StrEnum):
    """How far the supplier of an invoice agrees with that of a commitment."""

    SIRET = "siret"  # or, for suppliers without one, the same identifier of the same type
    SIREN = "siren"
    COCONTRACTOR = "cocontractor"  # declared on the contract, and the cadre says so
    SUBCONTRACTOR = "subcontractor"
    UNKNOWN = "unknown"  # the commitment names no supplier
    NONE = "none"


AGREEING = frozenset({Agreement.SIRET, Agreement.SIREN, Agreement.COCONTRACTOR, Agreement.SUBCONTRACTOR})
_VOUCHED = AGREEING - {Agreement.SIREN}  # the reference data knows the very identifier
_DECLARED = {
    FrameworkClass.COCONTRACTOR: (ContractRole.COCONTRACTOR, Agreement.COCONTRACTOR),
    FrameworkClass.SUBCONTRACTOR: (ContractRole.SUBCONTRACTOR, Agreement.SUBCONTRACTOR),
}
_CODES = {
    Agreement.SIRET: ReasonCode.SUP_SIRET_EQUAL,
    Agreement.SIREN: ReasonCode.SUP_SIREN_EQUAL,
    Agreement.COCONTRACTOR: ReasonCode.SUP_COCONTRACTOR,
    Agreement.SUBCONTRACTOR: ReasonCode.SUP_SUBCONTRACTOR_DECLARED,
    Agreement.UNKNOWN: ReasonCode.SUP_UNKNOWN,
    Agreement.NONE: ReasonCode.SUP_MISMATCH,
}


def agreement(case: Case, commitment: Commitment, *, of_guesses: bool = False) -> Agreement:
    """Compare every identifier of the invoice's supplier with the commitment's, then with its contract's parties.

    An identifier that was read from a page, and is not sure, agrees with nothing; unless it is asked for `of_guesses`,
    to show a person what may be meant.
    """
    wanted, wanted_type = commitment.supplier_id or "", commitment.supplier_id_type
    invoice = case.invoice if of_guesses else believed(case)
    if wanted and _is_supplier(invoice, wanted, wanted_type):
        return Agreement.SIRET
    siren = siren_of(wanted, wanted_type)
    if siren is not None and siren == supplier_siren(invoice):
        return Agreement.SIREN
    declared = _declared(case, contract_of(case, commitment))
    return declared or (Agreement.NONE if wanted else Agreement.UNKNOWN)


def believed(case: Case) -> Invoice:
    """The invoice with those identifiers of its supplier that count.

    Beside an identifier in the data no guess counts; else the best one does, if it is sure.
    """
    invoice = case.invoice
    best = invoice.supplier_id or invoice.supplier_vat
    if not (case.is_guess(invoice.supplier_id) or case.is_guess(invoice.supplier_vat)):
        return invoice
    data = tuple(party for party in invoice.supplier_ids if not _is_guessed(case, party))
    identifier, vat = (None if case.is_guess(f) else f for f in (invoice.supplier_id, invoice.supplier_vat))
    if not (data or identifier or vat) and best is not None and case.is_sure(best):
        data = tuple(party for party in invoice.supplier_ids if _is_same(party, best.value))
        identifier, vat = invoice.supplier_id, None if invoice.supplier_id else invoice.supplier_vat
    return dataclasses.replace(invoice, supplier_ids=data, supplier_id=identifier, supplier_vat=vat)


def is_unsure(case: Case) -> bool:
    """Whether all that is known of who the supplier is was read from a page, and is not sure."""
    invoice = case.invoice
    return supplier_key(invoice) is not None and supplier_key(believed(case)) is None


def contract_of(case: Case, commitment: Commitment | None) -> str | None:
    """The contract that an invoice is for: the commitment's, else the one that the invoice names in its data."""
    given = case.invoice.contract_number
    own = commitment.contract_number if commitment else None
    return own or (given.value if given and not case.is_guess(given) else None)


def is_declared(case: Case, contract: str | None, roles: frozenset[str]) -> bool:
    """Whether the supplier is declared on the contract in one of these roles, by its identifier or its SIREN."""
    invoice = believed(case)
    return any(
        party.role in roles
        and contract is not None
        and forms(party.contract_number, Rung.N2, frozenset()) & forms(contract, Rung.N2, case.policy.label_forms)
        and _is_party(invoice, party.supplier_id, party.supplier_id_type)
        for party in case.snapshot.contract_parties
    )


def check_supplier(case: Case, commitment: Commitment | None) -> tuple[Finding, ...]:
    """The supplier against the commitment, and its key where the reference data does not vouch for the number."""
    contract = contract_of(case, commitment)
    if is_unsure(case) and (commitment or case.framework is FrameworkClass.SUBCONTRACTOR):
        return (_unsure(case, commitment),)
    agreed = agreement(case, commitment) if commitment else _declared(case, contract)
    key = () if agreed in _VOUCHED else _key(believed(case))
    code = _code(case, commitment, contract, agreed)
    if code is None:
        return key
    given = case.invoice.supplier_id
    expected = commitment.supplier_id if commitment else None
    stated = finding(code, given=given.value if given else None, expected=expected, contract=contract)
    return (stated, *key)


def check_payment(case: Case) -> tuple[Finding, ...]:
    """Who asks to be paid, and where: a factor, or an account not known for this supplier (row 34)."""
    invoice = case.invoice
    payee, given = invoice.payee_id, invoice.supplier_id
    stated: list[Finding] = []
    if payee and not _is_payee(invoice, payee.value):
        stated.append(finding(ReasonCode.SUP_FACTOR, payee=payee.value, given=given.value if given else None))
    known = case.snapshot.known_accounts
    if known and any(account.digest not in known for account in invoice.accounts):
        stated.append(finding(ReasonCode.SUP_BANK_CHANGED))
    return tuple(stated)


def _code(
    case: Case, commitment: Commitment | None, contract: str | None, agreed: Agreement | None
) -> ReasonCode | None:
    """A sub-contractor has to be declared, by whatever it bills: nobody's word is taken for it (row 32)."""
    unproven = agreed in {None, Agreement.UNKNOWN, Agreement.NONE}
    if unproven and case.framework is FrameworkClass.SUBCONTRACTOR:
        holds = commitment is None and is_declared(case, contract, frozenset({ContractRole.HOLDER}))
        return None if holds else ReasonCode.SUP_SUBCONTRACTOR_UNDECLARED
    return _CODES[agreed] if agreed else None


def _unsure(case: Case, commitment: Commitment | None) -> Finding:
    best = case.invoice.supplier_id or case.invoice.supplier_vat
    return finding(
        ReasonCode.SUP_READ_UNSURE,
        given=best.value if best else None,
        expected=commitment.supplier_id if commitment else None,
        **told(best.seen if best else None, (Condition.CONFIDENCE,)),
    )


def _declared(case: Case, contract: str | None) -> Agreement | None:
    """Row 31: the cadre decides in which role a party has to be declared."""
    role, agreed = _DECLARED.get(case.framework, (None, None))
    return agreed if role and is_declared(case, contract, frozenset({role})) else None


def _is_guessed(case: Case, party: PartyId) -> bool:
    """Whether an identifier in the list of all is one that was read from a page."""
    fields = (case.invoice.supplier_id, case.invoice.supplier_vat)
    if case.invoice.syntax in GUESSED_WHOLE:
        return True
    return any(field is not None and case.is_guess(field) and _is_same(party, field.value) for field in fields)


def _is_same(party: PartyId, identifier: str) -> bool:
    return compact(party.value) == compact(identifier)


def _is_supplier(invoice: Invoice, identifier: str, id_type: str | None) -> bool:
    return any(same_identifier(party.value, party.type, identifier, id_type) for party in invoice.supplier_ids)


def _is_party(invoice: Invoice, identifier: str, id_type: str | None) -> bool:
    siren = siren_of(identifier, id_type)
    return _is_supplier(invoice, identifier, id_type) or (siren is not None and siren == supplier_siren(invoice))


def _is_payee(invoice: Invoice, payee: str) -> bool:
    siren = siren_in(payee)
    if siren is not None and siren == supplier_siren(invoice):
        return True
    return any(compact(party.value) == compact(payee) for party in invoice.supplier_ids)


def _key(invoice: Invoice) -> tuple[Finding, ...]:
    given = invoice.supplier_id
    if given is None:
        return ()
    check = {IdType.SIRET: siret_fault, IdType.SIREN: siren_fault}.get(invoice.supplier_id_type)  # type: ignore[call-overload]
    fault = check(given.value) if check else None
    return (finding(ReasonCode.IDN_KEY_INVALID, identifier=given.value, fault=fault),) if fault else ()
