"""Texts that stand where a commitment number belongs and are none: they count as missing (row 19)."""

from rules.case import Case
from rules.identifiers import SIREN_LENGTH, compact
from rules.normalise import bare, made_of, n1

_FILLERS = frozenset("0X")


def is_placeholder(case: Case, text: str) -> bool:
    """Whether a number is none: a word for "none", a row of fillers, a label alone, or another of the invoice's values.

    What is only a placeholder for where it comes from (the invoice's own number, say) is a number all the same where
    a commitment of this recipient bears it.
    """
    written = bare(text)
    if written in case.policy.placeholder_forms or _is_filler(written):
        return True
    if not made_of(written, case.policy.label_forms) and written not in _other_values(case):
        return False
    return all(n1(text) != n1(commitment.number) for commitment in case.own_commitments())


def _is_filler(written: str) -> bool:
    """Nothing but zeros, nothing but X, or no letter and no digit at all."""
    return (len(set(written)) == 1 and written[0] in _FILLERS) or not any(c.isalnum() for c in written)


def _other_values(case: Case) -> frozenset[str]:
    """The invoice's own number and service code, and the identifiers of its parties with their SIREN."""
    invoice = case.invoice
    written = (invoice.invoice_number, invoice.service_code)
    parties = {compact(party.value) for party in invoice.supplier_ids}
    if invoice.recipient_siret:
        parties.add(compact(invoice.recipient_siret.value))
    parties |= {party[:SIREN_LENGTH] for party in parties if party.isdigit()}
    return frozenset(bare(field.value) for field in written if field) | parties
