"""Does the invoice hold together in itself? Totals, and what reading it brought up."""

from decimal import Decimal

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding
from rules.frameworks import is_known
from rules.model import Amount
from rules.trust import guessed


def check_document(case: Case) -> tuple[Finding, ...]:
    """The findings of reading, what was read from a page, an unknown cadre, totals off (BT-109 + BT-110 = BT-112)."""
    return case.invoice.findings + _read_from_page(case) + _unknown_framework(case) + _totals(case)


def _read_from_page(case: Case) -> tuple[Finding, ...]:
    """Unless the reader has said so already, in words of its own."""
    names = guessed(case.invoice)
    if any(stated.code is ReasonCode.INT_READ_FROM_PAGE for stated in case.invoice.findings):
        return ()
    return (finding(ReasonCode.INT_READ_FROM_PAGE, fields=", ".join(names)),) if names else ()


def _unknown_framework(case: Case) -> tuple[Finding, ...]:
    framework = case.invoice.billing_framework
    if framework is None or is_known(framework.value):
        return ()
    return (finding(ReasonCode.INT_UNKNOWN_VALUE, field="billing_framework", value=framework.value),)


def _totals(case: Case) -> tuple[Finding, ...]:
    invoice = case.invoice
    amounts = (invoice.amount_excl_tax, invoice.amount_tax, invoice.amount_incl_tax)
    net, tax, gross = (_value(amount) if case.is_sure(amount) else None for amount in amounts)
    if net is None or tax is None or gross is None:
        return ()
    if abs(net + tax - gross) <= case.policy.amounts.rounding:
        return ()
    return (finding(ReasonCode.INT_AMOUNTS_INCONSISTENT, net=net, tax=tax, gross=gross),)


def _value(amount: Amount | None) -> Decimal | None:
    return amount.value if amount else None
