"""The semantic model behind CII and UBL: from the elements that a syntax collected to one `Invoice` (EN 16931-1)."""

from collections.abc import Sequence

from rules.model import Attachment, Invoice, Syntax, Text
from worker.extract.accounts import accounts
from worker.extract.parties import Identifier, Recipient, supplier
from worker.extract.profiles import profile_of
from worker.extract.values import Values

PER_LINE = frozenset({"line_commitment_number"})


def assemble(
    values: Values,
    *,
    syntax: Syntax,
    within: str,
    seller: Sequence[Identifier],
    buyer: Sequence[Identifier],
    payee: Sequence[Identifier],
    supplier_vat: Text | None,
    service_code: Text | None,
    attachments: tuple[Attachment, ...],
) -> Invoice:
    """The invoice, with a finding for whatever is missing, repeated or not understood.

    `service_code` is the historical circuit's (BT-10); the reform's (BT-46 under 0224) wins over it, and the one in a
    directory address (BT-49) counts where neither is there.
    """
    sender = supplier(seller)
    best = sender[0] if sender else None
    paid = supplier(payee)
    recipient = Recipient(buyer, values.text("buyer_address"))
    values.findings.extend(recipient.findings)
    currency = values.text("currency")
    guideline = values.text("guideline")
    number, day = values.text("invoice_number"), values.day("issue_date") or values.day("issue_moment")
    total = values.amount_in("amount_incl_tax", currency)
    values.require(invoice_number=number, issue_date=day, amount_incl_tax=total)
    return Invoice(
        syntax=syntax,
        profile=profile_of(guideline.value) if guideline else None,
        within=within,
        invoice_number=number,
        issue_date=day,
        invoice_type=values.text("invoice_type"),
        billing_framework=values.text("billing_framework"),
        currency=currency,
        recipient_siret=recipient.siret,
        service_code=recipient.service_code or service_code or recipient.address_code,
        commitment_number=values.text("commitment_number"),
        contract_number=values.text("contract_number"),
        line_commitment_numbers=values.texts("line_commitment_number"),
        supplier_id=best.text if best else None,
        supplier_id_type=best.type if best else None,
        supplier_ids=tuple(party.id for party in sender),
        supplier_vat=supplier_vat,
        payee_id=paid[0].text if paid else None,
        supplier_name=values.text("supplier_name"),
        accounts=accounts(values.texts("account")),
        amount_excl_tax=values.amount_in("amount_excl_tax", currency),
        amount_tax=values.amount_in("amount_tax", currency),
        amount_incl_tax=total,
        amount_due=values.amount_in("amount_due", currency),
        original_invoice_numbers=values.texts("original_invoice_number"),
        attachments=attachments,
        findings=tuple(values.findings),  # last: reading the fields above fills it
    )
