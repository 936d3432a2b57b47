"""The labels that French and bilingual invoices print before, or above, what we look for.

Patterns are written on folded text (see `lines`): a blank stands for any or no blank, an underscore for at least one.
What no field needs is here too (`Label.OTHER`): a neighbour that is a label is never taken for a value.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple


class Label(StrEnum):
    """What a label announces. `PLAIN` ones are everyday words that are labels only where they stand like one."""

    COMMITMENT = "commitment"  # numéro d'engagement, EJ
    ORDER = "order"  # bon de commande: the same number, as suppliers call it
    REFERENCE = "reference"  # votre référence: may be anything
    SERVICE = "service"
    CONTRACT = "contract"
    NUMBER = "number"
    INVOICE_DATE = "invoice_date"
    DATE = "date"
    EXCL_TAX = "excl_tax"
    TAX = "tax"
    INCL_TAX = "incl_tax"
    DUE = "due"
    RECIPIENT_SIRET = "recipient_siret"
    SUPPLIER_SIRET = "supplier_siret"
    SIRET = "siret"
    OTHER = "other"


class Found(NamedTuple):
    """A label in a line: its place in the text, and whether it is more than an everyday word."""

    label: Label
    start: int
    end: int
    plain: bool


_N = r"(?:n ?°|n[o.]? ?°|no(?:s)?\.?(?= |$)|n\.(?= ?\d)|nr\.?|num(?:ero)?s?\.?|number|#|references?|refs?\.?|code|id(?:entifiant)?\.?)"
_TAIL = r"(?:(?:n ?°|n[o.]? ?°|no\.?|num(?:ero)?\.?|number|#)(?! ?(?:de_|du_|d'|des_|ej|tva|siret|client)))"
_OF = r"(?:de_la_|de_l'|de_|du_|des_|d ?' ?)?"
_WHOSE = r"(?:_(?:client|acheteur|chorus(?:_pro)?|public|interne|destinataire|de_l'acheteur|du_client))?"
_EJ = r"(?: \( ?e\.?j\.? ?\))?"

# In the order in which they are tried at one place: the longer and the more telling first.
_PATTERNS: tuple[tuple[Label, str], ...] = (
    # dates that are not the invoice's
    (
        Label.OTHER,
        r"(?:date_(?:limite|d'echeance|de_(?:livraison|commande|paiement|reglement|prestation|valeur|notification|debut|fin"
        r"|naissance|prelevement|service|reception|l'engagement|l'ordre|la_commande|validite)|d'(?:engagement|intervention|exigibilite|achat)"
        r"|des_travaux|de_la_commande)[a-z_ ]{0,20}|echeance|due_date|payment_due|delivery_date|order_date|periode|pour_la_periode|faelligkeit"
        r"|a_(?:regler|payer)_(?:avant|le|au_plus_tard)|payable_(?:le|au|avant)|livre(?:e)?_le|date_limite_de_paiement|expedie_le|date_echeance)",
    ),
    (Label.CONTRACT, rf"marches?_a_bons?_de_commandes?(?: {_TAIL})?"),
    # the number of the commitment
    (Label.COMMITMENT, rf"(?:{_N} {_OF})?(?:votre_)?engagements?(?:_juridiques?)?{_EJ}{_WHOSE}(?: {_TAIL})?"),
    (Label.COMMITMENT, rf"(?:{_N} {_OF})?(?:e\.j\.|ej)(?: {_TAIL})?"),
    (Label.COMMITMENT, rf"(?:{_N} )?(?:legal_)?commitment(?:_{_N})?"),
    (
        Label.ORDER,
        rf"(?:{_N} {_OF})(?:votre_|vos_)?(?:bons?_de_commandes?|commandes?(?:_(?:publique|client))?|b\.?d\.?c\.?|b\.?c\.?|cde)"
        rf"{_WHOSE}(?: {_TAIL})?",
    ),
    (
        Label.ORDER,
        rf"(?:votre_|vos_|v/ ?)(?:bons?_de_commandes?|commandes?|cdes?|b\.?d\.?c\.?|b\.?c\.?){_WHOSE}(?: {_TAIL})?",
    ),
    (Label.ORDER, rf"bons?_de_commandes?{_WHOSE}(?: {_TAIL})?"),
    (Label.ORDER, rf"(?:commandes?|cde|b\.?d\.?c\.?|b\.c\.|bc){_WHOSE} {_N}"),
    (
        Label.ORDER,
        rf"(?:your_|customer_)?(?:purchase_order|order|p\.?o\.?)_?{_N}|your_(?:purchase_)?order|purchase_order|bestellnummer|bestell-?nr\.?"
        r"|n[°.o]?_?(?:de_)?pedido|ihre_bestellung",
    ),
    (
        Label.REFERENCE,
        r"v(?:otre|os|\.|/) ?(?:references?|refs?\.?)|your_ref(?:erence)?\.?|(?:references?|ref\.?)_(?:de_l')?(?:acheteur|client)"
        r"|buyer_ref(?:erence)?|ihr_zeichen|ihre_referenz",
    ),
    # the service
    (
        Label.SERVICE,
        rf"(?:(?:code|{_N}) {_OF})?services?_(?:executant|destinataire|chorus(?:_pro)?|acheteur|facturation_chorus|concerne|demandeur|gestionnaire|facture|payeur)"
        rf"{_WHOSE}(?: \( ?(?:code|se) ?\))?(?: {_TAIL})?",
    ),
    (Label.SERVICE, rf"(?:code|{_N})_?{_OF}(?:service|sce|serv\.?)(?:_(?:executant|destinataire|chorus(?:_pro)?)| \( ?se ?\))?"),
    (Label.SERVICE, rf"code_s\.?e\.?|service_code|service {_N}|service_\(?code\)?"),
    # the contract
    (
        Label.CONTRACT,
        rf"(?:{_N} {_OF})(?:votre_)?(?:marches?(?:_publics?)?|contrats?(?:_cadre)?|accord[- ]?cadre|lot_et_marche){_WHOSE}(?: {_TAIL})?",
    ),
    (Label.CONTRACT, rf"(?:marches?(?:_publics?)?|contrats?|accord[- ]?cadre){_WHOSE} {_N}"),
    (Label.CONTRACT, rf"contract_?{_N}|vertrags?-?(?:nummer|nr\.?)"),
    # the invoice
    (
        Label.OTHER,
        rf"(?:(?:{_N} {_OF})?(?:facture|invoice)s?|piece)_(?:d'origine|initiale|rectifiee|annulee|concernee|precedente|liee|d'acompte|proforma"
        rf"|de_reference)(?: {_TAIL})?|original_invoice(?:_{_N})?|avoir_sur_(?:la_)?facture(?: {_TAIL})?|(?:annule|concerne|rectifie|sur)_(?:la_|votre_|notre_)?"
        rf"facture(?: {_TAIL})?|ref(?:erence|\.)?_(?:de_la_)?facture_(?:d'origine|initiale)|en_annulation_de_la_facture(?: {_TAIL})?"
        rf"|factures?_a_rappeler|rappeler_(?:le_)?{_N}",
    ),
    (
        Label.INVOICE_DATE,
        r"date_(?:de_la_|de_l'|de_|d ?' ?)?(?:facture|facturation|emission|avoir|etablissement|piece|document|edition)"
        r"|(?:facture_|avoir_|document_)?(?:emise?|etablie?|editee?)_le|(?:invoice|issue|bill)_date|date_of_(?:issue|invoice)|date_facture|date_avoir"
        r"|rechnungsdatum|fecha_de_(?:factura|emision)|factuurdatum|facture_du|avoir_du",
    ),
    (
        Label.NUMBER,
        rf"(?:{_N} {_OF})(?:factures?|avoirs?|piece|document|note_de_credit)(?: {_TAIL})?|(?:factures?|avoirs?|note_de_credit|piece)(?:_d'avoir)? {_N}"
        rf"|(?:tax_)?(?:invoice|credit_note|bill)_?{_N}|rechnungs?-?(?:nummer|nr\.?)|gutschrifts?-?(?:nummer|nr\.?)|{_N} factura|factura_{_N}|factuurnummer",
    ),
    # amounts
    (
        Label.DUE,
        r"(?:montant_|total_)?(?:net|reste|solde|somme|montant|total)_(?:a_(?:payer|regler|verser|deduire)|du(?:e)?(?![a-z])|restant)(?:_t\.?t\.?c\.?)?(?:_en_euros?)?|a_payer"
        r"|(?:total_)?amount_(?:due|payable)|balance_due|total_due|zu_zahlen|zahlbetrag",
    ),
    (
        Label.INCL_TAX,
        r"(?:total|montant|net|prix|somme)(?:_(?:total|general|net|facture|de_la_facture|de_l'avoir|avoir|global|document|eur|en_euros?))*(?: \(? ?(?:eur|€|en_euros?) ?\)?)?_?"
        r"(?:t\. ?t\. ?c\.?|ttc|toutes_taxes_comprises|incl\.?_?(?:tva|vat|taxes?)?|t\.v\.a\._comprise|tva_(?:comprise|incluse)|including_(?:vat|tax))"
        r"|(?:grand|invoice|total)_total|total_incl[a-z.]*(?:_(?:vat|tax|tva))?|total_(?:general|amount)|gesamtbetrag|bruttobetrag|rechnungsbetrag|total_factura|t\.t\.c\.",
    ),
    (
        Label.EXCL_TAX,
        r"(?:sous[- ]?total|total|montant|net|base|prix|somme)(?:_(?:total|general|net|facture|de_la_facture|global|lignes|eur|en_euros?|imposable|taxable))*(?: \(? ?(?:eur|€|en_euros?) ?\)?)?_?"
        r"(?:h\. ?t\.?(?![a-z])|ht|hors_t(?:axes?|\.?v\.?a\.?)|excl\.?_?(?:tva|vat|taxes?)?|excluding_(?:vat|tax))"
        r"|sub-? ?total|net_(?:total|amount)|total_(?:net|excl[a-z.]*)(?:_(?:vat|tax|tva))?|nettobetrag|zwischensumme|base_imponible",
    ),
    (
        Label.TAX,
        r"(?:total|montant|dont)_?(?:de_la_|des_|de_)?(?:t\.v\.a\.?|tva|taxes?|vat)(?: \(?(?:eur|€)\)?)?|(?:vat|tax)_amount|total_(?:vat|tax)|mwst\.?|umsatzsteuer"
        r"|tva(?= \(? ?\d)|tva_(?:a|au_taux)|t\.v\.a\.(?!_?(?:intra|non|:? ?fr))|tva(?! ?(?:_intra|_non|_sur|[:.]? ?fr|_acquittee|_client|_n))",
    ),
    # the parties
    (
        Label.RECIPIENT_SIRET,
        rf"(?:{_N} {_OF})?sirets?_(?:{_OF}(?:destinataire|client|acheteur|debiteur|payeur|facture|l'acheteur|collectivite|structure_publique|structure|entite(?:_publique)?)"
        rf"|chorus(?:_pro)?)(?:_(?:public|facture))?|(?:customer|buyer|client|recipient)_siret(?: {_TAIL})?|(?:destinataire|client|acheteur|debiteur|facture_a)_?[-:(]? ?siret(?: {_TAIL})?",
    ),
    (
        Label.SUPPLIER_SIRET,
        rf"(?:{_N} {_OF})?sirets?_(?:{_OF})?(?:fournisseur|emetteur|prestataire|titulaire|vendeur|creancier)|(?:supplier|seller)_siret(?: {_TAIL})?"
        r"|(?:fournisseur|emetteur|prestataire|vendeur|titulaire)_?[-:(]? ?siret",
    ),
    (Label.SIRET, rf"(?:{_N} {_OF})?(?:s\.i\.r\.e\.t\.?|sirets?)(?: {_TAIL})?"),
    # what no field needs
    (
        Label.OTHER,
        rf"(?:{_N} {_OF})?(?:tva_intra[a-z.]*|t\.?v\.?a\.?_intra[a-z.]*|tva_(?:client|n)|siren|r\.?c\.?s\.?|ape|naf|iban|bic|swift|rib|compte(?:_client)?"
        rf"|clients?|devis|bons?_de_livraison|b\.?l\.?|dossier|affaire|chantier|contact|adherent|abonne(?:ment)?|telephone|tel\.?|fax|fournisseur|vendeur"
        rf"|ligne|page|lot|situation|decompte|avenant|agence|ordre_de_service|attachement|commande_interne|cpro)(?: {_TAIL})?",
    ),
    (
        Label.OTHER,
        r"(?:designation|description|libelle|prestations?|article|quantites?|qte|unite|p\.?u\.?|prix_unitaire|prix|remise|taux|conditions?_de_(?:reglement|paiement)"
        r"|mode_de_(?:reglement|paiement)|reglement|objet|adresse|livraison|lieu|interlocuteur|suivi_par|affaire_suivie_par|votre_contact|e-?mail|courriel|acompte"
        r"|payment_terms|payment_method|delivery|customer_no|customer|salesperson|devise|currency|report|a_reporter|destinataire|gestionnaire|site|nature|page"
        r"|nos?_ref(?:erences?)?\.?|n/ ?ref\.?|our_ref(?:erence)?\.?|notre_(?:commande|reference|devis)|commande_du|projet|observations?)",
    ),
    # everyday words
    (Label.COMMITMENT, r"ej"),
    (Label.DATE, r"(?:date|datum|fecha)"),
    (Label.ORDER, rf"(?:commandes?|cde|b\.?d\.?c\.?|bc|order){_WHOSE}"),
    (Label.CONTRACT, r"(?:marches?(?:_publics?)?|contrats?|accord[- ]cadre|contract)"),
    (Label.NUMBER, r"(?:factures?|avoirs?|invoice|credit_note|facture_d'avoir|numero|n ?°|rechnung|factura)"),
    (Label.SERVICE, r"service"),
    (Label.INCL_TAX, r"(?:total|ttc)"),
    (Label.EXCL_TAX, r"h\.?t\.?"),
)  # fmt: skip
_EVERYDAY = len(_PATTERNS) - 8


def _compiled() -> re.Pattern[str]:
    parts = []
    for position, (_, pattern) in enumerate(_PATTERNS):
        spaced = pattern.replace("_", " +").replace(" ", " *").replace(" *+", " +")
        parts.append(f"(?P<L{position}>{spaced})")
    return re.compile(rf"(?<![a-z0-9_\-./])(?=[#a-z])(?:{'|'.join(parts)})(?:(?<=[°.:#'])|(?![a-z0-9]))")


_LABELS = _compiled()
_ONE_NUMBER = {Label.COMMITMENT, Label.ORDER}


@lru_cache(maxsize=2048)
def labels_in(folded: str) -> tuple[Found, ...]:
    """The labels of a folded line, from left to right; two of one kind that stand side by side are one."""
    merged: list[Found] = []
    for found in _found(folded):
        last = merged[-1] if merged else None
        if last and _is_one(last, found, folded[last.end : found.start].strip(" .:")):
            merged[-1] = Found(last.label, last.start, found.end, plain=last.plain and found.plain)
        else:
            merged.append(found)
    return tuple(merged)


def _is_one(last: Found, found: Found, between: str) -> bool:
    """Whether two labels that follow one another say the same, as bilingual ones do."""
    if last.label is found.label:
        return not between.strip("/|()-")
    return {last.label, found.label} == _ONE_NUMBER and between in {"/", "("}


def _found(folded: str) -> Iterator[Found]:
    for match in _LABELS.finditer(folded):
        position = int((match.lastgroup or "L0")[1:])
        yield Found(_PATTERNS[position][0], match.start(), match.end(), plain=position >= _EVERYDAY)
