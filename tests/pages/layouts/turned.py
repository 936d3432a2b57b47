"""Pages that a viewer turns, and pages that lie on their side."""

from tests.pages.facts import Facts, Trade
from tests.pages.layouts.parts import address, coded_rows, identity, legal, plain_rows, recipient, totals
from tests.pages.registry import layout
from tests.pages.sheet import Look, Sheet
from tests.pages.truth import MEASURE, TUNE


@layout(
    "quart-de-tour", TUNE, Trade(
        names=("Imprimerie {}", "{} Reprographie"), goods="office", numbers=("IMP{:06d}",), lines=(2, 5),
    ), Look(font="Helvetica", size=9, sirets=("spaces", "9+5"), amounts=("space", "nbsp-euro"), dates=("slashes",
        "dots"),
            turn=90),
    "supplier:left", "trap:order-date", credit=6,
)  # fmt: skip
def quarter_turn(s: Sheet, f: Facts) -> None:
    """Drawn on its side and turned by the page's own entry; references with the values in a column beside them."""
    s.block(16, 20, address(f))
    identity(s, 16, 36, "Siret")
    s.box(108, 40, 88, 30)
    s.block(112, 47, recipient(f), leading=5, width=82)
    s.line(112, 66, "Siret {siret}", size=8)
    s.put(16, 52, "Avoir" if f.credit else "Facture", size=20)
    s.stack(16, 82, [("Numéro de facture", "@number"), ("Date de facture", "@date"), ("Commande du", s.day(f.ordered)),
                     ("N° de commande", "@ej"), ("Service destinataire", "@service"), ("N° de marché", "@contract")],
            to=58)  # fmt: skip
    columns = [("Code", 16, 20, "l"), ("Travail", 36, 66, "l"), ("Ex.", 102, 16, "r"), ("Prix", 118, 30, "r"),
               ("TVA", 148, 14, "r"), ("Total", 162, 34, "r")]  # fmt: skip
    s.rows(118, columns, coded_rows(s), ruled=True)
    totals(s, 130, 236, 194, [("Total H.T.", "@ht"), ("T.V.A.", "@tva"), ("Total T.T.C.", "@ttc")])
    legal(s, 284, "[form] au capital de [capital] € - [rcs] - APE [ape] - TVA [vat]")


@layout(
    "tete-beche", MEASURE, Trade(
        names=("{} Signalétique", "Enseignes {}"), goods="culture", numbers=("SG-{:05d}", "2026.{:04d}"), lines=(2, 4),
    ), Look(font="Vera", size=8.5, sirets=("joined", "nnbsp"), amounts=("none-euro", "nnbsp-euro"), dates=("long",
        "iso"),
            turn=270, order="bottom-up", colon=":"),
    "supplier:right", "trap:order-date", credit=6,
)  # fmt: skip
def head_to_tail(s: Sheet, f: Facts) -> None:
    """Turned the other way round, references in a frame at the right, and written from the bottom up."""
    s.put(194, 24, f.supplier.name, size=15, align="r")
    s.block(194, 30, [f.supplier.street, f.supplier.town], align="r", first=False)
    s.block(18, 42, recipient(f), leading=5)
    s.box(112, 52, 82, 42)
    pairs = [("Facture", "@number"), ("Date d'émission", "@date"), ("Engagement n °", "@ej"), ("Code SE", "@service"),
             ("Marché n °", "@contract"), ("Devis accepté le", s.day(f.ordered))]  # fmt: skip
    if f.credit:
        pairs[0] = ("Avoir", "@number")
    s.stack(116, 59, pairs, leading=6.2)
    s.line(18, 64, "SIRET: {siret}")
    columns = [("Création", 18, 84, "l"), ("Nb", 102, 16, "r"), ("P.U.", 118, 36, "r"), ("Montant", 154, 40, "r")]
    y = s.rows(104, columns, plain_rows(s), leading=8, dark=True)
    s.traits.add("place:below")
    for place, (label, spec) in enumerate((("Total HT", "@ht"), ("TVA", "@tva"), ("Total TTC", "@ttc"))):
        s.pair(18 + 60 * place, y + 12, label, spec, under=6)
    identity(s, 18, 262, "SIRET")
    legal(s, 284, "[form] - capital [capital] € - APE [ape] - TVA [vat] - IBAN [iban]")


@layout(
    "autocars", TUNE, Trade(
        names=("Autocars {}", "Voyages {}"), goods="transport", numbers=("26{:05d}", "VF-{:05d}"), rates=("10",),
            lines=(3, 6),
    ), Look(font="Vera", size=8, sirets=("dots", "joined"), amounts=("nbsp-euro", "dot"), dates=("dots", "dashes-yy"),
            landscape=True, colon="\u00a0:", apostrophe="’"),
    "supplier:left", "trap:period", "trap:deposit", "trap:net-differs", credit=7,
)  # fmt: skip
def coaches(s: Sheet, f: Facts) -> None:
    """On its side: two boxes above, drawers of references, the trips in a table over the whole width."""
    s.block(14, 16, address(f), size=10)
    identity(s, 14, 33, "N° SIRET")
    s.block(180, 18, recipient(f), size=10, leading=5)
    for place, (label, spec) in enumerate((
        ("Avoir n°" if f.credit else "Facture n°", "@number"), ("Date", "@date"), ("Bon de commande n°", "@ej"),
        ("Code service", "@service"), ("Marché n°", "@contract"), ("SIRET du destinataire", "@siret"),
    )):  # fmt: skip
        s.cell(14 + 45 * place, 44, 45, 12, label, spec)
    rows = [
        (line.text, s.day(f.delivered), str(line.quantity), s.money(line.price), s.money(line.net)) for line in f.lines
    ]
    columns = [("Trajet", 14, 110, "l"), ("Date", 124, 36, "l"), ("Nombre", 160, 26, "r"), ("Prix HT", 186, 46, "r"),
               ("Montant HT", 232, 51, "r")]  # fmt: skip
    s.rows(64, columns, rows, ruled=True)
    paid = (f.ttc / 4).quantize(f.ttc)
    s.grid(90, 160, [("Montant HT", "@ht", 40), ("Montant TVA", "@tva", 36), ("Montant TTC", "@ttc", 40),
                     ("Acompte", s.money(paid), 36), ("Reste à payer", s.money(f.ttc - paid), 41)])  # fmt: skip
    legal(s, 202, "[form] au capital de [capital] € - [rcs] - Licence 2026/99/0000417 - TVA [vat] - IBAN [iban]", x=148)
