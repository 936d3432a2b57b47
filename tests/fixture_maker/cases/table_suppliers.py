"""Rows 29, 30, 33 and 34: whose invoice it is, whatever kind of identifier says so, and who is to be paid."""

from decimal import Decimal

from tests.fixture_maker import cii, ubl
from tests.fixture_maker import more_suppliers as m
from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import Bill, bill
from tests.fixture_maker.cases import verdicts as v
from tests.fixture_maker.cases.common import with_pieces
from tests.fixture_maker.cases.table import one
from tests.fixture_maker.model import case
from tests.fixture_maker.parties import Supplier
from tests.fixture_maker.pivot import XML, Piece
from tests.fixture_maker.xmlkit import rewrite


def _from_afar(number: str, on: str, net: str) -> Bill:
    return bill(number, on=on, net=net).but(vat_rate=Decimal(0))


def _cii_payee(content: bytes, payee: Supplier, scheme: str) -> bytes:
    """Name a payee in a CII, which stands after the currency."""
    legal = payee.siren if scheme == "0002" else payee.identifier
    own = f'<ram:GlobalID schemeID="0009">{payee.identifier}</ram:GlobalID>\n        ' if scheme == "0002" else ""
    party = f"""</ram:InvoiceCurrencyCode>
      <ram:PayeeTradeParty>
        {own}<ram:Name>{payee.name}</ram:Name>
        <ram:SpecifiedLegalOrganization>
          <ram:ID schemeID="{scheme}">{legal}</ram:ID>
        </ram:SpecifiedLegalOrganization>
      </ram:PayeeTradeParty>"""
    return rewrite(content, ("</ram:InvoiceCurrencyCode>", party))


def _ubl_payee(content: bytes, payee: Supplier) -> bytes:
    """Name a payee in a UBL of Chorus Pro's own flow, which stands after the customer."""
    party = f"""</cac:AccountingCustomerParty>
  <cac:PayeeParty>
    <cac:PartyIdentification>
      <cbc:ID schemeName="1">{payee.identifier}</cbc:ID>
    </cac:PartyIdentification>
    <cac:PartyName>
      <cbc:Name>{payee.name}</cbc:Name>
    </cac:PartyName>
  </cac:PayeeParty>"""
    return rewrite(content, ("</cac:AccountingCustomerParty>", party))


def _original(invoice: Bill, content: bytes) -> bytes:
    """Put an XML original into the pivot of its invoice."""
    return with_pieces(invoice, Piece(f"{invoice.number}.xml", content, media_type=XML, category="Facture XML"))


_SAME_FIRM = (
    one("supplier-equal", "The supplier of the commitment.", bill("EGP-26-7801", on="2026-000318", net="101.10"),
        v.fine("DIRINFRA", "2026-000318"), rows=(29, 46)),
    one("supplier-branch", "A branch invoices on the commitment of its seat.",
        bill("LV-2026-7802", on="2026-000567", net="101.20").but(supplier=m.SOFTWARE_BRANCH),
        v.fine("061", "2026-000567", "SUP_SIREN_EQUAL"), rows=(29, 30)),
    one("supplier-mismatch-and-over", "Another supplier comes before the amount.",
        bill("OC-26-7803", on="2026-000568", net="2000.00").but(supplier=p.CATERER), v.MISMATCH, rows=(33, 44)),
    one("supplier-mismatch-and-closed", "And before the state of the commitment.",
        bill("OC-26-7804", on="2026-000751", net="101.40").but(supplier=p.CATERER), v.MISMATCH, rows=(33, 35)),
)  # fmt: skip

_KINDS = (
    one("supplier-outside-the-union", "A supplier from outside the Union (type 3).",
        _from_afar("FJ-26-7811", "2026-000772", "102.10"), v.fine("061", "2026-000772"), rows=(29,)),
    one("supplier-of-new-caledonia", "A supplier by its RIDET (type 4), zeros in front.",
        _from_afar("CT-26-7812", "2026-000773", "102.20"), v.fine("061", "2026-000773"), rows=(29,)),
    one("supplier-of-tahiti", "A supplier by its TAHITI number (type 5).",
        _from_afar("PL-26-7813", "2026-000774", "102.30"), v.fine("061", "2026-000774"), rows=(29,)),
    one("supplier-of-belgium", "A supplier by its VAT number (type 2).",
        _from_afar("VDM-26-7814", "2026-000776", "102.40"), v.fine("061", "2026-000776"), rows=(29,)),
    one("supplier-same-number-other-kind", "One number under two kinds of identifier is two suppliers.",
        _from_afar("CP-26-7815", "2026-000775", "102.50").but(supplier=m.LOOKALIKE), v.MISMATCH, rows=(29, 33)),
)  # fmt: skip

_cii_factored = bill("LV-2026-7821", on="2026-000569", net="103.15")
_ubl_factored = bill("EGP-26-7822", on="2026-000319", net="103.20")
_own_payee = bill("LV-2026-7823", on="2026-000570", net="103.30")
_bare_factored = bill("EGP-26-7824", on="2026-000320", net="103.40").but(cadre="S1")
_FACTORED = "SUP_FACTOR"

_PAYEE = (
    case("factor-in-cii-original", "pivot", "The original CII asks for payment to a factor.",
         _original(_cii_factored, _cii_payee(cii.historical(_cii_factored), m.FACTOR, "1")),
         v.fine("061", "2026-000569", _FACTORED), rows=(34, 47)),
    case("factor-in-ubl-original", "pivot", "The original UBL asks for payment to a factor.",
         _original(_ubl_factored, _ubl_payee(ubl.historical(_ubl_factored), m.FACTOR)),
         v.fine("DIRINFRA", "2026-000319", _FACTORED), rows=(34, 47)),
    case("payee-is-the-supplier", "pivot", "A payee that is the supplier itself is nothing to say.",
         _original(_own_payee, _cii_payee(cii.historical(_own_payee), p.SOFTWARE, "1")),
         v.fine("061", "2026-000570"), rows=(34,)),
    case("factor-through-a-platform", "cii", "A platform's invoice asks for payment to a factor.",
         _cii_payee(cii.reform(_bare_factored), m.FACTOR, "0002"),
         v.fine("DIRINFRA", "2026-000320", _FACTORED), rows=(34, 47)),
)  # fmt: skip

CASES = (*_SAME_FIRM, *_KINDS, *_PAYEE)
