"""UBL invoices and credit notes, in the style of both circuits."""

from decimal import Decimal

from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import Line, bill, loose_bill
from tests.fixture_maker.cii import Attachment
from tests.fixture_maker.model import OK, case, review, sequence
from tests.fixture_maker.pdf import page
from tests.fixture_maker.ubl import historical, reform

_SYNTAX = "ubl"

_chorus = bill("LV-2026-5001", on="2026-000238", net="430.00").but(contract="MAPA-2025-18")
_platform = bill("LV-2026-5002", on="2026-000239", net="440.00").but(cadre="S1")
_sold = bill("LV-2026-5003", on="2026-000240", net="450.00").but(cadre="S1")
_credited = _sold.but(
    number="LV-2026-5004", kind="381", origin="LV-2026-5003", lines=(Line("Remise oubliée", 1, Decimal("45.00")),)
)
_attached = bill("LV-2026-5005", on="EJ 77 001", net="460.00").but(cadre="S1")
_twofold = loose_bill("LV-2026-5006", p.SOFTWARE, p.MAIN, "061", "17.00").but(cadre="S1")

CASES = (
    case(
        "chorus-e1",
        _SYNTAX,
        "The structured flow E1: SIRETs by schemeName 1, service in the accounting contact, cadre in the extension.",
        historical(_chorus),
        OK,
    ),
    case(
        "reform-invoice",
        _SYNTAX,
        "The platform style: SIRET 0009 and service 0224 among the buyer's identifiers.",
        reform(_platform),
        OK,
    ),
    sequence(
        "credit-note-document",
        _SYNTAX,
        "A CreditNote document follows the invoice it names.",
        ("1-invoice.xml", reform(_sold), OK),
        ("2-credit-note.xml", reform(_credited), OK),
        rows=(15,),
    ),
    case(
        "peppol-attachment",
        _SYNTAX,
        "Service in BT-10, an embedded PDF, and an electronic address that is the relay's SIRET, not the recipient's.",
        reform(
            _attached,
            service_as_reference=True,
            through_hub=True,
            attachments=(Attachment("LV-2026-5005.pdf", "LISIBLE", "application/pdf", page(_attached)),),
        ),
        OK,
    ),
    case(
        "two-recipients-ubl",
        _SYNTAX,
        "Two SIRETs under scheme 0009: nobody may choose between two budgets.",
        reform(_twofold, also_siret=p.GARAGE.siret),
        review("REC_SIRET_REPEATED"),
    ),
)
