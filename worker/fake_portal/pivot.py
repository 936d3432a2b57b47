"""CPPFacturePivot V2_02: the file in which the portal hands invoices over (§1.2, §1.3)."""

import base64
import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from worker.fake_portal.model import Invoice, Piece, Structure

_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation"
_EMITTER, _RECEIVER = "CPP002", "FAKE01"
_DAWN = (2026, 1, 1, 0, 0, 0)  # the date inside ZIPs: the same bytes on every run
Party = tuple[Invoice, Structure]


def pivot(parties: Sequence[Party], *, flow: int, now: dt.datetime, old: bool = False) -> bytes:
    """One XML with every invoice asked for and its pieces. `old` leaves out what V1_22 does not have (§1.1)."""
    root = ET.Element("CPPFacturePivot", {_SCHEMA: "FEN0036A"})
    _envelope(root, flow, now)
    bundle = ET.SubElement(root, "CPPFactures", Compteur=str(len(parties)))
    for order, (invoice, structure) in enumerate(parties, 1):
        unit = ET.SubElement(bundle, "CPPFacturePivotUnitaire", NumOrdre=str(order))
        _supplier(unit, invoice)
        _debtor(unit, invoice, structure)
        _data(unit, invoice, old=old)
        for position, piece in enumerate(invoice.pieces, 1):
            _piece(unit, piece, position, old=old)
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def zipped(entries: Sequence[tuple[str, bytes]]) -> bytes:
    """Pack files; the same content gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name, _DAWN), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _put(parent: ET.Element, tag: str, text: object = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, tag, attributes)
    child.text = None if text is None else str(text)
    return child


def _maybe(parent: ET.Element, tag: str, text: object) -> None:
    if text:
        _put(parent, tag, text)


def _envelope(root: ET.Element, flow: int, now: dt.datetime) -> None:
    unit = _put(_put(root, "Enveloppe"), "EnveloppeUnitaire", NumOrdre="1")
    parameters = _put(unit, "Parametres")
    produced = (("DtPrd", f"{now:%Y-%m-%d}"), ("IdFlx", f"{_EMITTER}0036{flow:015d}"))
    for order, (code, value) in enumerate(produced, 1):
        one = _put(parameters, "ParametreIndiv", NumOrdre=f"{order:04d}")
        _put(one, "Code", code)
        _put(one, "Valeurparametre", value)
    partners = _put(unit, "Partenaires")
    _put(_put(partners, "Recepteur"), "Id", _RECEIVER)
    _put(_put(partners, "Emetteur"), "Id", _EMITTER)


def _supplier(unit: ET.Element, invoice: Invoice) -> None:
    one = _put(unit, "Fournisseur")
    _put(one, "TypeIdentifiant", invoice.supplier.id_type)
    _put(one, "Identifiant", invoice.supplier.identifier)
    _put(one, "RaisonSociale", invoice.supplier.name)
    _put(one, "CodePays", invoice.supplier.country)
    _put(one, "ModeEmission", "flux")


def _debtor(unit: ET.Element, invoice: Invoice, structure: Structure) -> None:
    one = _put(unit, "Debiteur")
    _put(one, "TypeIdentifiant", "1")
    _put(one, "Identifiant", structure.siret)
    _put(one, "Nom", structure.name)
    _maybe(one, "CodeService", invoice.service_code)
    service = structure.service(invoice.service_code)
    _maybe(one, "NomService", service and service.name)


def _data(unit: ET.Element, invoice: Invoice, *, old: bool) -> None:
    one = _put(unit, "DonneesFacture")
    _put(one, "Id", invoice.number)
    if not old:
        _put(one, "IdCPRO", invoice.id)
        _put(one, "Renvoi", invoice.resubmission)
    _maybe(one, "IdFactureOrigine", invoice.original_number)
    _put(one, "Type", "381" if invoice.credit_note else "380")
    _put(one, "Cadre", invoice.framework)
    _put(one, "DateEmissionFacture", invoice.issued)
    payment = _put(one, "ModePaiement")
    _put(payment, "Code", "30")
    _put(payment, "Libelle", "VIREMENT")
    _put(one, "DateReception", invoice.deposited)
    _put(one, "Devise", invoice.currency)
    amounts = _put(one, "Montants")
    _put(amounts, "MontantHT", invoice.net)
    _put(amounts, "MontantTTC", invoice.gross)
    _put(amounts, "MontantNetAPayer", invoice.gross)
    tax = _put(_put(one, "TVAs"), "TVA")
    _put(tax, "Taux", invoice.tax_rate)
    _put(tax, "BaseHt", invoice.net)
    _put(tax, "MontantTVA", invoice.tax)
    if invoice.contract_number or invoice.commitment_number:
        commitment = _put(one, "Engagement")
        _maybe(commitment, "NumeroMarche", invoice.contract_number)
        _maybe(commitment, "NumeroEngagement", invoice.commitment_number)
    line = _put(_put(one, "Lignes"), "Ligne", NumOrdre="1")
    _put(line, "ReferenceProduit", "Prestation")
    _put(line, "PrixUnitaire", invoice.net)
    _put(line, "Quantite", "1")
    _put(line, "MontantHT", invoice.net)
    _put(line, "TauxTVA", invoice.tax_rate)


def _piece(unit: ET.Element, piece: Piece, order: int, *, old: bool) -> None:
    one = _put(unit, "PJ", NumOrdre=str(order))
    _put(one, "Contenu", base64.b64encode(zipped([(piece.name, piece.content)])).decode("ascii"))
    _put(one, "NomPJ", piece.name)
    if not old:
        _put(one, "CategoriePJ", piece.category)
    _put(one, "TypePJ", piece.kind)
    _put(one, "MimeTypePJ", piece.media_type)
