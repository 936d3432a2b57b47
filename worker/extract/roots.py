"""What an XML document is, by its root element: an invoice in one of four syntaxes, a pivot, or something else."""

from collections.abc import Callable

from lxml import etree

from rules.model import Invoice, Syntax
from worker.errors import NotAnInvoice
from worker.extract import cii, ubl

PIVOT = "CPPFacturePivot"
_SHOWN = 200  # characters of a name that nobody knows

Reader = Callable[[etree._Element, Syntax, str], Invoice]

_READERS: dict[str, tuple[Syntax, Reader]] = {
    f"{{{cii.RSM}}}CrossIndustryInvoice": (Syntax.CII, cii.read),
    f"{{{cii.ZUGFERD1}}}CrossIndustryDocument": (Syntax.ZUGFERD1, cii.read),
    f"{{{ubl.INVOICE}}}Invoice": (Syntax.UBL_INVOICE, ubl.read),
    f"{{{ubl.CREDIT_NOTE}}}CreditNote": (Syntax.UBL_CREDIT_NOTE, ubl.read),
}

_OTHERS = {
    "SCRDMCCBDACIOMessageStructure": "an order (Order-X), not an invoice",
    "SCRDMCCBDACIODDMessageStructure": "a despatch advice, not an invoice",
    "CrossDomainAcknowledgementAndResponse": "a life-cycle status message (CDAR), not an invoice",
    "CPPStatut": "a status message of Chorus Pro (CPPStatut), not an invoice",
    "CPPFactureMixte": "a supplier's deposit (CPPFactureMixte), which no recipient receives",
    "Order": "an order (UBL), not an invoice",
    "OrderResponse": "an order response (UBL), not an invoice",
    "DespatchAdvice": "a despatch advice (UBL), not an invoice",
    "ApplicationResponse": "a status message (UBL ApplicationResponse), not an invoice",
    "html": "an HTML page, not an invoice",
    "StandardBusinessDocument": "an envelope (SBDH) around a document, not an invoice; send the document itself",
    "PES_Aller": "an accounting flow (PES), not an invoice",
}


def reader_of(root: etree._Element) -> tuple[Syntax, Reader]:
    """The syntax of an invoice and its reader. Raises `NotAnInvoice`, which names what the document is instead."""
    tag = str(root.tag)
    known = _READERS.get(tag)
    if known is None:
        raise NotAnInvoice(describe(tag))
    return known


def is_invoice(root: etree._Element) -> bool:
    """Whether this is the root of an invoice in one of the syntaxes that are read."""
    return root.tag in _READERS


def describe(tag: str) -> str:
    """What a document with that root element is, in words for a person. `tag` is in Clark notation."""
    namespace, _, local = tag.rpartition("}")
    if local in _OTHERS:
        return _OTHERS[local]
    where = f" of namespace “{namespace[1 : _SHOWN + 1]}”" if namespace else ""
    return f"an XML document with the root “{local[:_SHOWN]}”{where}, which is no invoice format known here"
