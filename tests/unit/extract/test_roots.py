"""What an XML document is, by its root."""

import pytest
from lxml import etree

from rules.findings import ReasonCode
from rules.model import Syntax
from tests.unit.extract.samples import CII, CREDIT_NOTE, UBL, ZUGFERD1, refused
from worker.errors import NotAnInvoice
from worker.extract.roots import is_invoice, reader_of


@pytest.mark.parametrize(
    ("document", "syntax"),
    [
        (CII, Syntax.CII),
        (UBL, Syntax.UBL_INVOICE),
        (CREDIT_NOTE, Syntax.UBL_CREDIT_NOTE),
        (ZUGFERD1, Syntax.ZUGFERD1),
    ],
    ids=lambda value: value if isinstance(value, Syntax) else "",
)
def test_invoices(document, syntax):
    """The root of an invoice tells its syntax."""
    root = etree.fromstring(document)
    assert is_invoice(root)
    assert reader_of(root)[0] is syntax


@pytest.mark.parametrize(
    ("root", "says"),
    [
        ("SCRDMCCBDACIOMessageStructure", "an order (Order-X), not an invoice"),
        ("SCRDMCCBDACIODDMessageStructure", "a despatch advice, not an invoice"),
        ("CrossDomainAcknowledgementAndResponse", "(CDAR)"),
        ("CPPStatut", "a status message of Chorus Pro"),
        ("CPPFactureMixte", "a supplier's deposit"),
        ("Order", "an order (UBL)"),
        ("OrderResponse", "an order response (UBL)"),
        ("DespatchAdvice", "a despatch advice (UBL)"),
        ("ApplicationResponse", "a status message (UBL"),
        ("html", "an HTML page"),
        ("StandardBusinessDocument", "an envelope (SBDH)"),
        ("PES_Aller", "an accounting flow (PES)"),
        ("releve", "an XML document with the root “releve”, which is no invoice format known here"),
        ("Invoice", "an XML document with the root “Invoice”, which"),
    ],
)
def test_others(root, says):
    """A document of another kind is refused by its name."""
    reason, message = refused(f"<{root}/>".encode())
    assert reason is ReasonCode.INT_NOT_AN_INVOICE
    assert says in message


def test_name_of_an_invoice_in_another_namespace():
    """A root that has the name of an invoice in a namespace of its own is none, and the namespace is told."""
    root = etree.fromstring("<Invoice xmlns='urn:example'/>")
    assert not is_invoice(root)
    with pytest.raises(NotAnInvoice, match="root “Invoice” of namespace “urn:example”"):
        reader_of(root)
