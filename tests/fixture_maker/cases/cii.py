"""Cross Industry Invoices as bare XML, in the style of both circuits, and what may be odd about them."""

from dataclasses import replace
from decimal import Decimal

from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import Line, bill, loose_bill
from tests.fixture_maker.cii import CHORUS, CTC_FR, EN16931, Attachment, historical, reform
from tests.fixture_maker.model import OK, case, quarantined, review, sequence
from tests.fixture_maker.pdf import page
from tests.fixture_maker.pivot import zipped
from tests.fixture_maker.xmlkit import rewrite, with_prefixes

_SYNTAX = "cii"

_chorus = bill("LV-2026-3001", on="2026-000217", net="1250.00").but(contract="MAPA-2025-18")
_no_cadre = bill("LV-2026-3002", on="2026-000218", net="77.50")
_platform = bill("LV-2026-3003", on="2026-000219", net="845.00").but(cadre="S1")
_prefixed = bill("LV-2026-3004", on="2026-000220", net="12.34").but(cadre="B1")
_marked = bill("LV-2026-3005", on="2026-000221", net="56.78").but(cadre="S1")
_sold = bill("LV-2026-3006", on="2026-000222", net="600.00").but(cadre="S1")
_credited = _sold.but(
    number="LV-2026-3007", kind="381", origin="LV-2026-3006", lines=(Line("Avoir sur licence", 1, Decimal("150.00")),)
)
_by_line = bill("LV-2026-3008", on="2026-000223", net="1.00").but(
    cadre="M1",
    lines=(
        Line("Poste de travail", 2, Decimal("410.00"), order="2026-000223"),
        Line("Installation", 1, Decimal("90.00"), order="2026-000223"),
    ),
)
_blank = bill("LV-2026-3009", on="2026-000224", net="321.00")
_two_currencies = bill("LV-2026-3010", on="2026-000225", net="700.00").but(cadre="S1")
_twofold = loose_bill("LV-2026-3011", p.SOFTWARE, p.MAIN, "061", "15.00").but(cadre="S1")
_entity = loose_bill("LV-2026-3012", p.SOFTWARE, p.MAIN, "061", "16.00")

_REFORM_EXTENDED = reform(_by_line, CTC_FR)

CASES = (
    case(
        "chorus-d16b",
        _SYNTAX,
        "The structured flow of Chorus Pro: SIRET under scheme 1, service in BT-10, market with its kind, zipped PDF.",
        historical(
            _chorus,
            attachments=(Attachment("facture.pdf", "01", "application/pdf", zipped("facture.pdf", page(_chorus))),),
        ),
        OK,
    ),
    case(
        "chorus-empty-cadre",
        _SYNTAX,
        "An empty cadre is an absent one, read as the ordinary invoice A1.",
        rewrite(historical(_no_cadre), ("<ram:ID>A1</ram:ID>", "<ram:ID/>")),
        OK,
    ),
    case(
        "reform-en16931",
        _SYNTAX,
        "The platform style: SIRET and service in BT-46 (0009, 0224), SIREN in BT-47; a BT-10 that differs loses.",
        reform(_platform, buyer_reference="SERVEXEC"),
        OK,
    ),
    case(
        "odd-prefixes",
        _SYNTAX,
        "Namespaces under unusual prefixes, the main one by default, are the same document.",
        with_prefixes(reform(_prefixed), {"rsm": "", "ram": "n1", "udt": "typ"}),
        OK,
    ),
    case(
        "byte-order-mark",
        _SYNTAX,
        "UTF-8 with a byte order mark is read.",
        b"\xef\xbb\xbf" + reform(_marked),
        OK,
    ),
    sequence(
        "credit-note-positive-amounts",
        _SYNTAX,
        "A credit note (381) with positive amounts follows the invoice it corrects.",
        ("1-invoice.xml", reform(_sold), OK),
        ("2-credit-note.xml", reform(_credited), OK),
        rows=(15,),
    ),
    case(
        "extended-ctc-fr-line-orders",
        _SYNTAX,
        "The French extension (D22B) repeats the commitment number on every line.",
        _REFORM_EXTENDED,
        OK,
        rows=(21,),
    ),
    case(
        "outer-blanks",
        _SYNTAX,
        "Values wrapped in line breaks and blanks are the values.",
        rewrite(
            historical(_blank, replace(CHORUS, date_format=True)),
            ("<ram:BuyerReference>061<", "<ram:BuyerReference>\n        061\n      <"),
            (">2026-000224<", ">  2026-000224\t<"),
            (f">{p.MAIN.siret}<", f">\n          {p.MAIN.siret}\n        <"),
            (">20261112<", "> 20261112 <"),
        ),
        OK,
    ),
    case(
        "vat-in-two-currencies",
        _SYNTAX,
        "The VAT repeated in an accounting currency is not the invoice's VAT.",
        reform(_two_currencies, EN16931, accounting_currency="CHF"),
        OK,
    ),
    case(
        "two-recipients-cii",
        _SYNTAX,
        "Two SIRETs under scheme 0009: nobody may choose between two budgets.",
        reform(_twofold, EN16931, also_siret=p.GARAGE.siret),
        review("REC_SIRET_REPEATED"),
    ),
    case(
        "doctype-entity",
        _SYNTAX,
        "A document type declaration with an entity is refused unread.",
        rewrite(
            historical(_entity),
            ("<rsm:CrossIndustryInvoice ", '<!DOCTYPE facture [<!ENTITY service "061">]>\n<rsm:CrossIndustryInvoice '),
            ("<ram:BuyerReference>061<", "<ram:BuyerReference>&service;<"),
        ),
        quarantined("INT_UNSAFE"),
        rows=(1,),
    ),
    case(
        "truncated-cii",
        _SYNTAX,
        "A single invoice cut in the middle cannot be decided.",
        reform(_platform.but(number="LV-2026-3013"))[:1500],
        quarantined("INT_MALFORMED"),
        rows=(1,),
    ),
)
