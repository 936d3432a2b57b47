"""Stamped pages, titles with wide letters, and labels in capitals or without accents."""

from tests.pages.facts import Facts, Trade
from tests.pages.layouts.parts import address, coded_rows, identity, legal, plain_rows, rate, recipient, totals
from tests.pages.registry import layout
from tests.pages.sheet import Look, Sheet
from tests.pages.truth import MEASURE, TUNE


@layout(
    "tampon", TUNE, Trade(
        names=("Librairie {}", "Éditions {}"), goods="culture", numbers=("LB{:05d}", "{:06d}"), rates=("5.5", "20"),
            lines=(2, 5),
    ), Look(font="Helvetica", size=9, sirets=("9+5", "dots"), amounts=("space-euro", "dot"), dates=("slashes", "dots")),
    "supplier:left", "trap:discount", "lines:none", "trap:order-date", credit=6,
)  # fmt: skip
def stamped(s: Sheet, f: Facts) -> None:
    """A bookshop's page with a stamp across it; references right of their labels, discount before the total."""
    s.put(16, 22, f.supplier.name.upper(), size=13, bold=True, mode="spaced")
    s.block(16, 28, [f.supplier.street, f.supplier.town, f.supplier.phone], first=False)
    identity(s, 16, 44, "Siret")
    s.block(116, 40, recipient(f), leading=5)
    s.put(16, 66, "A V O I R" if f.credit else "F A C T U R E", size=14, bold=True)
    s.stack(16, 76, [("N° de facture", "@number"), ("Date de facture", "@date"), ("V/Réf.", "@ej"),
                     ("Commande du", s.day(f.ordered))], leading=5.5)  # fmt: skip
    s.stack(116, 76, [("Service", "@service"), ("Marché n°", "@contract"), ("SIRET", "@siret")], leading=5.5)
    columns = [
        ("Titre", 16, 90, "l"),
        ("Ex.", 106, 16, "r"),
        ("Prix net HT", 122, 34, "r"),
        ("Montant HT", 156, 38, "r"),
    ]
    y = s.rows(102, columns, plain_rows(s), leading=6.5)
    s.rule(16, y + 2, 194)
    brutto = f.ht / 9 * 10
    y = totals(s, 118, y + 9, 193, [("Total brut HT", s.money(brutto)), ("Remise 10 %", s.money(f.ht - brutto)),
                                    ("Total net HT", "@ht"), ("TVA", "@tva"), ("Total TTC", "@ttc")])  # fmt: skip
    s.stamp(60, 200, s.rng.choice(("PAYÉ", "DUPLICATA", "COPIE", "ARRIVÉ LE 18 NOV. 2026")), size=36)
    legal(s, 284, "[form] au capital de [capital] € - [rcs] - APE [ape] - TVA [vat]")


@layout(
    "duplicata", MEASURE, Trade(
        names=("Location {}", "{} Matériel"), goods="building", numbers=("LOC{:06d}", "{:05d}-26"), lines=(2, 5),
    ), Look(font="Vera", size=8.5, sirets=("nnbsp", "joined"), amounts=("nnbsp-euro", "none"), dates=("slashes",
        "short-month"),
            colon="\u00a0:", apostrophe="’"),
    "supplier:right", "trap:period", "trap:discount", "trap:delivery-address", credit=6,
)  # fmt: skip
def duplicate(s: Sheet, f: Facts) -> None:
    """A hire firm's page under a word across all of it; a wide-lettered title, references in two ruled columns."""
    s.stamp(30, 220, s.rng.choice(("DUPLICATA", "PAYÉ", "BON À PAYER")), angle=52, size=64, grey=0.85)
    s.block(194, 18, [*address(f), f.supplier.phone], align="r", size=9)
    s.put(18, 26, "AVOIR" if f.credit else "FACTURE", size=20, mode="spaced")
    s.block(18, 40, recipient(f), leading=5)
    s.line(18, 57, "SIRET {siret}")
    left = [("Document n°", "@number"), ("Édité le", "@date"), ("Engagement n°", "@ej"), ("Code service", "@service")]
    right = [
        ("N° marché", "@contract"),
        ("Du", s.day(f.ordered)),
        ("Au", s.day(f.delivered)),
        ("Chantier", "Rue du Marché"),
    ]
    for x, pairs in ((18, left), (108, right)):
        for row, (label, spec) in enumerate(pairs):
            s.box(x, 64 + 7 * row, 34, 7)
            s.box(x + 34, 64 + 7 * row, 52, 7)
            s.pair(x + 2, 68.8 + 7 * row, label, spec, to=x + 36, colon=False, keep=True)
    columns = [
        ("Matériel loué", 18, 84, "l"),
        ("Jours", 102, 18, "r"),
        ("Tarif/jour", 120, 34, "r"),
        ("Montant HT", 154, 40, "r"),
    ]
    y = s.rows(100, columns, plain_rows(s), ruled=True, leading=7)
    y = totals(s, 112, y + 9, 193, [("Remise fidélité", s.money(f.ht * 0)), ("Total H.T.", "@ht"), ("T.V.A. 20 %",
        "@tva"),
                                    ("Total T.T.C.", "@ttc")])  # fmt: skip
    identity(s, 18, 270, "N° SIRET")
    legal(s, 284, "[form] au capital de [capital] € - [rcs] - TVA [vat] - IBAN [iban]")


@layout(
    "capitales", TUNE, Trade(
        names=("Ets {}", "Garage {}", "Carrosserie {}"), goods="building", numbers=("{:06d}", "G{:05d}"), lines=(2, 4),
    ), Look(font="Courier", size=9, upper=True, bare=True, sirets=("joined", "spaces"), amounts=("none", "point"),
            dates=("dashes-yy", "slashes"), colon=":"),
    "supplier:left", "trap:due-date", "lines:none", credit=5,
)  # fmt: skip
def capitals(s: Sheet, f: Facts) -> None:
    """An old program in capitals without accents; values in the row below their labels, without rules."""
    s.block(14, 18, address(f))
    identity(s, 14, 33, "No SIRET")
    s.block(110, 42, recipient(f), first=False)
    s.line(110, 58, "SIRET CLIENT: {siret}")
    s.grid(14, 66, [("Avoir No" if f.credit else "Facture No", "@number", 40), ("Date", "@date", 36),
                    ("Echeance", s.day(f.due), 36), ("Client", "00417", 30)], ruled=False, align="l")  # fmt: skip
    s.grid(14, 80, [("No engagement", "@ej", 50), ("Code service", "@service", 44), ("No marché", "@contract", 46)],
           ruled=False, align="l")  # fmt: skip
    s.rule(14, 95, 196)
    columns = [("Libellé", 14, 92, "l"), ("Qté", 106, 16, "r"), ("Prix", 122, 34, "r"), ("Montant", 156, 40, "r")]
    y = s.rows(98, columns, plain_rows(s), leading=5)
    s.rule(14, y + 2, 196)
    s.stack(106, y + 9, [("Total HT", "@ht"), ("T.V.A.", "@tva"), ("Net à payer", "@ttc")], right=195)
    legal(s, 284, "[form] au capital de [capital] EUR  [rcs]  TVA [vat]")


@layout(
    "sans-accent", MEASURE, Trade(
        names=("Société {}", "Négoce {}", "Matériaux {}"), goods="office", numbers=("VTE{:06d}", "{:07d}"),
        rates=("20", "10"), lines=(2, 6),
    ), Look(font="Helvetica", size=8.5, bare=True, sirets=("spaces", "joined"), amounts=("dot", "space-point-eur"),
            dates=("slashes", "iso"), colon=" :"),
    "supplier:right", "trap:due-date", "trap:delivery-date", credit=5,
)  # fmt: skip
def without_accents(s: Sheet, f: Facts) -> None:
    """Labels without accents, some with "No": one ruled table holds references, lines and totals."""
    s.put(16, 24, "AVOIR" if f.credit else "FACTURE", bold=True, size=15)
    s.block(194, 20, address(f), align="r")
    s.block(112, 44, recipient(f), leading=5)
    s.line(112, 62, "No Siret : {siret}")
    s.stack(16, 44, [("Numero", "@number"), ("Date de facture", "@date"), ("Date de livraison", s.day(f.delivered)),
                     ("Echeance", s.day(f.due))])  # fmt: skip
    s.grid(16, 74, [("Reference commande", "@ej", 48), ("Service destinataire", "@service", 44),
                    ("Numero de marche", "@contract", 46), ("Representant", "Agence sud", 40)], align="l")  # fmt: skip
    columns = [("Reference", 16, 22, "l"), ("Designation", 38, 64, "l"), ("Qte", 102, 14, "r"), ("Prix unitaire",
        116, 30, "r"),
               ("Taux", 146, 14, "r"), ("Montant HT", 160, 34, "r")]  # fmt: skip
    y = s.rows(90, columns, coded_rows(s), ruled=True)
    for value, base, tax in f.taxes:
        y += 6
        s.put(16, y, f"Taux {rate(value)} % : base {s.money(base)}, taxe {s.money(tax)}")
    s.grid(
        94, y + 8, [("Total HT", "@ht", 34), ("Total TVA", "@tva", 32), ("Montant total TTC", "@ttc", 34)], align="r"
    )
    identity(s, 16, 268, "No Siret")
    s.line(16, 273, "NO TVA INTRACOMMUNAUTAIRE : " + f.supplier.vat)
    legal(s, 284, "[form] au capital de [capital] EUR - [rcs] - Code APE [ape] - [mail]")
