"""ZUGFeRD 1: the same invoice under other names."""

from decimal import Decimal

import pytest

from rules.findings import ReasonCode
from rules.model import Attachment, IdType, Syntax
from tests.fixture_maker.xmlkit import rewrite, with_prefixes
from tests.fixture_maker.zugferd1 import zugferd1
from tests.unit.extract.samples import BILL, BUYER, SELLER, ZUGFERD1, invoice, plain, told

EXPECTED = {
    "syntax": Syntax.ZUGFERD1,
    "profile": "COMFORT",
    "invoice_number": "LV-2026-0042",
    "issue_date": BILL.issued,
    "invoice_type": "380",
    "billing_framework": "A1",
    "currency": "EUR",
    "recipient_siret": BUYER,
    "service_code": "SAAM D5",
    "commitment_number": "2026-000217",
    "contract_number": "MAPA-2025/18",
    "supplier_id": SELLER,
    "supplier_id_type": IdType.SIRET,
    "supplier_vat": BILL.supplier.vat_number,
    "supplier_name": "Logiciels Ventadour",
    "amount_excl_tax": Decimal("1250.00"),
    "amount_tax": Decimal("250.00"),
    "amount_incl_tax": Decimal("1500.00"),
    "amount_due": Decimal("1500.00"),
}
SETTLEMENT = "<ram:ApplicableSupplyChainTradeSettlement>"
AGREEMENT = "<ram:ApplicableSupplyChainTradeAgreement>"
DELIVERY = "<ram:SpecifiedSupplyChainTradeDelivery>"


def test_every_field():
    """Every field is read from its old place, and nothing is found wrong."""
    read = invoice(ZUGFERD1)
    assert plain(read, *EXPECTED) == EXPECTED
    assert read.findings == ()


def test_what_the_portal_never_wrote():
    """Preceding invoices, order numbers of lines and attachments are read from the places of that vocabulary."""
    reference = "<ram:InvoiceReferencedDocument><ram:ID>LV-1</ram:ID></ram:InvoiceReferencedDocument>"
    order = "<ram:BuyerOrderReferencedDocument><ram:ID>B-7</ram:ID></ram:BuyerOrderReferencedDocument>"
    paper = "<ram:AdditionalReferencedDocument><ram:ID>plan</ram:ID></ram:AdditionalReferencedDocument>"
    read = invoice(
        rewrite(
            ZUGFERD1,
            (SETTLEMENT, SETTLEMENT + reference),
            (AGREEMENT, AGREEMENT + paper),
            (
                DELIVERY,
                f"<ram:SpecifiedSupplyChainTradeAgreement>{order}</ram:SpecifiedSupplyChainTradeAgreement>{DELIVERY}",
            ),
        )
    )
    assert read.original_invoice_number.value == "LV-1"
    assert [number.value for number in read.line_commitment_numbers] == ["B-7"]
    assert read.attachments == (Attachment("plan", None, None, None, None),)


def test_prefixes():
    """Only namespaces count here too."""
    assert invoice(with_prefixes(ZUGFERD1, {"ram": "a", "rsm": ""})) == invoice(ZUGFERD1)


@pytest.mark.parametrize("field", ["service", "commitment", "contract"])
def test_absent(field):
    """A reference that the bill does not have is None."""
    name = {"service": "service_code"}.get(field, f"{field}_number")
    assert getattr(invoice(zugferd1(BILL.but(**{field: None}))), name) is None


def test_unreadable_total():
    """An amount that cannot be understood is told as in every syntax."""
    total = '<ram:GrandTotalAmount currencyID="EUR">1500.00<'
    read = invoice(rewrite(ZUGFERD1, (total, total.replace("1500.00", "env. 1500"))))
    assert told(read, ReasonCode.INT_VALUE_UNREADABLE) == [{"field": "amount_incl_tax", "value": "env. 1500"}]
