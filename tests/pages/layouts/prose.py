"""Terms of sale: prose full of the words that label our fields, without any of our values."""

from textwrap import wrap

from tests.pages.sheet import Sheet

_TERMS = """\
Article 1 - Objet. Les présentes conditions régissent toute commande, tout marché et tout contrat conclu avec
notre service commercial. L'engagement du client porte sur la totalité de la commande confirmée.

Article 2 - Commande. Le numéro d'engagement, le code service et le numéro de marché doivent figurer sur le bon
de commande n° de référence remis par l'acheteur ; à défaut, la facture pourra être rejetée par le service
exécutant.

Article 3 - Prix. Les prix sont établis hors taxes. Le montant total TTC est majoré de la TVA en vigueur à la
date de facture. Une remise de 2 % est accordée à partir de 10 000,00 € HT par commande.

Article 4 - Paiement. Le délai global de paiement est de 30 jours (loi n° 2013-100 du 28 janvier 2013, décret n°
2013-269 du 29 mars 2013). Toute somme impayée porte intérêt et une indemnité forfaitaire de 40,00 € est due.

Article 5 - Livraison. Les délais courent à compter du lendemain de la notification de l'engagement juridique.
Le service destinataire vérifie les quantités et signe le bon de livraison.

Article 6 - Réserve de propriété. Les marchandises restent notre propriété jusqu'au paiement complet de la
facture, date d'échéance comprise (loi n° 80-335 du 12 mai 1980).

Article 7 - Garantie. Notre engagement se limite au remplacement des articles reconnus défectueux par notre
service après-vente, sur présentation du numéro de facture et du SIRET de l'établissement.

Article 8 - Résiliation. Le marché peut être résilié par lettre recommandée ; les commandes en cours sont
soldées et un avoir est établi s'il y a lieu. Service réclamations : 05 36 49 00 17.

Article 9 - Litiges. Le tribunal de commerce de Montbrac est seul compétent pour tout contrat, même en cas de
pluralité de défendeurs. Contrat type n° CGV-2025-07, version du 1er juillet 2025.
"""


def terms(s: Sheet, x: float, y: float, letters: int, *, size: float, bottom: float = 280, columns: float = 0) -> None:
    """Fill the page from y on with terms, in lines of so many letters; `columns` mm further right when it is full."""
    s.traits.add("page:terms")
    top = y
    for article in _TERMS.split("\n\n") * (2 if columns else 1):
        for text in wrap(s.label(article), letters):
            if y > bottom:
                if not columns or x > columns:
                    return
                x, y = x + columns, top
            s.put(x, y, text, size=size)
            y += size * 0.45
        y += size * 0.3
