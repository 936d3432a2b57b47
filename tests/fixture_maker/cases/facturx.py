"""PDFs: Factur-X in its five profiles, other names and places of the XML, damage, and ZUGFeRD 1."""

from tests.fixture_maker import cii, notices, ubl
from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import bill, loose_bill
from tests.fixture_maker.model import OK, Case, Intended, case, quarantined
from tests.fixture_maker.pdf import cut_before_end, facturx, letter, locked, with_attachment, without_name_tree
from tests.fixture_maker.xmlkit import rewrite
from tests.fixture_maker.zugferd1 import zugferd1


def _pdf(case_id: str, purpose: str, content: bytes, decision: Intended, syntax: str = "facturx") -> Case:
    return case(case_id, syntax, purpose, content, decision, name="invoice.pdf")


_minimum = bill("LV-2026-4001", on="2026-000226", net="240.00")
_basic_wl = bill("LV-2026-4002", on="2026-000227", net="250.00").but(cadre="S1")
_basic = bill("LV-2026-4003", on="2026-000228", net="260.00")
_en16931 = bill("LV-2026-4004", on="2026-000229", net="270.00").but(cadre="S1")
_extended = bill("LV-2026-4005", on="2026-000230", net="280.00").but(cadre="M1")
_associated = bill("LV-2026-4006", on="2026-000231", net="290.00").but(cadre="S1")
_invalid = bill("LV-2026-4007", on="2026-000232", net="301.00").but(cadre="S1")
_cut = bill("LV-2026-4008", on="2026-000233", net="302.00").but(cadre="S1")
_german = bill("LV-2026-4009", on="2026-000234", net="303.00").but(cadre="B1")
_ubl = bill("LV-2026-4010", on="2026-000235", net="304.00").but(cadre="S1")
_ordered = bill("LV-2026-4011", on="2026-000201", net="305.00")
_secret = loose_bill("LV-2026-4012", p.SOFTWARE, p.MAIN, "061", "306.00")
_old_xml = bill("LV-2026-4014", on="2026-000236", net="308.00")
_old_pdf = bill("LV-2026-4015", on="2026-000237", net="309.00")

_SWAPPED = rewrite(  # the due date before the currency: against the schema, and as clear as before
    cii.reform(_invalid),
    ("<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>\n", ""),
    (
        "</ram:SpecifiedTradePaymentTerms>\n",
        "</ram:SpecifiedTradePaymentTerms>\n      <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>\n",
    ),
)

CASES = (
    _pdf(
        "minimum",
        "Profile MINIMUM, historical style: BT-47 is a SIRET under 0002, BT-10 the service.",
        facturx(_minimum, cii.historical(_minimum, cii.MINIMUM, scheme="0002")),
        OK,
    ),
    _pdf(
        "basic-wl",
        "Profile BASIC WL, platform style, without lines.",
        facturx(_basic_wl, cii.reform(_basic_wl, cii.BASIC_WL)),
        OK,
    ),
    _pdf(
        "basic",
        "Profile BASIC, historical style.",
        facturx(_basic, cii.historical(_basic, cii.BASIC, scheme="0002"), relationship="alternative"),
        OK,
    ),
    _pdf(
        "en16931",
        "Profile EN 16931, platform style.",
        facturx(_en16931, cii.reform(_en16931), relationship="alternative"),
        OK,
    ),
    _pdf(
        "extended",
        "Profile EXTENDED, platform style.",
        facturx(_extended, cii.reform(_extended, cii.EXTENDED), relationship="source"),
        OK,
    ),
    _pdf(
        "xml-only-in-af",
        "The XML is reachable through the array of associated files only.",
        without_name_tree(facturx(_associated, cii.reform(_associated))),
        OK,
    ),
    _pdf(
        "xsd-invalid",
        "An XML that breaks the order of its schema is read all the same.",
        facturx(_invalid, _SWAPPED, check=False),
        OK,
    ),
    _pdf(
        "cut-before-eof",
        "A PDF without its end marker is repaired and read.",
        cut_before_end(facturx(_cut, cii.reform(_cut))),
        OK,
    ),
    _pdf(
        "xrechnung-name",
        "The XML is called xrechnung.xml.",
        with_attachment(_german, "xrechnung.xml", cii.reform(_german, cii.XRECHNUNG, buyer_reference="061")),
        OK,
    ),
    _pdf(
        "ubl-inside",
        "The XML inside the PDF is a UBL invoice.",
        with_attachment(_ubl, "facture-ubl.xml", ubl.reform(_ubl)),
        OK,
    ),
    _pdf(
        "order-x",
        "An Order-X is an order, not an invoice.",
        facturx(_ordered, notices.order_x(_ordered), flavor="order-x"),
        quarantined("INT_NOT_AN_INVOICE"),
    ),
    _pdf(
        "encrypted",
        "A PDF locked with a user password cannot be read.",
        locked(facturx(_secret, cii.reform(_secret))),
        quarantined("INT_MALFORMED"),
    ),
    _pdf(
        "no-xml",
        "A PDF without an XML, on whose pages nothing reads like an invoice, holds no invoice.",
        letter(p.SOFTWARE),
        quarantined("INT_NO_STRUCTURED_DATA"),
    ),
    case(
        "zugferd1-xml",
        "zugferd",
        "ZUGFeRD 1.0 as bare XML: other element names, the same facts.",
        zugferd1(_old_xml),
        OK,
    ),
    _pdf(
        "zugferd1-pdf",
        "ZUGFeRD 1.0 in a PDF under its old name ZUGFeRD-invoice.xml.",
        with_attachment(_old_pdf, "ZUGFeRD-invoice.xml", zugferd1(_old_pdf)),
        OK,
        syntax="zugferd",
    ),
)
