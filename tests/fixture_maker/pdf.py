"""The readable side: an invoice drawn on a page, and the ways in which an XML can travel inside that PDF.

Everything that a library would date or draw by lot is pinned (reportlab's invariant mode, a clock that stands still for
factur-x, ids computed from the content), so that the same case is the same bytes on every run.
"""

import datetime as dt
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from unittest.mock import patch

import pikepdf
import pypdfium2
from facturx import facturx as facturx_module
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from tests.fixture_maker.bill import Bill
from tests.fixture_maker.parties import Supplier

_TOOL = "Facturier de la Haute-Lande"
_NOW = dt.datetime(2026, 11, 12, 8, 0, 0, tzinfo=dt.UTC)
_CREDIT_NOTES = ("381", "396")
PASSWORD = "lagrave"
_LETTER = (
    "Objet : fermeture annuelle de nos bureaux",
    "Madame, Monsieur,",
    "Nos bureaux seront fermés pendant les fêtes de fin d'année.",
    "Les demandes urgentes seront traitées par notre permanence, comme tous les ans.",
    "Nous vous remercions de votre confiance et vous prions d'agréer nos salutations.",
    "Document inventé pour les essais : aucune de ces personnes n'existe.",
)


@dataclass(frozen=True)
class Words:
    """What a supplier calls things on its pages; without a word for the buyer's SIRET it is left out."""

    commitment: str = "N° d'engagement"
    buyer_siret: str = "SIRET"


USUAL = Words()


def _kind(bill: Bill) -> str:
    return "AVOIR" if bill.kind in _CREDIT_NOTES else "FACTURE"


def page(bill: Bill, words: Words = USUAL) -> bytes:
    """Draw the bill on one page, as a person would read it; `words` are those that some suppliers use otherwise."""
    return _drawn(f"{_kind(bill).capitalize()} {bill.number}", bill.supplier.name, _placed(bill, words))


def letter(sender: Supplier) -> bytes:
    """Write a letter that is no invoice: no number, no amount, and no identifier of anybody."""
    texts = [(20, 22 + 6 * row, 9, text) for row, text in enumerate((sender.name, sender.street, *_LETTER))]
    return _drawn("Fermeture annuelle", sender.name, texts)


def scanned(bill: Bill, dpi: int = 150) -> bytes:
    """Draw the bill as a scanner would give it: one grey picture, and no text."""
    with pypdfium2.PdfDocument(page(bill)) as drawn:
        picture = drawn[0].render(scale=dpi / 72, grayscale=True).to_pil()
    out = io.BytesIO()
    canvas = _canvas(out, "Numérisation", bill.supplier.name)
    canvas.drawImage(ImageReader(picture), 0, 0, *A4)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def facturx(
    bill: Bill, xml: bytes, *, flavor: str = "factur-x", relationship: str = "data", check: bool = True
) -> bytes:
    """Embed an XML by the factur-x library: file `factur-x.xml` or `order-x.xml`, XMP, name tree and /AF."""
    with _still_clock():
        made: bytes = facturx_module.generate_from_binary(
            page(bill),
            xml,
            flavor=flavor,
            check_xsd=check,
            pdf_metadata=_metadata(bill),
            lang="fr-FR",
            afrelationship=relationship,
        )
    return _saved(pikepdf.open(io.BytesIO(made)))


def with_attachment(bill: Bill, name: str, xml: bytes) -> bytes:
    """Embed an XML under a name that the factur-x library does not write."""
    pdf = pikepdf.open(io.BytesIO(page(bill)))
    stamp = _NOW.strftime("D:%Y%m%d%H%M%S+00'00'")
    spec = pikepdf.AttachedFileSpec(
        pdf,
        xml,
        filename=name,
        mime_type="text/xml",
        creation_date=stamp,
        mod_date=stamp,
        relationship=pikepdf.Name.Alternative,
    )
    pdf.attachments[name] = spec
    pdf.Root.AF = pdf.make_indirect(pikepdf.Array([pdf.attachments[name].obj]))
    return _saved(pdf)


def without_name_tree(content: bytes) -> bytes:
    """Leave the embedded files reachable through /AF only, as some producers do."""
    pdf = pikepdf.open(io.BytesIO(content))
    del pdf.Root.Names
    return _saved(pdf)


def cut_before_end(content: bytes) -> bytes:
    """Cut a PDF just before its end marker, like a transfer that stopped too early."""
    return content[: content.rindex(b"%%EOF")]


def locked(content: bytes) -> bytes:
    """Encrypt with a user password. RC4 on purpose: the modern ciphers draw random numbers, so no two runs agree."""
    out = io.BytesIO()
    rights = pikepdf.Encryption(owner=PASSWORD[::-1], user=PASSWORD, R=3, aes=False, metadata=False)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(out, encryption=rights, static_id=True)
    return out.getvalue()


def _drawn(title: str, author: str, texts: Iterable[tuple[float, float, int, str]]) -> bytes:
    out = io.BytesIO()
    canvas = _canvas(out, title, author)
    for left, top, size, text in texts:
        canvas.setFont("Helvetica-Bold" if size > 10 else "Helvetica", size)
        canvas.drawString(left * mm, A4[1] - top * mm, text)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _canvas(out: io.BytesIO, title: str, author: str) -> Canvas:
    canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setCreator(_TOOL)
    canvas.setProducer(_TOOL)
    return canvas


def _saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    with pdf:
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _metadata(bill: Bill) -> dict[str, str]:
    kind = _kind(bill).capitalize()
    return {
        "author": bill.supplier.name,
        "keywords": f"{kind}, Factur-X",
        "title": f"{bill.supplier.name} : {kind} {bill.number}",
        "subject": f"{kind} {bill.number} du {bill.issued:%d/%m/%Y}",
    }


class _StillClock(dt.datetime):
    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> "_StillClock":
        moment = _NOW.astimezone(tz) if tz else _NOW.replace(tzinfo=None)
        return cls.fromtimestamp(moment.timestamp(), tz)


@contextmanager
def _still_clock() -> Iterator[None]:
    with (
        patch.object(facturx_module, "datetime", _StillClock),
        patch.object(facturx_module, "CREATOR", _TOOL),
    ):
        yield


def _french(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def _placed(bill: Bill, words: Words) -> Iterator[tuple[float, float, int, str]]:
    """Texts with their place in millimetres from the top left, and their size."""
    s = bill.supplier
    yield 20, 22, 13, s.name
    for row, text in enumerate((s.street, f"{s.postcode} {s.city}", f"SIRET {s.identifier}", f"TVA {s.vat_number}")):
        yield 20, 29 + 5 * row, 9, text
    yield 115, 55, 11, bill.budget.name
    yield 115, 61, 9, "1 cours des Fontaines"
    yield 115, 66, 9, "99000 Montbrac"
    if words.buyer_siret:
        yield 115, 71, 9, f"{words.buyer_siret} {bill.recipient_siret}"
    yield 20, 85, 14, f"{_kind(bill)} n° {bill.number} du {bill.issued:%d/%m/%Y}"
    references = {
        "Code service": bill.service,
        words.commitment: bill.commitment,
        "N° de marché": bill.contract,
        "Facture d'origine": bill.origin,
    }
    top = 94.0
    for label, value in references.items():
        if value:
            yield 20, top, 9, f"{label} : {value}"
            top += 5
    for line in bill.lines:
        top += 7
        yield 20, top, 9, line.label
        yield 130, top, 9, f"{line.quantity} x {_french(line.price)}"
        yield 165, top, 9, f"{_french(line.net)} {bill.currency}"
    totals = (("Total HT", bill.net), (f"TVA {bill.vat_rate} %", bill.vat), ("Total TTC", bill.gross))
    for label, amount in totals:
        top += 7
        yield 130, top + 5, 9, label
        yield 165, top + 5, 9, f"{_french(amount)} {bill.currency}"
    yield 20, 262, 9, f"À régler par virement avant le {bill.due:%d/%m/%Y}, IBAN {s.iban}"
    yield 20, 267, 9, "Document inventé pour les essais : aucune de ces personnes n'existe."
