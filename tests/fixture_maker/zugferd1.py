"""ZUGFeRD 1.0: the ancestor of Factur-X, other names for the same things, still printed by old software."""

from tests.fixture_maker.bill import Bill
from tests.fixture_maker.xmlkit import Element, Maker, document

_e = Maker(
    {
        "rsm": "urn:ferd:CrossIndustryDocument:invoice:1p0",
        "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:12",
        "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:15",
    }
)


def zugferd1(bill: Bill) -> bytes:
    """Write a bill in profile COMFORT, the parties under their SIRETs (scheme 0009) and the service as reference."""
    context = _e(
        "rsm:SpecifiedExchangedDocumentContext",
        _e("ram:BusinessProcessSpecifiedDocumentContextParameter", _e("ram:ID", bill.cadre)),
        _e(
            "ram:GuidelineSpecifiedDocumentContextParameter",
            _e("ram:ID", "urn:ferd:CrossIndustryDocument:invoice:1p0:comfort"),
        ),
    )
    header = _e(
        "rsm:HeaderExchangedDocument",
        _e("ram:ID", bill.number),
        _e("ram:Name", "FACTURE"),
        _e("ram:TypeCode", bill.kind),
        _e("ram:IssueDateTime", _e("udt:DateTimeString", f"{bill.issued:%Y%m%d}", format="102")),
    )
    transaction = _e(
        "rsm:SpecifiedSupplyChainTradeTransaction",
        _agreement(bill),
        _e("ram:ApplicableSupplyChainTradeDelivery"),
        _settlement(bill),
        *(_line(bill, position) for position in range(len(bill.lines))),
    )
    return document(_e("rsm:CrossIndustryDocument", context, header, transaction))


def _agreement(bill: Bill) -> Element:
    return _e(
        "ram:ApplicableSupplyChainTradeAgreement",
        _e.maybe("ram:BuyerReference", bill.service),
        _e(
            "ram:SellerTradeParty",
            _e("ram:GlobalID", bill.supplier.identifier, schemeID="0009"),
            _e("ram:Name", bill.supplier.name),
            _e("ram:SpecifiedTaxRegistration", _e("ram:ID", bill.supplier.vat_number, schemeID="VA")),
        ),
        _e(
            "ram:BuyerTradeParty",
            _e("ram:GlobalID", bill.recipient_siret, schemeID="0009"),
            _e("ram:Name", bill.budget.name),
        ),
        _e("ram:BuyerOrderReferencedDocument", _e("ram:ID", bill.commitment)) if bill.commitment else None,
        _e("ram:ContractReferencedDocument", _e("ram:ID", bill.contract)) if bill.contract else None,
    )


def _settlement(bill: Bill) -> Element:
    currency = bill.currency
    return _e(
        "ram:ApplicableSupplyChainTradeSettlement",
        _e("ram:InvoiceCurrencyCode", currency),
        _e(
            "ram:ApplicableTradeTax",
            _e("ram:CalculatedAmount", str(bill.vat), currencyID=currency),
            _e("ram:TypeCode", "VAT"),
            _e("ram:BasisAmount", str(bill.net), currencyID=currency),
            _e("ram:CategoryCode", "S"),
            _e("ram:ApplicablePercent", f"{bill.vat_rate:.2f}"),
        ),
        _e(
            "ram:SpecifiedTradeSettlementMonetarySummation",
            _e("ram:LineTotalAmount", str(bill.net), currencyID=currency),
            _e("ram:ChargeTotalAmount", "0.00", currencyID=currency),
            _e("ram:AllowanceTotalAmount", "0.00", currencyID=currency),
            _e("ram:TaxBasisTotalAmount", str(bill.net), currencyID=currency),
            _e("ram:TaxTotalAmount", str(bill.vat), currencyID=currency),
            _e("ram:GrandTotalAmount", str(bill.gross), currencyID=currency),
            _e("ram:DuePayableAmount", str(bill.gross), currencyID=currency),
        ),
    )


def _line(bill: Bill, position: int) -> Element:
    line = bill.lines[position]
    return _e(
        "ram:IncludedSupplyChainTradeLineItem",
        _e("ram:AssociatedDocumentLineDocument", _e("ram:LineID", str(position + 1))),
        _e(
            "ram:SpecifiedSupplyChainTradeDelivery",
            _e("ram:BilledQuantity", str(line.quantity), unitCode="C62"),
        ),
        _e(
            "ram:SpecifiedSupplyChainTradeSettlement",
            _e(
                "ram:SpecifiedTradeSettlementMonetarySummation",
                _e("ram:LineTotalAmount", str(line.net), currencyID=bill.currency),
            ),
        ),
        _e("ram:SpecifiedTradeProduct", _e("ram:Name", line.label)),
    )
