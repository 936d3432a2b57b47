"""Several labels with their values on one line, parted by bars, dashes or nothing but blanks."""

from tests.pages.facts import Facts, Trade
from tests.pages.layouts.parts import address, coded_rows, identity, legal, plain_rows, recipient, totals
from tests.pages.registry import layout
from tests.pages.sheet import Look, Sheet
from tests.pages.truth import MEASURE, TUNE


def _joined(s: Sheet, parts: list[tuple[str, str]], between: str) -> str:
    """A template of those parts whose value this invoice has."""
    return between.join(f"{label} {{{name}}}" for label, name in parts if s.has(name))


@layout(
    "barres", TUNE, Trade(
        names=("{} Sécurité", "Nettoyage {}", "{} Services"), goods="computing", numbers=("F-2026-{:04d}", "{:06d}"),
        rates=("20",), lines=(2, 4),
    ), Look(font="Vera", size=8, sirets=("joined", "9+5"), amounts=("nnbsp-euro", "none-euro"), dates=("slashes",
        "iso"),
            ligatures=True, mode="runs", minus="\u2212"),
    "place:inline-bars", "place:inline-dashes", "supplier:left", "supplier:in-footer", "trap:due-date", "lines:ruled",
    credit=6,
)  # fmt: skip
def bars(s: Sheet, f: Facts) -> None:
    """Two lines hold all references, between bars and between dashes; the program writes texts in pieces."""
    s.block(16, 20, address(f), size=9)
    s.block(112, 40, recipient(f), size=9)
    s.line(112, 60, "Identification SIRET : {siret}")
    s.put(16, 76, "AVOIR" if f.credit else "FACTURE", size=15, bold=True)
    s.line(16, 84, _joined(s, [("N°", "number"), ("du", "date")], " "))
    s.fill(16, 88, 178, 8, 0.9)
    s.line(18, 93.3, _joined(s, [("EJ :", "ej"), ("Code service :", "service"), ("Marché :", "contract")], " | ")
           or "Affaire suivie par le service commercial")  # fmt: skip
    s.put(16, 102, f"Échéance : {s.day(f.due)} - Mode : virement - Intervention du {s.day(f.delivered)}")
    columns = [("Réf.", 16, 18, "l"), ("Libellé", 34, 68, "l"), ("Qté", 102, 14, "r"), ("Prix HT", 116, 30, "r"),
               ("%", 146, 12, "r"), ("Montant HT", 158, 36, "r")]  # fmt: skip
    y = s.rows(108, columns, coded_rows(s), ruled=True)
    s.line(193, y + 10, "Total HT : {ht} | TVA : {tva} | Total TTC : {ttc}", align="r", bold=True)
    s.put(16, y + 22, s.label("Justificatifs et certificats disponibles sur demande au service qualité."))
    legal(s, 280, "[name] - [form] au capital de [capital] € - [id]")
    legal(s, 284, "[rcs] - APE [ape] - TVA [vat] - IBAN [iban]")


@layout(
    "blancs", TUNE, Trade(
        names=("Pépinières {}", "{} Espaces verts"), goods="building", numbers=("FA{:05d}",), rates=("10", "20"),
        lines=(2, 5),
    ), Look(font="Courier", size=9, sirets=("spaces", "joined"), amounts=("none", "dot"), dates=("slashes", "dots"),
            degree="º"),
    "place:inline-blanks", "supplier:left", "trap:delivery-date", "lines:none", "value:several-rates",
)  # fmt: skip
def blanks(s: Sheet, f: Facts) -> None:
    """A typewriter's page: labels and values follow each other on one line with blanks between them."""
    s.block(16, 18, address(f))
    identity(s, 16, 33, "N° SIRET")
    s.block(110, 44, recipient(f), first=False)
    s.line(110, 60, "SIRET {siret}")
    s.line(16, 78, "Facture n° {number}      Date {date}      Page 1")
    parts = [("Engagement", "ej"), ("Service", "service"), ("Marché", "contract")]
    s.line(16, 84, _joined(s, parts, "      ") or "Sans référence")
    s.put(16, 90, f"Livraison {s.day(f.delivered)}      Départ dépôt      Port compris")
    s.rule(16, 94, 196)
    y = 100.0
    for line in f.lines:
        s.put(16, y, f"{line.text[:40]:40} {line.quantity:>3}")
        s.put(150, y, s.money(line.price), align="r")
        s.put(194, y, s.money(line.net), align="r")
        y += 5
    s.rule(16, y + 2, 196)
    for value, base, tax in f.taxes:
        y += 6
        s.put(16, y, f"TVA {value} %   base {s.money(base)}   taxe {s.money(tax)}")
    s.line(16, y + 10, "Total HT {ht}   TVA {tva}   TTC {ttc}", bold=True)
    s.put(16, y + 20, f"A payer le {s.day(f.due)} sur le compte {f.supplier.iban}", size=8)
    legal(s, 284, "[form] au capital de [capital] euros   [rcs]   APE [ape]   TVA [vat]", size=7)


@layout(
    "ruban", MEASURE, Trade(
        names=("{} Hygiène", "Blanchisserie {}", "{} Médical"), goods="care", numbers=("FC{:06d}", "B26-{:04d}"),
        rates=("20", "5.5"), lines=(3, 6),
    ), Look(font="Helvetica", size=8.5, sirets=("spaces", "dots"), amounts=("space-euro", "dot"), dates=("slashes",
        "dashes-yy"),
            degree="°"),
    "place:inline-bars", "place:inline-blanks", "supplier:right", "supplier:in-footer", "trap:due-date", "lines:ruled",
    credit=5,
)  # fmt: skip
def ribbon(s: Sheet, f: Facts) -> None:
    """A dark ribbon with number, date and due date between bars; the orders stand on one line below, between blanks."""
    s.put(194, 20, f.supplier.name, size=14, bold=True, align="r")
    s.put(194, 25, f"{f.supplier.street} | {f.supplier.town} | {f.supplier.phone}", align="r", size=7.5)
    s.block(16, 38, recipient(f), leading=5)
    s.line(16, 56, "N° SIRET {siret}", size=8)
    s.fill(16, 64, 178, 9, 0.25)
    kind = "Avoir n°" if f.credit else "Facture n°"
    s.line(
        19, 70, f"{kind} {{number}}  |  Date {{date}}  |  Échéance {s.day(f.due)}  |  Client 00417", grey=1, bold=True
    )
    parts = [("N° BC", "ej"), ("Service exécutant", "service"), ("Réf. marché", "contract")]
    s.line(16, 80, _joined(s, parts, "          ") or "Vente au comptoir")
    columns = [("Produit", 16, 88, "l"), ("Cond.", 104, 18, "r"), ("PU HT", 122, 34, "r"), ("Total HT", 156, 38, "r")]
    s.rows(86, columns, plain_rows(s), ruled=True, leading=7)
    s.fill(16, 232, 178, 9, 0.9)
    s.line(19, 238, "HT {ht}          TVA {tva}          Net à payer TTC {ttc}", bold=True)
    s.put(16, 250, f"Base de la remise de fin d'année : {s.money(f.ht)}", size=7.5)
    legal(s, 282, "[name] | [form] au capital de [capital] € | [id] | [rcs] | APE [ape] | TVA [vat]")


@layout(
    "cartouche", MEASURE, Trade(
        names=("Topographie {}", "{} Ingénierie", "Études {}"), goods="computing", numbers=("{:04d}-26", "NH26.{:04d}"),
        lines=(1, 4),
    ), Look(font="Times", size=10, sirets=("nbsp", "9+5"), amounts=("space-euro", "euro-before"),
        dates=("short-month", "slashes"),
            apostrophe="’", colon="\u00a0:"),
    "place:inline-dashes", "supplier:left", "trap:period", "lines:none", "trap:deposit",
)  # fmt: skip
def title_block(s: Sheet, f: Facts) -> None:
    """A surveyor's note of fees: a framed title whose second line has the references between dashes."""
    s.block(20, 22, [*address(f), f"Tél. {f.supplier.phone}"], leading=5)
    identity(s, 20, 43, "N° Siret")
    s.block(116, 44, recipient(f), leading=5)
    s.box(20, 74, 170, 22)
    s.line(105, 82, "NOTE D'HONORAIRES N° {number} DU {date}", bold=True, size=12, align="c")
    parts = [("Commande", "ej"), ("Service", "service"), ("Contrat", "contract")]
    s.line(105, 91, _joined(s, parts, " - ") or "Mission d'étude", align="c")
    s.line(20, 106, "Établissement facturé (SIRET) : {siret}", size=9)
    s.put(20, 112, f"Mission réalisée du {s.day(f.ordered)} au {s.day(f.delivered)}", size=9)
    columns = [("Mission", 20, 90, "l"), ("Unités", 110, 18, "r"), ("Prix", 128, 28, "r"), ("Honoraires", 156, 34, "r")]
    y = s.rows(118, columns, plain_rows(s), leading=7)
    s.rule(20, y + 2, 190)
    y = totals(s, 118, y + 9, 189, [("Honoraires HT", "@ht"), ("TVA à 20 %", "@tva"), ("Honoraires TTC", "@ttc")])
    s.put(20, y + 8, f"Provision de {s.money(f.ttc / 4)} demandée le {s.day(f.ordered)} : non versée.", size=9)
    legal(s, 282, "[form] au capital de [capital] € - [rcs] - Code NAF [ape] - TVA [vat]", size=8)
