"""CPPFacturePivot: the file in which Chorus Pro hands invoices to their recipient.

A header of Chorus Pro's own, and the supplier's documents as base64 attachments (PJ), normally each in a ZIP of one
entry. The first PJ (TypePJ 01) is the invoice itself.
"""

import base64
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from tests.fixture_maker.bill import Bill, Line
from tests.fixture_maker.xmlkit import Element, Maker, document

_e = Maker({"xsi": "http://www.w3.org/2001/XMLSchema-instance"})
_EPOCH = (2026, 11, 20, 6, 0, 0)
PDF = "application/pdf"
XML = "application/xml"


def zipped(name: str, content: bytes) -> bytes:
    """Make a ZIP of one entry, dated so that it is the same on every run."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo(name, date_time=_EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.create_system = 3  # the same bytes wherever this runs
        archive.writestr(entry, content)
    return out.getvalue()


@dataclass(frozen=True)
class Piece:
    """An attachment (pièce jointe). `raw` is its base64 text when a case wants to spoil it."""

    name: str
    content: bytes
    kind: str = "01"
    media_type: str = PDF
    zip_entry: str | None = ""  # "" names the entry like the piece; None leaves the content bare
    category: str | None = None
    original_name: str | None = None
    raw: str | None = None

    @property
    def base64(self) -> str:
        """What stands in the element `Contenu`."""
        if self.raw is not None:
            return self.raw
        content = self.content if self.zip_entry is None else zipped(self.zip_entry or self.name.strip(), self.content)
        return base64.b64encode(content).decode("ascii")


@dataclass(frozen=True)
class Unit:
    """One invoice of a pivot with its pieces."""

    bill: Bill
    pieces: Sequence[Piece]


def pivot(*units: Unit, flow: int = 1, schema: str = "FEN0036A", produced: str = "2026-11-20") -> bytes:
    """Write a pivot; `flow` is the sequence number in the flow id, `schema` the schema hint nobody can resolve."""
    root = _e(
        "CPPFacturePivot",
        _envelope(flow, produced),
        _e(
            "CPPFactures",
            *(_unit(unit, order) for order, unit in enumerate(units, 1)),
            Compteur=str(len(units)),
        ),
    )
    root.set("{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation", schema)
    return document(root)


def _envelope(flow: int, produced: str) -> Element:
    def parameter(order: int, code: str, value: str) -> Element:
        return _e("ParametreIndiv", _e("Code", code), _e("Valeurparametre", value), NumOrdre=f"{order:04d}")

    def partner(tag: str, identifier: str, label: str) -> Element:
        return _e(tag, _e("Id", identifier), _e("Libelle", label))

    return _e(
        "Enveloppe",
        _e(
            "EnveloppeUnitaire",
            _e("Parametres", parameter(1, "DtPrd", produced), parameter(2, "IdFlx", f"HDL9990036{flow:015d}")),
            _e(
                "Partenaires",
                partner("Recepteur", "HDL001", "Finances de la Haute-Lande"),
                partner("Emetteur", "POR001", "Portail de facturation"),
            ),
            NumOrdre="1",
        ),
    )


def _unit(unit: Unit, order: int) -> Element:
    return _e(
        "CPPFacturePivotUnitaire",
        _supplier(unit.bill),
        _debtor(unit.bill),
        _data(unit.bill),
        *(_piece(piece, position) for position, piece in enumerate(unit.pieces, 1)),
        NumOrdre=str(order),
    )


def _supplier(bill: Bill) -> Element:
    supplier = bill.supplier
    return _e(
        "Fournisseur",
        _e("TypeIdentifiant", supplier.id_type),
        _e("Identifiant", supplier.identifier),
        _e("RaisonSociale", supplier.name),
        _e("CodePays", supplier.country),
        _e("ReferenceBancaire", _e("Compte", supplier.iban), Type="IBAN"),
        _e("ModeEmission", "flux"),
    )


def _debtor(bill: Bill) -> Element:
    return _e(
        "Debiteur",
        _e("TypeIdentifiant", "1"),
        _e("Identifiant", bill.recipient_siret),
        _e("Nom", bill.budget.name),
        _e.maybe("CodeService", bill.service),
    )


def _data(bill: Bill) -> Element:
    return _e(
        "DonneesFacture",
        _e("Id", bill.number),
        _e.maybe("IdCPRO", bill.portal_id),
        _e.maybe("Renvoi", bill.resubmission),
        _e.maybe("IdFactureOrigine", bill.origin),
        _e("Type", bill.kind),
        _e("Cadre", bill.cadre),
        _e("DateEmissionFacture", bill.issued.isoformat()),
        _e("ModePaiement", _e("Code", "30"), _e("Libelle", "Virement")),
        _e("DateReception", bill.received.isoformat()),
        _e("Devise", bill.currency),
        _e(
            "Montants",
            _e("MontantHT", str(bill.net)),
            _e("MontantTTC", str(bill.gross)),
            _e("MontantNetAPayer", str(bill.gross)),
        ),
        _e(
            "TVAs",
            _e(
                "TVA",
                _e("Taux", str(bill.vat_rate)),
                _e("BaseHt", str(bill.net)),
                _e("MontantTVA", str(bill.vat)),
            ),
        ),
        _e.maybe(
            "Engagement",
            _e.maybe("NumeroMarche", bill.contract),
            _e.maybe("NumeroEngagement", bill.commitment),
        ),
        _e("Lignes", *(_line(bill, line, order) for order, line in enumerate(bill.lines, 1))),
    )


def _line(bill: Bill, line: Line, order: int) -> Element:
    return _e(
        "Ligne",
        _e("ReferenceProduit", line.label),
        _e("PrixUnitaire", str(line.price)),
        _e("Quantite", str(line.quantity)),
        _e("MontantHT", str(line.net)),
        _e("TauxTVA", str(bill.vat_rate)),
        NumOrdre=str(order),
    )


def _piece(piece: Piece, order: int) -> Element:
    return _e(
        "PJ",
        _e("Contenu", piece.base64),
        _e("NomPJ", piece.name),
        _e.maybe("NomPJOrigine", piece.original_name),
        _e.maybe("CategoriePJ", piece.category),
        _e("TypePJ", piece.kind),
        _e("MimeTypePJ", piece.media_type),
        NumOrdre=str(order),
    )
