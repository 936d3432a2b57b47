"""Invoices of several pages: headers again on each, sums carried over, totals at the very end, terms behind."""

from decimal import Decimal

from tests.pages.facts import Facts, Trade
from tests.pages.layouts.parts import address, coded_rows, identity, legal, plain_rows, rate, recipient, totals
from tests.pages.layouts.prose import terms
from tests.pages.registry import layout
from tests.pages.sheet import Look, Sheet
from tests.pages.truth import MEASURE, TUNE


def _sum(f: Facts, count: int) -> Decimal:
    return sum((line.net for line in f.lines[:count]), Decimal(0))


@layout(
    "mercuriale", TUNE, Trade(
        names=("Grossiste {}", "Alimentation {}"), goods="food", numbers=("M26{:06d}", "FA/{:06d}"), rates=("5.5",
            "20"),
        lines=(34, 52),
    ), Look(font="Helvetica", size=8, sirets=("spaces", "nbsp"), amounts=("space", "none"), dates=("slashes",
        "dashes-yy")),
    "page:repeated-header", "page:carry-over", "supplier:left", "supplier:in-footer", "trap:carry-over",
    "value:several-rates",
    credit=8,
)  # fmt: skip
def market_list(s: Sheet, f: Facts) -> None:
    """A wholesaler's list: the header again on each page, sums carried over, rates and totals on the last."""

    def header() -> float:
        s.block(14, 16, address(f))
        s.block(120, 20, recipient(f))
        s.line(120, 36, "Siret : {siret}", size=7.5)
        s.put(14, 40, "AVOIR" if f.credit else "FACTURE", bold=True, size=13)
        s.put(60, 40, f"Page {len(s.pages)}")
        return s.grid(14, 44, [
            ("Facture n °", "@number", 32), ("Date", "@date", 26), ("N ° engagement", "@ej", 38), ("Service",
            "@service", 34),
            ("Marché", "@contract", 30), ("Tournée", f"{f.delivered:%d/%m}", 22),
        ])  # fmt: skip

    def again(number: int) -> float:
        s.pair(120, 262, "À reporter", s.money(_sum(f, number)), right=195)
        legal(s, 284, "[name] - [id] - [rcs]")
        s.next_page()
        y = header()
        s.pair(120, y + 6, "Report", s.money(_sum(f, number)), right=195)
        return y + 9

    columns = [("Article", 14, 18, "l"), ("Désignation", 32, 74, "l"), ("Qté", 106, 16, "r"), ("P.U.", 122, 26, "r"),
               ("TVA", 148, 14, "r"), ("Montant HT", 162, 34, "r")]  # fmt: skip
    y = s.rows(header() + 3, columns, coded_rows(s), bottom=254, ruled=True, again=again)
    if y > 205:
        y = again(len(f.lines))
    y += 8
    for value, base, tax in f.taxes:
        s.put(14, y, f"Base {s.money(base)} à {rate(value)} % : {s.money(tax)}")
        y += 5
    totals(s, 130, y, 195, [("TOTAL HT", "@ht"), ("TOTAL TVA", "@tva"), ("NET A PAYER", "@ttc")])
    legal(s, 284, "[name] - [form] au capital de [capital] € - [id] - [rcs] - TVA [vat]")


@layout(
    "listing", MEASURE, Trade(
        names=("Laboratoires {}", "{} Diagnostic"), goods="care", numbers=("{:09d}", "L{:07d}"), rates=("20", "5.5"),
        lines=(38, 60),
    ), Look(font="Courier", size=8, sirets=("joined", "9+5"), amounts=("none", "space"), dates=("dots", "slashes"),
        colon=":",
            upper=True),
    "page:repeated-header", "page:carry-over", "supplier:right", "supplier:in-footer", "trap:carry-over",
    "value:several-rates", credit=8,
)  # fmt: skip
def printout(s: Sheet, f: Facts) -> None:
    """The printout of an old system: fixed width, references at the top of each page, totals alone on the last."""

    def header() -> float:
        s.put(196, 14, f.supplier.name.upper(), align="r", bold=True)
        s.put(196, 18, f.supplier.town.upper(), align="r")
        for row, text in enumerate(recipient(f)):
            s.put(14, 20 + 4 * row, text.upper())
        kind = "Avoir n°" if f.credit else "Facture n°"
        s.stack(14, 42, [(kind, "@number"), ("Date facture", "@date"), ("Votre commande", "@ej")], leading=4, to=48)
        s.stack(100, 42, [("Code service exécutant", "@service"), ("Contrat n°", "@contract"), ("N° SIRET client",
            "@siret")],
                leading=4, to=146)  # fmt: skip
        s.put(196, 34, f"FEUILLET {len(s.pages)}", align="r")
        s.rule(14, 55, 196)
        return 56

    def again(number: int) -> float:
        s.line(14, 266, f"Sous-total a reporter page suivante      {s.money(_sum(f, number))}")
        legal(s, 284, "[name]  [id]  TVA [vat]")
        s.next_page()
        header()
        s.line(14, 60, f"Report page precedente      {s.money(_sum(f, number))}")
        return 62

    columns = [
        ("Analyse", 14, 98, "l"),
        ("Nbre", 112, 18, "r"),
        ("Prix HT", 130, 32, "r"),
        ("Montant HT", 162, 34, "r"),
    ]
    s.rows(header(), columns, plain_rows(s), bottom=260, leading=4.6, again=again)
    again(len(f.lines))
    y = 76.0
    for value, base, tax in f.taxes:
        s.put(14, y, f"TAUX {rate(value):>5}   BASE {s.money(base):>12}   TAXE {s.money(tax):>12}")
        y += 5
    s.stack(14, y + 6, [("Total HT", "@ht"), ("Total TVA", "@tva"), ("Total TTC a payer", "@ttc")], right=90, leading=6)
    s.put(14, y + 32, f"ECHEANCE {s.day(f.due)}  PAR VIREMENT")
    legal(s, 284, "[name]  [id]  TVA [vat]  IBAN [iban]")


@layout(
    "conditions", TUNE, Trade(
        names=("{} Mobilier", "Agencement {}"), goods="office", numbers=("FC-{:05d}", "26{:06d}"), lines=(2, 5),
    ), Look(font="Times", size=9.5, sirets=("9+5", "joined"), amounts=("space-euro", "point"), dates=("slashes",
        "long"),
            apostrophe="’"),
    "supplier:right", "trap:delivery-address", "trap:delivery-date", credit=6,
)  # fmt: skip
def with_terms(s: Sheet, f: Facts) -> None:
    """One page of invoice with three address blocks, and the terms of sale over the whole second page."""
    s.block(194, 18, [*address(f), f.supplier.mail], align="r")
    identity(s, 140, 38, "N° SIRET")
    s.put(16, 24, "Avoir" if f.credit else "Facture", size=22)
    s.stack(16, 34, [("Référence facture", "@number"), ("Date", "@date"), ("Livraison", s.day(f.delivered))])
    for x, title, texts in ((16, "Adresse de facturation", recipient(f)),
                            (112, "Adresse de livraison", ["Réception des marchandises", "7 rue du Marché",
                            f.body.town])):  # fmt: skip
        s.name(x, 58, title, bold=True)
        s.box(x, 60, 84, 24)
        s.block(x + 3, 66, texts, first=False, width=79)
    s.line(19, 81, "SIRET {siret}", size=8.5)
    s.stack(16, 93, [("Numéro d'engagement", "@ej"), ("Code service", "@service"), ("Marché public n°", "@contract")])
    columns = [("Meuble", 16, 86, "l"), ("Qté", 102, 16, "r"), ("Prix HT", 118, 36, "r"), ("Total HT", 154, 40, "r")]
    s.rows(112, columns, plain_rows(s), ruled=True, leading=7)
    totals(s, 124, 232, 193, [("Montant HT", "@ht"), ("Montant de la TVA", "@tva"), ("Montant TTC", "@ttc")])
    legal(s, 284, "[form] au capital de [capital] € - [rcs] - TVA [vat] - Conditions générales au verso", size=7.5)
    s.next_page()
    s.put(105, 20, s.label("Conditions générales de vente"), bold=True, size=13, align="c")
    terms(s, 18, 32, 108, size=9)


@layout(
    "clauses", MEASURE, Trade(
        names=("{} Ascenseurs", "Maintenance {}"), goods="computing", numbers=("CT{:06d}", "{:07d}"), lines=(2, 4),
    ), Look(font="Helvetica", size=9, sirets=("nbsp", "spaces"), amounts=("nbsp-euro", "space-point-eur"),
            dates=("dots", "long"), colon="\u00a0:", mode="plain"),
    "supplier:left", "page:repeated-header", "trap:period", "trap:delivery-address", "lines:none", credit=6,
)  # fmt: skip
def clauses(s: Sheet, f: Facts) -> None:
    """A maintenance contract: lines on page one, small terms in two columns on page two, totals on page three."""

    def header() -> None:
        s.put(16, 16, f.supplier.name, bold=True, size=12)
        s.line(194, 16, "Avoir n° {number} du {date}" if f.credit else "Facture n° {number} du {date}", align="r")
        s.rule(16, 19, 194)
        legal(s, 288, "[form] au capital de [capital] € - [id] - [rcs] - TVA [vat]", size=6)

    header()
    s.block(16, 26, [f.supplier.street, f.supplier.town], first=False, size=8)
    s.block(112, 40, recipient(f), leading=5)
    s.stack(16, 66, [("Bon de commande n°", "@ej"), ("Service exécutant", "@service"), ("Marché n°", "@contract"),
                     ("SIRET de l'établissement", "@siret"), ("Site entretenu", "École du Marché, 99410 Ygosse"),
                     ("Période", f"du {s.day(f.ordered)} au {s.day(f.delivered)}")], leading=5.5, to=72)  # fmt: skip
    columns = [("Prestation", 16, 88, "l"), ("Nombre", 104, 20, "r"), ("Prix", 124, 34, "r"), ("Montant", 158, 36, "r")]
    y = s.rows(106, columns, plain_rows(s), leading=7, dark=True)
    s.put(194, y + 8, "Voir totaux en page 3", align="r", size=8)
    s.next_page()
    header()
    terms(s, 16, 28, 54, size=8.5, columns=91, bottom=278)
    s.next_page()
    header()
    s.grid(16, 30, [("Montant hors taxes", "@ht", 60), ("Montant des taxes", "@tva", 58), ("Montant à payer", "@ttc",
        60)],
           ruled=False, align="r")  # fmt: skip
    s.put(16, 54, s.label(f"Prélèvement le {s.day(f.due)} sur le compte convenu ; mandat n° MD-0417-26."))
