"""Which commitment pays for it? By its number, or through the original invoice of a credit note (rows 15, 18 to 28)."""

from rules.case import Case
from rules.findings import ReasonCode, finding
from rules.gates.credit_note import Origin
from rules.gates.guess import weigh
from rules.gates.supplier import AGREEING, agreement
from rules.market import CONTRACT, from_market, from_swapped_fields
from rules.match import Match, match_number
from rules.model import Commitment, PastInvoice, Text
from rules.multiple import from_numbers, from_parts
from rules.normalise import Rung, forms
from rules.placeholders import is_placeholder
from rules.several import distinct


def match_commitment(case: Case, origin: Origin) -> Match:
    """The commitment of the invoice, with what was found on the way. A guess alone only proposes one."""
    match = _match(case, origin)
    return weigh(case, match, _led_by(case, match, origin))


def _match(case: Case, origin: Origin) -> Match:
    if origin.invoice is not None and origin.invoice.commitment_number is not None:
        return _inherited(case, origin.invoice)
    numbers = distinct(field.value for field in _number_fields(case))
    if not numbers:
        return _without_number(case, origin)
    match = _by_numbers(case, numbers)
    return match or _not_found(case, numbers)


def is_required(case: Case, origin: Origin) -> bool:
    """The service's own flag wins over the recipient's (Chorus Pro asks at both levels)."""
    recipient = case.snapshot.recipient
    given = case.invoice.service_code if case.is_sure(case.invoice.service_code) else None
    inherited = origin.invoice.service_code if origin.invoice else None
    service = case.service(given.value if given else inherited)
    if service is not None and service.commitment_required is not None:
        return service.commitment_required
    return recipient is not None and recipient.commitment_required


def _inherited(case: Case, original: PastInvoice) -> Match:
    """The original's commitment, as it was matched then; none if the reference data has it no more."""
    key = (original.commitment_number, original.commitment_year)
    found = tuple(c for c in case.own_commitments() if (c.number, c.fiscal_year) == key)
    return Match(findings=(), commitments=found[:1])


def _by_numbers(case: Case, numbers: tuple[str, ...]) -> Match | None:
    if len(numbers) > 1:
        return from_numbers(case, numbers)
    return match_number(case, numbers[0]) or from_parts(case, numbers[0]) or from_swapped_fields(case, numbers[0])


def _number_fields(case: Case) -> tuple[Text, ...]:
    """The number of the header, else the numbers of the lines; placeholders are none."""
    header, lines = case.invoice.commitment_number, case.invoice.line_commitment_numbers
    if header is not None and not is_placeholder(case, header.value):
        return (header,)
    return tuple(line for line in lines if not is_placeholder(case, line.value))


def _led_by(case: Case, match: Match, origin: Origin) -> tuple[Text, ...]:
    """The fields of the invoice that led to what was found, or that were looked up in vain."""
    if origin.invoice is not None and origin.invoice.commitment_number is not None:
        return case.invoice.original_invoice_numbers
    contract, numbers = case.invoice.contract_number, _number_fields(case)
    through_contract = match.says(ReasonCode.ENG_FROM_MARKET) or any(
        f.value("field") == CONTRACT for f in match.findings
    )
    if contract is not None and (through_contract or not numbers):
        return (contract,)
    return numbers


def _without_number(case: Case, origin: Origin) -> Match:
    required = is_required(case, origin)
    match = (from_market(case) if required else None) or from_swapped_fields(case, None)
    if match is not None:
        return match
    written = case.invoice.commitment_number
    if not required:
        return Match(findings=(finding(ReasonCode.ENG_MISSING_OPTIONAL),))
    if written is None:
        return Match(findings=(finding(ReasonCode.ENG_MISSING_REQUIRED),))
    return Match(findings=(finding(ReasonCode.ENG_PLACEHOLDER, number=written.value),))


def _elsewhere(case: Case, numbers: tuple[str, ...]) -> tuple[Commitment, ...]:
    """The commitments of the body's other budgets that bear one of the numbers."""
    labels = case.policy.label_forms
    wanted = {form for number in numbers for form in forms(number, Rung.N3, labels)}
    return tuple(c for c in case.other_commitments() if wanted & forms(c.number, Rung.N3, labels))


def _not_found(case: Case, numbers: tuple[str, ...]) -> Match:
    """Rows 25 and 26: it matters whether this supplier has commitments, here or under that number at another budget."""
    number = ", ".join(numbers)
    count = sum(agreement(case, c) in AGREEING for c in (*case.own_commitments(), *_elsewhere(case, numbers)))
    code = ReasonCode.ENG_NOT_FOUND_CANDIDATES if count else ReasonCode.ENG_NOT_FOUND
    values = {"number": number, "count": count} if count else {"number": number}
    return Match(findings=(finding(code, **values),), number=number)
