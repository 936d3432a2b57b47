"""What the portal takes from suppliers (§5.1), and what a recipient may do with it (§3.7, §4)."""

from collections.abc import Mapping

from worker.errors import PermanentError
from worker.fake_portal.model import FRAMEWORKS, Invoice, Status, Structure

_S = Status
_FORWARD = (_S.SERVICE_FAIT, _S.MANDATEE, _S.MISE_A_DISPOSITION_COMPTABLE, _S.COMPTABILISEE, _S.MISE_EN_PAIEMENT)
_BACK = (_S.SUSPENDUE, _S.REJETEE, _S.A_RECYCLER)

NOT_DELIVERED = frozenset({_S.DEPOSEE, _S.EN_COURS_ACHEMINEMENT})  # the recipient does not know of it yet (§4)

TRANSITIONS: Mapping[str, tuple[Status, ...]] = {
    # The first row is the documents' own example, with SERVICE_FAIT, which came later (§3.7); COMPLETEE goes on as it
    # does (§4). The others are assumed: forward along §4, back while one client still works on the invoice.
    _S.MISE_A_DISPOSITION: (_S.MISE_A_DISPOSITION, *_BACK, *_FORWARD),
    _S.COMPLETEE: (*_BACK, *_FORWARD),
    _S.SERVICE_FAIT: (*_BACK, *_FORWARD[1:]),
    _S.MANDATEE: (*_BACK, *_FORWARD[2:]),
    _S.MISE_A_DISPOSITION_COMPTABLE: _FORWARD[3:],
    _S.COMPTABILISEE: _FORWARD[4:],
}


class DepositRefused(PermanentError):
    """The portal would not have taken this invoice from its supplier (§5.1). Correct the invoice of the test."""

    code = "DEPOSIT_REFUSED"


def check_deposit(invoice: Invoice, structure: Structure) -> None:
    """Raise `DepositRefused` with every fault of an invoice. The commitment itself is never looked up (§0)."""
    service = structure.service(invoice.service_code)
    either = invoice.service_code or invoice.commitment_number
    faults = {
        "the structure is not active": not structure.active,
        "the number has 1 to 20 characters": not 1 <= len(invoice.number) <= 20,  # noqa: PLR2004 - §1.2
        "no such framework": invoice.framework not in FRAMEWORKS,
        "a service code is required": structure.service_required and not invoice.service_code,
        "a commitment number is required": structure.commitment_required and not invoice.commitment_number,
        "a service code or a commitment number is required": structure.service_or_commitment_required and not either,
        "the service is unknown or inactive": bool(invoice.service_code) and not (service and service.active),
        "the service requires a commitment number": bool(
            service and service.commitment_required and not invoice.commitment_number
        ),
    }
    found = [fault for fault, present in faults.items() if present]
    if found:
        raise DepositRefused("; ".join(found))
