"""Documents that reach the same door without being invoices: status messages, an order, a file of some other kind."""

from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import Bill
from tests.fixture_maker.xmlkit import Element, Maker, document

_UNCEFACT = "urn:un:unece:uncefact:data:standard:"
_CDAR = Maker(
    {
        "rsm": f"{_UNCEFACT}CrossDomainAcknowledgementAndResponse:100",
        "ram": f"{_UNCEFACT}ReusableAggregateBusinessInformationEntity:100",
        "udt": f"{_UNCEFACT}UnqualifiedDataType:100",
    }
)
_ORDER = Maker(
    {
        "rsm": "urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100",
        "ram": f"{_UNCEFACT}ReusableAggregateBusinessInformationEntity:128",
        "udt": f"{_UNCEFACT}UnqualifiedDataType:128",
    }
)
_PLAIN = Maker({})

HTML = """<!DOCTYPE html>
<html lang="fr">
<head><meta charset="utf-8"><title>Session expirée</title></head>
<body>
<h1>Votre session a expiré</h1>
<p>Reconnectez-vous pour télécharger vos factures.<br>
Facture no 2026-000101, à revoir plus tard.</p>
</body>
</html>
""".encode()

TEXT = b"Bonjour,\n\nla facture arrivera demain, le scanner est en panne.\n\nCordialement\n"


def platform_status(bill: Bill) -> bytes:
    """Write a life-cycle message of the reform (CDAR): the invoice was made available."""
    e = _CDAR
    context = e(
        "rsm:ExchangedDocumentContext",
        e("ram:BusinessProcessSpecifiedDocumentContextParameter", e("ram:ID", "REGULATED")),
        e("ram:GuidelineSpecifiedDocumentContextParameter", e("ram:ID", "urn.cpro.gouv.fr:1p0:CDV:invoice")),
    )
    header = e(
        "rsm:ExchangedDocument",
        e("ram:ID", f"{bill.number}_203"),
        e("ram:IssueDateTime", e("udt:DateTimeString", "20261121093000", format="204")),
        e("ram:SenderTradeParty", e("ram:RoleCode", "WK")),
        e("ram:RecipientTradeParty", e("ram:GlobalID", bill.supplier.siren, schemeID="0002"), e("ram:RoleCode", "SE")),
    )
    reference = e(
        "ram:ReferenceReferencedDocument",
        e("ram:IssuerAssignedID", bill.number),
        e("ram:TypeCode", bill.kind),
        e("ram:ProcessConditionCode", "203"),
    )
    acknowledgement = e("rsm:AcknowledgementDocument", e("ram:TypeCode", "305"), reference)
    return document(e("rsm:CrossDomainAcknowledgementAndResponse", context, header, acknowledgement))


def portal_status(bill: Bill) -> bytes:
    """Write a CPPStatut: the portal reports that an invoice was put into payment."""
    e = _PLAIN

    def party(tag: str, identifier: str, name: str, name_tag: str) -> Element:
        return e(tag, e("TypeIdentifiant", "1"), e("Identifiant", identifier), e(name_tag, name))

    status = e(
        "DonneesStatut",
        e("IdStatut", "11"),
        e("ComplementStatut", "Mise en paiement"),
        e("Horodatage", "2026-11-21T09:30:00.000+01:00"),
        e("IdFacture", bill.number),
        e("DateFacture", bill.issued.isoformat()),
    )
    unit = e(
        "CPPFactureStatutUnitaire",
        party("Fournisseur", bill.supplier.identifier, bill.supplier.name, "RaisonSociale"),
        party("Debiteur", bill.recipient_siret, bill.budget.name, "Nom"),
        status,
        NumOrdre="1",
    )
    return document(e("CPPStatut", e("CPPFactureStatuts", unit, compteur="1")))


def order_x(bill: Bill) -> bytes:
    """Write an Order-X: what the body sends its suppliers, not what it receives from them."""
    e = _ORDER
    context = e(
        "rsm:ExchangedDocumentContext",
        e("ram:BusinessProcessSpecifiedDocumentContextParameter", e("ram:ID", "A1")),
        e("ram:GuidelineSpecifiedDocumentContextParameter", e("ram:ID", "urn:order-x.eu:1p0:basic")),
    )
    header = e(
        "rsm:ExchangedDocument",
        e("ram:ID", bill.commitment),
        e("ram:TypeCode", "220"),
        e("ram:IssueDateTime", e("udt:DateTimeString", f"{bill.issued:%Y%m%d}0900", format="203")),
    )
    line = e(
        "ram:IncludedSupplyChainTradeLineItem",
        e("ram:AssociatedDocumentLineDocument", e("ram:LineID", "1")),
        e("ram:SpecifiedTradeProduct", e("ram:Name", bill.lines[0].label)),
        e("ram:SpecifiedLineTradeAgreement", e("ram:NetPriceProductTradePrice", e("ram:ChargeAmount", str(bill.net)))),
        e("ram:SpecifiedLineTradeDelivery", e("ram:RequestedQuantity", "1", unitCode="C62")),
        e(
            "ram:SpecifiedLineTradeSettlement",
            e("ram:SpecifiedTradeSettlementLineMonetarySummation", e("ram:LineTotalAmount", str(bill.net))),
        ),
    )
    agreement = e(
        "ram:ApplicableHeaderTradeAgreement",
        e("ram:SellerTradeParty", e("ram:Name", bill.supplier.name)),
        e("ram:BuyerTradeParty", e("ram:Name", bill.budget.name)),
    )
    transaction = e(
        "rsm:SupplyChainTradeTransaction",
        line,
        agreement,
        e("ram:ApplicableHeaderTradeDelivery"),
        e(
            "ram:ApplicableHeaderTradeSettlement",
            e("ram:OrderCurrencyCode", bill.currency),
            e(
                "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
                e("ram:LineTotalAmount", str(bill.net)),
                e("ram:TaxBasisTotalAmount", str(bill.net)),
                e("ram:GrandTotalAmount", str(bill.gross)),
            ),
        ),
    )
    return document(e("rsm:SCRDMCCBDACIOMessageStructure", context, header, transaction))


def delivery_note(bill: Bill) -> bytes:
    """Write well-formed XML of a vocabulary nobody knows, with the words of an invoice in it."""
    e = _PLAIN
    return document(
        e(
            "BonDeLivraison",
            e("Fournisseur", bill.supplier.name, siret=bill.supplier.identifier),
            e("Destinataire", bill.budget.name, siret=p.MAIN.siret),
            e("Commande", bill.commitment),
            e("Colis", "3"),
        )
    )
