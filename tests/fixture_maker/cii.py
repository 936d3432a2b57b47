"""UN/CEFACT Cross Industry Invoice: the XML of Factur-X, and one of the syntaxes that suppliers send to Chorus Pro.

Two circuits write the same facts at different places. `historical` is how suppliers address Chorus Pro itself: SIRET as
legal organisation, service in BT-10. `reform` is how accredited platforms write since September 2026: SIRET and service
among the buyer's identifiers (BT-46, schemes 0009 and 0224), SIREN as legal organisation.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tests.fixture_maker.bill import Bill, Line
from tests.fixture_maker.parties import Supplier
from tests.fixture_maker.xmlkit import Child, Element, Maker, document

_UNCEFACT = "urn:un:unece:uncefact:data:standard:"
_e = Maker(
    {
        "rsm": f"{_UNCEFACT}CrossIndustryInvoice:100",
        "ram": f"{_UNCEFACT}ReusableAggregateBusinessInformationEntity:100",
        "udt": f"{_UNCEFACT}UnqualifiedDataType:100",
        "qdt": f"{_UNCEFACT}QualifiedDataType:100",
    }
)

NOTES = (
    ("PMT", "Indemnité forfaitaire pour frais de recouvrement en cas de retard de paiement : 40 euros."),
    ("PMD", "Tout retard de paiement ouvre droit à des intérêts moratoires au taux légal en vigueur."),
    ("AAB", "Aucun escompte n'est accordé pour paiement anticipé."),
    ("ADN", "B2G"),
)


@dataclass(frozen=True)
class Profile:
    """What a profile of CII may carry. `guideline` is BT-24; None leaves the element out, as Chorus Pro's files do."""

    guideline: str | None
    identifiers: bool = True  # BT-29, BT-46: where the reform puts SIRET and service
    header: bool = True  # addresses, notes, VAT breakdown, payment: everything above the bare minimum
    lines: bool = True
    line_orders: bool = False
    date_format: bool = True
    contract_kind: bool = False


_EN = "urn:cen.eu:en16931:2017"
CHORUS = Profile(None, date_format=False, contract_kind=True)
MINIMUM = Profile("urn:factur-x.eu:1p0:minimum", identifiers=False, header=False, lines=False)
BASIC_WL = Profile("urn:factur-x.eu:1p0:basicwl", lines=False)
BASIC = Profile(f"{_EN}#compliant#urn:factur-x.eu:1p0:basic")
EN16931 = Profile(_EN)
EXTENDED = Profile(f"{_EN}#conformant#urn:factur-x.eu:1p0:extended", line_orders=True)
CTC_FR = Profile(f"{_EN}#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr", line_orders=True)
XRECHNUNG = Profile(f"{_EN}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0")


@dataclass(frozen=True)
class Attachment:
    """A document inside the invoice (BG-24); `content` is what stands there, zipped where Chorus Pro asks for it."""

    name: str
    kind: str
    media_type: str
    content: bytes


def historical(
    bill: Bill, profile: Profile = CHORUS, *, scheme: str = "1", attachments: Sequence[Attachment] = ()
) -> bytes:
    """Write a bill as Chorus Pro's own channels carry it; `scheme` announces the SIRETs."""
    seller = _party(
        "ram:SellerTradeParty",
        bill.supplier.name,
        profile,
        legal=(scheme, bill.supplier.identifier),
        address=bill.supplier,
        vat=bill.supplier.vat_number,
    )
    buyer = _party("ram:BuyerTradeParty", bill.budget.name, profile, legal=(scheme, bill.recipient_siret))
    return _invoice(bill, profile, (_text("BuyerReference", bill.service), seller, buyer), attachments=attachments)


def reform(
    bill: Bill,
    profile: Profile = EN16931,
    *,
    buyer_reference: str | None = None,
    also_siret: str | None = None,
    accounting_currency: str | None = None,
) -> bytes:
    """Write a bill as an accredited platform does; the keywords add what a case wants to be misleading."""
    supplier, siret = bill.supplier, bill.recipient_siret
    seller = _party(
        "ram:SellerTradeParty",
        supplier.name,
        profile,
        ids=(("0009", supplier.identifier),),
        legal=("0002", supplier.siren),
        address=supplier,
        endpoint=supplier.siren,
        vat=supplier.vat_number,
    )
    ids = [("0009", siret), ("0009", also_siret), ("0224", bill.service)]
    buyer = _party(
        "ram:BuyerTradeParty",
        bill.budget.name,
        profile,
        legal=("0002", siret[:9]),
        ids=[(scheme, value) for scheme, value in ids if value],
        endpoint=f"{siret[:9]}_{siret}",
    )
    parties = (_text("BuyerReference", buyer_reference), seller, buyer)
    return _invoice(bill, profile, parties, notes=NOTES, accounting_currency=accounting_currency)


def _invoice(
    bill: Bill,
    profile: Profile,
    parties: tuple[Child, ...],
    *,
    notes: Sequence[tuple[str, str]] = (),
    attachments: Sequence[Attachment] = (),
    accounting_currency: str | None = None,
) -> bytes:
    contract_kind = "BC" if profile.contract_kind else None
    agreement = _e(
        "ram:ApplicableHeaderTradeAgreement",
        *parties,
        _e.maybe("ram:BuyerOrderReferencedDocument", _text("IssuerAssignedID", bill.commitment)),
        _contract(bill.contract, contract_kind) if profile.header else None,
        *(_attachment(attachment) for attachment in attachments),
    )
    transaction = _e(
        "rsm:SupplyChainTradeTransaction",
        *(_line(bill, line, position, profile) for position, line in enumerate(bill.lines, 1) if profile.lines),
        agreement,
        _e("ram:ApplicableHeaderTradeDelivery"),
        _settlement(bill, profile, accounting_currency),
    )
    shown_notes = notes if profile.header else ()
    header = _e(
        "rsm:ExchangedDocument",
        _e("ram:ID", bill.number),
        _e("ram:TypeCode", bill.kind),
        _date("ram:IssueDateTime", f"{bill.issued:%Y%m%d}", profile),
        *(_e("ram:IncludedNote", _e("ram:Content", text), _e("ram:SubjectCode", code)) for code, text in shown_notes),
    )
    return document(_e("rsm:CrossIndustryInvoice", _context(bill.cadre, profile.guideline), header, transaction))


def _context(cadre: str | None, guideline: str | None) -> Element:
    process = _e.maybe("ram:BusinessProcessSpecifiedDocumentContextParameter", _text("ID", cadre))
    profile = _e.maybe("ram:GuidelineSpecifiedDocumentContextParameter", _text("ID", guideline))
    return _e("rsm:ExchangedDocumentContext", process, profile)


def _party(
    tag: str,
    name: str,
    profile: Profile,
    *,
    legal: tuple[str, str],
    ids: Sequence[tuple[str, str]] = (),
    address: Supplier | None = None,
    endpoint: str | None = None,
    vat: str | None = None,
) -> Element:
    shown_ids = ids if profile.identifiers else ()
    uri = _e("ram:URIID", endpoint, schemeID="0225") if endpoint and profile.identifiers else None
    return _e(
        tag,
        *(_e("ram:GlobalID", value, schemeID=scheme) for scheme, value in shown_ids),
        _e("ram:Name", name),
        _e("ram:SpecifiedLegalOrganization", _e("ram:ID", legal[1], schemeID=legal[0])),
        _address(address, profile),
        _e.maybe("ram:URIUniversalCommunication", uri),
        _e.maybe("ram:SpecifiedTaxRegistration", _e("ram:ID", vat, schemeID="VA") if vat else None),
    )


def _address(supplier: Supplier | None, profile: Profile) -> Element | None:
    if not profile.header:
        return _e("ram:PostalTradeAddress", _e("ram:CountryID", supplier.country)) if supplier else None
    street, postcode, city = ("1 cours des Fontaines", "99000", "Montbrac")  # the body's own address
    if supplier:
        street, postcode, city = supplier.street, supplier.postcode, supplier.city
    return _e(
        "ram:PostalTradeAddress",
        _e("ram:PostcodeCode", postcode),
        _e("ram:LineOne", street),
        _e("ram:CityName", city),
        _e("ram:CountryID", supplier.country if supplier else "FR"),
    )


def _contract(number: str | None, kind: str | None) -> Element | None:
    identifier = _text("IssuerAssignedID", number)
    return _e.maybe("ram:ContractReferencedDocument", identifier, _text("ReferenceTypeCode", kind) if number else None)


def _attachment(attachment: Attachment) -> Element:
    encoded = base64.b64encode(attachment.content).decode("ascii")
    return _e(
        "ram:AdditionalReferencedDocument",
        _e("ram:IssuerAssignedID", attachment.name),
        _e("ram:Name", attachment.kind),
        _e("ram:AttachmentBinaryObject", encoded, mimeCode=attachment.media_type),
    )


def _line(bill: Bill, line: Line, position: int, profile: Profile) -> Element:
    order = _text("IssuerAssignedID", line.order) if profile.line_orders else None
    return _e(
        "ram:IncludedSupplyChainTradeLineItem",
        _e("ram:AssociatedDocumentLineDocument", _e("ram:LineID", str(position))),
        _e("ram:SpecifiedTradeProduct", _e("ram:Name", line.label)),
        _e(
            "ram:SpecifiedLineTradeAgreement",
            _e.maybe("ram:BuyerOrderReferencedDocument", order),
            _e("ram:NetPriceProductTradePrice", _e("ram:ChargeAmount", str(line.price))),
        ),
        _e("ram:SpecifiedLineTradeDelivery", _e("ram:BilledQuantity", str(line.quantity), unitCode="C62")),
        _e(
            "ram:SpecifiedLineTradeSettlement",
            _e(
                "ram:ApplicableTradeTax",
                _e("ram:TypeCode", "VAT"),
                _e("ram:CategoryCode", "S"),
                _e("ram:RateApplicablePercent", f"{bill.vat_rate:.2f}"),
            ),
            _e("ram:SpecifiedTradeSettlementLineMonetarySummation", _e("ram:LineTotalAmount", str(line.net))),
        ),
    )


def _settlement(bill: Bill, profile: Profile, accounting_currency: str | None) -> Element:
    return _e(
        "ram:ApplicableHeaderTradeSettlement",
        _text("TaxCurrencyCode", accounting_currency),
        _e("ram:InvoiceCurrencyCode", bill.currency),
        *(_payment(bill, profile) if profile.header else ()),
        _totals(bill, profile, accounting_currency),
        _e.maybe("ram:InvoiceReferencedDocument", _text("IssuerAssignedID", bill.origin)) if profile.header else None,
    )


def _payment(bill: Bill, profile: Profile) -> tuple[Element, ...]:
    means = _e(
        "ram:SpecifiedTradeSettlementPaymentMeans",
        _e("ram:TypeCode", "30"),
        _e("ram:PayeePartyCreditorFinancialAccount", _e("ram:IBANID", bill.supplier.iban)),
    )
    tax = _e(
        "ram:ApplicableTradeTax",
        _e("ram:CalculatedAmount", str(bill.vat)),
        _e("ram:TypeCode", "VAT"),
        _e("ram:BasisAmount", str(bill.net)),
        _e("ram:CategoryCode", "S"),
        _e("ram:RateApplicablePercent", f"{bill.vat_rate:.2f}"),
    )
    terms = _e("ram:SpecifiedTradePaymentTerms", _date("ram:DueDateDateTime", f"{bill.due:%Y%m%d}", profile))
    return means, tax, terms


def _totals(bill: Bill, profile: Profile, accounting_currency: str | None) -> Element:
    rate = Decimal("0.93")  # what one euro is worth in the accounting currency of the one case that has one
    other = _e("ram:TaxTotalAmount", f"{bill.vat * rate:.2f}", currencyID=accounting_currency or "")
    return _e(
        "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
        _e("ram:LineTotalAmount", str(bill.net)) if profile.header else None,
        _e("ram:TaxBasisTotalAmount", str(bill.net)),
        _e("ram:TaxTotalAmount", str(bill.vat), currencyID=bill.currency),
        other if accounting_currency else None,
        _e("ram:GrandTotalAmount", str(bill.gross)),
        _e("ram:DuePayableAmount", str(bill.gross)),
    )


def _date(tag: str, day: str, profile: Profile) -> Element:
    return _e(tag, _e("udt:DateTimeString", day, **({"format": "102"} if profile.date_format else {})))


def _text(tag: str, value: str | None) -> Element | None:
    return _e.maybe(f"ram:{tag}", value)
