"""Pages whose text is stored in an odd way: one character after the other, or from the bottom up."""

from tests.pages.facts import Facts, Trade, share
from tests.pages.layouts.parts import address, coded_rows, identity, legal, plain_rows, recipient, totals
from tests.pages.registry import layout
from tests.pages.sheet import Look, Sheet
from tests.pages.truth import MEASURE, TUNE


@layout(
    "imprimante", TUNE, Trade(
        names=("Électricité {}", "{} Chauffage"), goods="building", numbers=("FACT-{:05d}", "{:04d}/2026"),
            rates=("10", "20"),
        lines=(2, 5),
    ), Look(font="Vera", size=8.5, mode="chars", sirets=("nnbsp", "spaces"), amounts=("nnbsp-euro", "space"),
            dates=("slashes", "long"), apostrophe="’"),
    "supplier:left", "trap:deposit", "trap:net-differs", credit=7,
)  # fmt: skip
def printer(s: Sheet, f: Facts) -> None:
    """A printer driver placed every character by itself; drawers of references above a ruled table."""
    s.block(16, 18, address(f), size=10)
    identity(s, 16, 35, "SIRET")
    s.box(108, 34, 86, 30)
    s.block(112, 41, recipient(f), leading=5, width=80)
    s.put(16, 54, "Avoir" if f.credit else "Facture", bold=True, size=16)
    for place, (label, spec) in enumerate((("Numéro", "@number"), ("Date", "@date"), ("N° EJ", "@ej"))):
        s.cell(16 + 44 * place, 70, 44, 12, label, spec)
    for place, (label, spec) in enumerate((("Code service", "@service"), ("N° de marché", "@contract"),
                                           ("SIRET client", "@siret"))):  # fmt: skip
        s.cell(16 + 44 * place, 82, 44, 12, label, spec)
    columns = [("N°", 16, 16, "l"), ("Ouvrage", 32, 66, "l"), ("U", 98, 12, "r"), ("P.U. HT", 110, 32, "r"),
               ("TVA", 142, 12, "r"), ("Total HT", 154, 40, "r")]  # fmt: skip
    s.rows(102, columns, coded_rows(s), ruled=True)
    deposit = share(f.ttc, 40)
    totals(s, 116, 222, 193, [("Total HT", "@ht"), ("TVA", "@tva"), ("Total TTC", "@ttc"),
                              ("Acompte reçu", s.money(-deposit)), ("Reste dû", s.money(f.ttc - deposit))])  # fmt: skip
    legal(s, 284, "[form] au capital de [capital] € - [rcs] - Décennale 8832-C - TVA [vat]")


@layout(
    "aiguilles", MEASURE, Trade(
        names=("Plomberie {}", "{} Couverture"), goods="building", numbers=("26F{:04d}", "{:05d}/PL"), rates=("10",
            "20"),
        lines=(2, 5),
    ), Look(font="Times", size=10, mode="chars", sirets=("dots", "9+5"), amounts=("space-euro", "none"),
            dates=("dashes-yy", "dots"), degree="º"),
    "supplier:right", "trap:deposit", "trap:net-differs", "lines:none", "trap:delivery-date", credit=7,
)  # fmt: skip
def needles(s: Sheet, f: Facts) -> None:
    """Every character by itself, in a plain page: labels in a left column, values in a second one."""
    s.put(194, 22, f.supplier.name, size=16, bold=True, align="r")
    s.put(194, 28, f"{f.supplier.street}, {f.supplier.town}", size=9, align="r")
    s.block(18, 40, recipient(f), leading=5)
    s.rule(18, 60, 194)
    pairs = [("Facture n°", "@number"), ("Date", "@date"), ("Votre n° de commande", "@ej"), ("Votre service",
        "@service"),
             ("Votre contrat n°", "@contract"), ("Votre SIRET", "@siret"), ("Notre SIRET", "@supplier"),
             ("Chantier terminé le", s.day(f.delivered))]  # fmt: skip
    if f.credit:
        pairs[0] = ("Avoir n°", "@number")
    y = s.stack(18, 68, pairs, leading=6, to=70)
    s.rule(18, y, 194)
    y = s.rows(y + 3, [("Désignation", 18, 86, "l"), ("Qté", 104, 18, "r"), ("Prix HT", 122, 34, "r"),
                       ("Somme HT", 156, 38, "r")], plain_rows(s), leading=6.5)  # fmt: skip
    s.rule(18, y + 2, 194)
    paid = share(f.ttc, 20)
    s.stack(18, y + 9, [("Total HT", "@ht"), ("TVA", "@tva"), ("Total T.T.C.", "@ttc"), ("Déjà versé", s.money(paid)),
                        ("Solde à verser", s.money(f.ttc - paid))], right=193, leading=6)  # fmt: skip
    legal(s, 284, "[form] au capital de [capital] € - [rcs] - APE [ape] - TVA [vat]", size=8)


@layout(
    "du-bas", TUNE, Trade(
        names=("Vétérinaire {}", "{} Santé", "Optique {}"), goods="care", numbers=("VT{:05d}", "26-{:05d}"),
            rates=("20", "5.5"),
        lines=(2, 5),
    ), Look(font="Helvetica", size=9, order="bottom-up", sirets=("joined", "nbsp"), amounts=("none-euro", "dot-eur"),
            dates=("iso", "dots"), colon=" :"),
    "supplier:left", "trap:due-date", "trap:period", "trap:delivery-address", "lines:ruled",
)  # fmt: skip
def from_below(s: Sheet, f: Facts) -> None:
    """Written from the bottom up: totals are stored first, the title last; values under their labels in a frame."""
    s.block(16, 20, address(f))
    identity(s, 16, 36)
    s.block(16, 50, recipient(f), leading=5)
    s.line(16, 68, "SIRET du client : {siret}")
    s.box(112, 44, 82, 62)
    s.put(116, 51, "Facture", bold=True, size=13)
    s.stack(116, 58, [("N° facture", "@number"), ("Date d'émission", "@date"), ("Engagement juridique", "@ej"),
                      ("Code du service", "@service"), ("Réf. marché", "@contract")], leading=9.6,
                      under=4.4)  # fmt: skip
    s.name(16, 80, "Lieu d'intervention", bold=True)
    s.block(16, 85, ["Ferme de l'Engagement", "99870 Mirandouze"], first=False)
    s.grid(
        16,
        112,
        [("Acte", "Visite du troupeau", 70), ("Période", f"{f.ordered:%m/%Y}", 36), ("Échéance", s.day(f.due), 72)],
    )
    columns = [("Acte ou produit", 16, 88, "l"), ("Nb", 104, 16, "r"), ("Prix HT", 120, 36, "r"), ("HT", 156, 38, "r")]
    s.rows(130, columns, plain_rows(s), ruled=True)
    totals(s, 124, 222, 193, [("Total H.T.", "@ht"), ("Total T.V.A.", "@tva"), ("À payer", "@ttc")])
    legal(s, 284, "[form] au capital de [capital] € - [rcs] - Ordre régional 0417 - TVA [vat] - IBAN [iban]")
