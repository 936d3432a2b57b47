"""Header rows with the values below, and boxes with the label in the corner: accounting suites of small firms."""

from tests.pages.facts import Facts, Trade, share
from tests.pages.layouts.parts import address, coded_rows, identity, legal, plain_rows, rate, recipient, totals
from tests.pages.registry import layout
from tests.pages.sheet import Look, Sheet
from tests.pages.truth import MEASURE, TUNE

_OFFICE = Trade(
    names=("Papeterie {}", "Bureautique {}", "{} Fournitures"), goods="office", numbers=("FA{:06d}", "FC26-{:05d}"),
    rates=("20", "20", "5.5"), lines=(3, 7),
)  # fmt: skip


@layout(
    "comptoir", TUNE, _OFFICE, Look(amounts=("space", "nbsp-euro"), dates=("slashes", "dashes-yy")),
    "supplier:left", "trap:due-date", "trap:subtotal", credit=4,
)  # fmt: skip
def counter(s: Sheet, f: Facts) -> None:
    """Two ruled rows of labels above the lines, totals in a box at the bottom right, rates at the bottom left."""
    s.block(15, 20, address(f), size=10)
    s.put(15, 36, f"Tél. {f.supplier.phone}", size=8)
    identity(s, 15, 40, "N° SIRET", size=8)
    s.block(115, 48, recipient(f), size=10, leading=5)
    s.pair(115, 68, "N° SIRET client", "@siret", size=8)
    s.put(15, 62, "AVOIR" if f.credit else "FACTURE", bold=True, size=16)
    y = s.grid(15, 74, [
        ("Numéro", "@number", 34), ("Date", "@date", 34), ("Code client", "C00417", 28),
        ("Échéance", s.day(f.due), 34), ("Mode de règlement", "Virement", 50),
    ])  # fmt: skip
    y = s.grid(15, y + 3, [
        ("N° d'engagement", "@ej", 46), ("Code service", "@service", 44), ("N° de marché", "@contract", 46),
        ("Bon de livraison", f"BL{f.number[-4:]} du {f.delivered:%d/%m}", 44),
    ])  # fmt: skip
    columns = [("Réf.", 15, 18, "l"), ("Désignation", 33, 70, "l"), ("Qté", 103, 14, "r"), ("P.U. HT", 117, 28, "r"),
               ("TVA", 145, 14, "r"), ("Montant HT", 159, 36, "r")]  # fmt: skip
    s.rows(y + 5, columns, coded_rows(s), ruled=True, size=8)
    y = 222
    for value, base, tax in f.taxes:
        y = s.grid(15, y, [("Taux", rate(value), 16), ("Base", s.money(base), 32), ("Taxe", s.money(tax), 28)],
                   height=4.5, size=7)  # fmt: skip
    totals(s, 128, 228, 193, [("Total HT", "@ht"), ("Total TVA", "@tva"), ("Total TTC", "@ttc")])
    s.box(125, 222, 70, 22)
    s.put(
        15, 262, f"En cas de retard, indemnité forfaitaire de 40,00 €. Escompte : néant. IBAN {f.supplier.iban}", size=7
    )
    legal(s, 285, "[form] au capital de [capital] € - [rcs] - APE [ape] - TVA intracommunautaire [vat]")


@layout(
    "tiroirs", MEASURE, Trade(
        names=("Quincaillerie {}", "{} Équipement", "Comptoir {}"), goods="office", numbers=("{:08d}", "FV{:05d}"),
        rates=("20", "20", "10"), lines=(3, 6),
    ), Look(font="Vera", size=8, sirets=("nnbsp", "9+5"), amounts=("nnbsp-euro", "dot"), dates=("slashes", "iso")),
    "supplier:right", "trap:due-date", "trap:discount", "trap:deposit", "trap:net-differs", credit=4,
)  # fmt: skip
def drawers(s: Sheet, f: Facts) -> None:
    """Boxes like drawers across the page, each with its label in the corner; totals in one ruled row at the foot."""
    s.block(120, 18, address(f), size=10, leading=5)
    s.block(22, 46, recipient(f), leading=5, width=78)
    s.box(18, 39, 84, 28)
    s.put(120, 42, "Avoir" if f.credit else "Facture", size=18)
    for place, (label, spec) in enumerate((("N° pièce", "@number"), ("Date de facture", "@date"),
                                           ("À payer avant le", s.day(f.due)))):  # fmt: skip
        s.cell(108 + 29 * place, 50, 29, 11, label, spec)
    for place, (label, spec) in enumerate((
        ("Votre commande", "@ej"), ("Service destinataire", "@service"), ("Réf. marché", "@contract"),
        ("Votre interlocuteur", "Agence nord"), ("SIRET client", "@siret"),
    )):  # fmt: skip
        s.cell(18 + 35 * place, 74, 35, 12, label, spec)
    columns = [
        ("Article", 18, 82, "l"),
        ("Quantité", 100, 20, "r"),
        ("Prix net", 120, 34, "r"),
        ("Total", 154, 39, "r"),
    ]
    s.rows(92, columns, plain_rows(s), leading=6.5, dark=True)
    deposit = share(f.ttc, 30)
    y = s.grid(18, 228, [
        ("Montant HT", "@ht", 35), ("Remise", s.money(f.ht * 0), 22), ("TVA", "@tva", 30), ("T.T.C.", "@ttc", 34),
        ("Acompte versé", s.money(deposit), 27), ("Net à payer", s.money(f.ttc - deposit), 27),
    ], size=7, dark=True)  # fmt: skip
    s.put(18, y + 6, f"Livré le {s.day(f.delivered)} - commande passée le {s.day(f.ordered)}", size=7)
    legal(s, 280, "[name], [street], [town]")
    legal(s, 284, "[form] au capital de [capital] € - [id] - APE [ape] - TVA [vat] - IBAN [iban]")


@layout(
    "rangee-nue", TUNE, Trade(
        names=("{} Conseil", "Logiciels {}", "{} & Associés"), goods="computing", numbers=("FAC/2026/{:04d}",),
        credits="RFAC/2026/{:04d}", lines=(1, 4),
    ), Look(font="Vera", size=9, sirets=("joined", "nnbsp"), amounts=("nnbsp-euro", "euro-before"), dates=("slashes",
        "dots"),
            apostrophe="’", colon="\u00a0:"),
    "supplier:left", "trap:due-date", "lines:none", "supplier:in-footer", credit=5,
)  # fmt: skip
def bare_row(s: Sheet, f: Facts) -> None:
    """A management suite on the web: wide page, labels in bold in one row without rules, values below."""
    s.put(18, 20, f.supplier.name, size=14, grey=0.35)
    s.rule(18, 24, 192)
    s.block(120, 42, recipient(f), leading=5)
    s.pair(120, 64, "SIRET", "@siret")
    s.line(18, 80, "Avoir {number}" if f.credit else "Facture {number}", size=18)
    y = 92.0
    cells = [("Date de facturation", "@date"), ("Date d'échéance", s.day(f.due)), ("Référence client", "@ej"),
             ("Service exécutant", "@service")]  # fmt: skip
    for place, (label, spec) in enumerate(cells):
        s.name(18 + 44 * place, y, label + s.look.colon, bold=True, size=8)
        if not s.value(18 + 44 * place, y + 5, spec):
            s.traits.add("place:empty-cell")
    s.traits.add("place:header-row")
    s.line(18, 105, "Marché n° {contract}", size=8)
    columns = [("Description", 18, 84, "l"), ("Quantité", 102, 24, "r"), ("Prix unitaire", 126, 32, "r"),
               ("Montant", 158, 34, "r")]  # fmt: skip
    y = s.rows(110, columns, plain_rows(s), leading=8)
    s.rule(18, y + 2, 192)
    y = totals(s, 120, y + 9, 191, [("Montant hors taxes", "@ht"), ("TVA 20 %", "@tva"), ("Total", "@ttc")], 7)
    s.line(18, y + 8, "Merci d'indiquer la communication {number} dans votre virement.", size=8)
    s.put(18, y + 13, f"Conditions de paiement : 30 jours. IBAN {f.supplier.iban}", size=8)
    s.rule(18, 276, 192)
    legal(s, 281, "[phone] | [mail]")
    legal(s, 285, "[id] | APE [ape] | [vat]")


@layout(
    "trois-fenetres", MEASURE, Trade(
        names=("{} Numérique", "Atelier logiciel {}", "{} Données"), goods="computing", numbers=("INV-{:06d}",
            "26.{:04d}"),
        lines=(1, 4),
    ), Look(font="Helvetica", size=9, sirets=("nbsp", "dots"), amounts=("nbsp-euro", "none-euro"),
            dates=("long", "dots"), order="labels-first", degree="º", apostrophe="’"),
    "supplier:right", "trap:period", "lines:none", credit=6,
)  # fmt: skip
def three_windows(s: Sheet, f: Facts) -> None:
    """Three grey windows side by side, labels above values; the program writes every label before any value."""
    s.fill(0, 0, 210, 14, 0.8)
    s.name(18, 9, "Note d'avoir" if f.credit else "Facture", bold=True, size=13)
    s.block(192, 24, [*address(f), f.supplier.mail], align="r", leading=5)
    s.block(18, 30, recipient(f), leading=5)
    windows = (
        (("Numéro", "@number"), ("Émise le", "@date"), ("Payable le", s.day(f.due))),
        (("N° d'engagement juridique", "@ej"), ("Code du service", "@service"), ("Contrat n°", "@contract")),
        (("SIRET du destinataire", "@siret"), ("Période", f"{f.delivered:%m/%Y}"), ("Compte", "411-0087")),
    )
    for place, window in enumerate(windows):
        x = 18 + 59 * place
        s.fill(x, 62, 56, 38, 0.93)
        for row, (label, spec) in enumerate(window):
            s.name(x + 3, 68 + 11 * row, label, size=7, grey=0.35)
            s.traits.add("place:below")
            if not s.value(x + 3, 73 + 11 * row, spec, width=50):
                s.traits.add("place:empty-cell")
    columns = [("Prestation", 18, 92, "l"), ("Jours", 110, 18, "r"), ("Tarif", 128, 30, "r"), ("Net", 158, 34, "r")]
    y = s.rows(108, columns, plain_rows(s), leading=7)
    s.rule(110, y + 3, 192)
    totals(s, 112, y + 9, 191, [("Sous-total HT", "@ht"), ("Taxe (20 %)", "@tva"), ("Montant total TTC", "@ttc")])
    identity(s, 18, 262, "Numéro SIRET", size=8)
    s.put(18, 266, f"TVA : {f.supplier.vat} - Code NAF {f.supplier.ape}", size=8)
    s.put(18, 270, f"Compte à créditer : {f.supplier.iban}", size=8)
