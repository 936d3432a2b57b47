"""What Chorus Pro's pivot looks like when nothing is wrong with it: versions, attachments, originals, credit notes."""

from decimal import Decimal

from tests.fixture_maker import cii, ubl
from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import Line, bill, loose_bill
from tests.fixture_maker.cases.common import delivered, drawn, flow_of, numbered, with_pieces, without
from tests.fixture_maker.model import OK, case, duplicate, review, routed, sequence, waiting
from tests.fixture_maker.pdf import facturx, page
from tests.fixture_maker.pivot import XML, Piece, Unit, pivot, zipped
from tests.fixture_maker.xmlkit import rewrite

_SYNTAX = "pivot"

_minimal = bill("LV-2026-1001", on="2026-000201", net="410.00", label="Maintenance du standard, octobre")
_full = bill("LV-2026-1002", on="2026-000202", net="640.00").but(resubmission="Non")
_bare = bill("LV-2026-1003", on="2026-000203", net="125.40")
_twins = bill("LV-2026-1004", on="2026-000204", net="233.10")
_agreeing = bill("LV-2026-1006", on="2026-000205", net="512.00")
_diverging = bill("LV-2026-1007", on="2026-000206", net="300.00")
_other_original = _diverging.but(commitment="2026-000999", lines=(Line("Licence annuelle", 1, Decimal("350.00")),))
_complete = bill("LV-2026-1008", on="2026-000207", net="780.00")
_hollow = bill("LV-2026-1009", on="2026-000208", net="95.00")
_typed = bill("LV-2026-1010", on="2026-000209", net="1020.00")
_novel = bill("LV-2026-1011", on="2026-000210", net="66.60")

_first_sold = bill("EGP-26-1013", on="2026-000108", net="2500.00", label="Enrobé à froid, 20 tonnes")
_given_back = loose_bill("EGP-26-1014", p.ROADS, p.MAIN, None, "500.00").but(kind="381", origin="EGP-26-1013")
_orphan = loose_bill("EGP-26-1015", p.ROADS, p.MAIN, "DIRINFRA", "120.00").but(kind="381", origin="EGP-25-0404")
_once = numbered(bill("EGP-26-1016", on="2026-000102", net="750.00"))
_number_again = bill("EGP-26-1017", on="4500012345", net="1800.00")
_amount_changed = _number_again.but(lines=(Line("Enrobé à chaud", 1, Decimal("1950.00")),), portal_id="900009917")
_returned = numbered(loose_bill("PB-26-1019", p.OFFICE, p.MAIN, "SAAMD5-OLD", "88.80"))
_corrected = _returned.but(service="SAAM D5", resubmission="Recyclée")

_ONE_LINE = """<Lignes>
          <Ligne NumOrdre="1">
            <ReferenceProduit>Prestation conforme à la commande</ReferenceProduit>
            <PrixUnitaire>95.00</PrixUnitaire>
            <Quantite>1</Quantite>
            <MontantHT>95.00</MontantHT>
            <TauxTVA>20</TauxTVA>
          </Ligne>
        </Lignes>"""

_mixed = (
    bill("PB-26-1031", on="2026-000105", net="210.00"),
    loose_bill("PB-26-1032", p.OFFICE, p.MAIN, "INCONNU-9", "75.00"),
    bill("PB-26-1033", on="2026-000104", net="330.00").but(supplier=p.OFFICE),
    bill("PB-26-1034", on="2026-000106", net="45.00").but(service=None),
)
_zipped = bill("LV-2026-1018", on="2026-000213", net="147.00")

CASES = (
    case(
        "v1-minimal",
        _SYNTAX,
        "A V1_20 pivot with nothing optional but service and commitment, PDF zipped in PJ 01, is read and routed.",
        without(
            pivot(Unit(_minimal, (Piece("LV-2026-1001.pdf", page(_minimal)),)), schema="CPPFacturePivot_V1_20.xsd"),
            *("Libelle", "ReferenceBancaire", "Nom", "TVAs", "Lignes"),
        ),
        OK,
    ),
    case(
        "v2-full",
        _SYNTAX,
        "A V2_02 pivot with IdCPRO, Renvoi, original names, categories and two pieces is read and routed.",
        with_pieces(
            _full,
            Piece(
                "facture_LV-2026-1002.pdf", page(_full), original_name="Facture n°1002 (v2).pdf", category="Facture PDF"
            ),
            Piece(
                "bon_de_livraison.txt",
                "Livré le 10 novembre 2026, trois colis.\n".encode(),
                kind="02",
                media_type="text/plain",
                original_name="BL signé.txt",
                category="Bon de livraison",
            ),
        ),
        OK,
        rows=(5, 46),
    ),
    case(
        "attachment-bare-base64",
        _SYNTAX,
        "A PJ that is the PDF itself, not a ZIP around it, is accepted.",
        with_pieces(_bare, Piece("LV-2026-1003.pdf", page(_bare), zip_entry=None)),
        OK,
    ),
    case(
        "attachment-names",
        _SYNTAX,
        "A PJ name ending in a blank that the ZIP entry lacks, and two PJ of one name, hinder nothing.",
        with_pieces(
            _twins,
            Piece("document.pdf ", page(_twins)),
            Piece("document.pdf", page(_twins.but(number="ANNEXE-1004")), kind="02"),
        ),
        OK,
    ),
    case(
        "several-mixed-fates",
        _SYNTAX,
        "Four invoices in one file are decided each on its own, whatever becomes of its neighbours.",
        delivered(*_mixed),
        OK,
        review("SVC_UNKNOWN"),
        review("SUP_MISMATCH"),
        routed("SVC_FROM_COMMITMENT"),
        rows=(33, 38, 39),
    ),
    case(
        "original-facturx-agrees",
        _SYNTAX,
        "The original is a Factur-X that says what the header says: no warning.",
        with_pieces(
            _agreeing,
            Piece(
                "facture-1006.pdf",
                facturx(_agreeing, cii.historical(_agreeing, cii.BASIC_WL, scheme="0002")),
                category="DUPLICATA_FACTUR-X",
            ),
        ),
        OK,
    ),
    case(
        "original-cii-diverges",
        _SYNTAX,
        "The original names another commitment and total: the header routes, and the difference is reported.",
        with_pieces(
            _diverging,
            Piece("facture-1007.xml", cii.historical(_other_original), media_type=XML, category="Facture XML"),
            Piece("PJ00_lisible.pdf", page(_other_original), kind="02", category="Facture PDF"),
        ),
        routed("INT_DIVERGENCE"),
    ),
    case(
        "original-ubl-fills",
        _SYNTAX,
        "Service and commitment that the header leaves out are taken from the original UBL.",
        with_pieces(
            _complete.but(service=None, commitment=None),
            Piece("facture-1008.xml", ubl.historical(_complete), media_type=XML, category="Facture XML"),
        ),
        OK,
    ),
    case(
        "empty-elements",
        _SYNTAX,
        "Empty elements (market, service name, lines) mean that nothing is said.",
        rewrite(
            delivered(_hollow),
            ("<Engagement>", "<Engagement>\n          <NumeroMarche/>"),
            ("</CodeService>", "</CodeService>\n        <NomService/>"),
            (_ONE_LINE, "<Lignes/>"),
        ),
        OK,
        rows=(46,),
    ),
    case(
        "typed-text-nodes",
        _SYNTAX,
        "xsi:type and xmlns:xs on text nodes and a schema hint that leads nowhere change nothing.",
        rewrite(
            delivered(_typed),
            (f"<Identifiant>{p.SOFTWARE.identifier}", f"<Identifiant {{xs}}>{p.SOFTWARE.identifier}"),
            ("<RaisonSociale>", "<RaisonSociale {xs}>"),
            ("<Nom>", "<Nom {xs}>"),
            ("<MimeTypePJ>", "<MimeTypePJ {xs}>"),
            ("FEN0036A", "https://schemas.invalid/CPPFacturePivot_V9_99.xsd"),
        ).replace(b"{xs}", b'xmlns:xs="http://www.w3.org/2001/XMLSchema" xsi:type="xs:string"'),
        OK,
    ),
    case(
        "unknown-values",
        _SYNTAX,
        "An unknown cadre and an unknown element are reported; what is known still routes.",
        rewrite(
            delivered(_novel.but(cadre="Z9")),
            ("<Devise>EUR</Devise>", "<Devise>EUR</Devise>\n        <EmpreinteCarbone>12 kg</EmpreinteCarbone>"),
        ),
        routed("INT_UNKNOWN_VALUE"),
        rows=(2,),
    ),
    sequence(
        "credit-note-inherits",
        _SYNTAX,
        "A credit note that names no service and no commitment takes both from the invoice it corrects.",
        ("1-invoice.xml", delivered(_first_sold), OK),
        ("2-credit-note.xml", delivered(_given_back), OK),
        rows=(15,),
    ),
    case(
        "credit-note-origin-unknown",
        _SYNTAX,
        "A credit note whose original invoice has not been seen waits for it.",
        delivered(_orphan),
        waiting("CRN_ORIGIN_UNKNOWN"),
        rows=(17,),
    ),
    sequence(
        "duplicate-delivery",
        _SYNTAX,
        "The same invoice in another flow of another day is recognised as the same delivery.",
        ("1-first.xml", delivered(_once), OK),
        (
            "2-again.xml",
            pivot(Unit(_once, (drawn(_once),)), flow=flow_of(_once) + 1, produced="2026-11-23"),
            duplicate("DUP_SAME_DELIVERY"),
        ),
        rows=(4,),
    ),
    sequence(
        "duplicate-number",
        _SYNTAX,
        "The same number of the same supplier and year with another portal id and amount is left to a person.",
        ("1-first.xml", delivered(_number_again), OK),
        ("2-again.xml", delivered(_amount_changed), review("DUP_SAME_NUMBER_YEAR")),
        rows=(6,),
    ),
    sequence(
        "recycled-and-corrected",
        _SYNTAX,
        "An invoice sent back for its service and delivered again (Renvoi Recyclée) is a new attempt, not a duplicate.",
        ("1-first.xml", delivered(_returned), review("SVC_UNKNOWN")),
        ("2-corrected.xml", delivered(_corrected), OK),
        rows=(5,),
    ),
    case(
        "zip-delivery",
        _SYNTAX,
        "A portal download is a ZIP that holds PivotS.xml.",
        zipped("PivotS.xml", delivered(_zipped)),
        OK,
        name="invoice.zip",
    ),
)
