"""What of a finding may leave in an event: no text of the document that may name a natural person.

People write names where codes belong: BT-10 (the service code) is "buyer reference", BT-13 has seen "commande de Mme
Martin". So a text of the document travels only if it looks like a code, or if its field is in the event anyway; and a
value that is not listed here does not travel at all. What is left out stays in the decision record (`explain`).
"""

import re

from rules.decide import Decision
from rules.findings import Finding, ReasonCode
from rules.identifiers import compact
from rules.model import IdType, Invoice

R = ReasonCode

# Words of the body's own reference data, of the rules, or numbers that were computed.
OWN = frozenset(
    {
        *("as_of", "billed", "candidates", "chosen", "commitment", "count", "credit", "fault", "field", "first"),
        *("gross", "looked_up", "net", "over", "remaining", "rung", "service", "status", "tax"),
        *("amount", "commitments", "year"),
        *("confidence", "failed", "fields", "page_number"),
    }
)
# Identifiers as the document gives them.
WRITTEN = frozenset(
    {"contract", "currency", "expected", "framework", "given", "identifier", "missing", "number", "siret"}
)
# Whatever stands in the field that the finding names.
OF_A_FIELD = frozenset({"data", "header", "kept", "original", "page", "value", "values"})
# The name of a budget of the body. In any other finding it is the name of a file, which suppliers choose.
NAMES = frozenset({"name"})
# Our own words up to the first colon; after it a parser quotes what it stumbled over.
MESSAGES = frozenset({"message"})
# Where something stands: without the name of the file, which suppliers choose.
PLACES = frozenset({"place"})
# What never leaves, in whatever finding.
WITHHELD = frozenset({"account", "iban", "payee"})
_OF_SUPPLIERS = frozenset({"expected", "given", "identifier"})
_OF_SERVICES = frozenset(
    {
        *(R.SVC_CONFLICT, R.SVC_UNKNOWN, R.SVC_UNKNOWN_OVERRIDDEN, R.AMT_CURRENCY),
        *(R.SVC_READ_OVERRIDDEN, R.SVC_READ_UNSURE),
    }
)
_KNOWN = frozenset({R.SVC_GIVEN, R.SVC_CONFLICT, R.AMT_CURRENCY})  # their values are no free text
# Fields that the event carries as they are written.
CARRIED = frozenset(
    {
        *("invoice_number", "issue_date", "invoice_type", "billing_framework", "currency", "contract_number"),
        *("amount_excl_tax", "amount_tax", "amount_incl_tax", "amount_due", "original_invoice_number"),
        "portal_invoice_id",
    }
)
_LONGEST = 200
_LONGEST_WORD = 3  # letters of a word inside a code: EJ, ENG, CDE
_COMMON = frozenset({"AVOIR", "BON", "COMMANDE", "CONTRAT", "ENGAGEMENT", "FACTURE", "LOT", "MARCHE", "MARCHÉ"})
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_IBAN = re.compile(r"[A-Z]{2}\d\d[A-Z\d]{11,30}", re.ASCII)


def shown(finding: Finding, *, private: bool) -> Finding:
    """The finding with the values that may leave. `private`: a supplier involved is a private person."""
    kept = tuple(
        (name, _cleared(name, text))
        for name, text in finding.values
        if _may_leave(finding, name, text, private=private)
    )
    return Finding(finding.code, kept)


def names_private_person(invoice: Invoice | None, decision: Decision) -> bool:
    """Whether the invoice's supplier, or that of a commitment decided on, is a private person (type 7, scheme 0226)."""
    types = {commitment.supplier_id_type for commitment in decision.commitments}
    if decision.commitment is not None:
        types.add(decision.commitment.supplier_id_type)
    if invoice is not None:
        types |= {invoice.supplier_id_type, *(party.type for party in invoice.supplier_ids)}
    return IdType.PARTICULIER in types


def supplier_id(invoice: Invoice) -> str | None:
    """The supplier's identifier, unless it is a private person's or made of a name, as HORS_UE identifiers are."""
    given = invoice.supplier_id
    if given is None or invoice.supplier_id_type == IdType.PARTICULIER:
        return None
    return given.value if looks_like_code(given.value) else None


def looks_like_code(text: str) -> bool:
    """Whether a text is a code or a number: it has digits, no word that may be a name, and is no IBAN."""
    words = _WORDS.findall(text)
    if len(text) > _LONGEST or _IBAN.search(compact(text)):
        return False
    letters = [word for word in words if not word[0].isdigit()]
    return len(letters) < len(words) and all(len(w) <= _LONGEST_WORD or w.upper() in _COMMON for w in letters)


def place(source: str) -> str:
    """Where a field was read. The name of an attachment is left out: it is the supplier's choice."""
    _, within, path = source.rpartition("#")
    return f"attachment#{path}" if within else source


def _cleared(name: str, text: str) -> str:
    if name in PLACES:
        return place(text)
    return text.partition(":")[0] if name in MESSAGES else text


def _may_leave(finding: Finding, name: str, text: str, *, private: bool) -> bool:
    if private and _tells_supplier(finding, name):
        return False
    if name in NAMES:
        return finding.code is R.REC_SIRET_INACTIVE
    if name in WRITTEN:
        return finding.code in _KNOWN or looks_like_code(text)
    if name in OF_A_FIELD and finding.value("field") in WITHHELD:
        return False
    if name in OF_A_FIELD:
        carried = finding.value("field") in CARRIED and finding.code is not R.INT_VALUE_UNREADABLE
        return (carried and len(text) <= _LONGEST) or looks_like_code(text)
    return name in OWN or name in MESSAGES or name in PLACES


def _tells_supplier(finding: Finding, name: str) -> bool:
    if name in OF_A_FIELD:
        return (finding.value("field") or "").startswith("supplier")
    return name in _OF_SUPPLIERS and finding.code not in _OF_SERVICES
