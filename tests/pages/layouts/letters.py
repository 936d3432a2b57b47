"""Invoices written by hand in a word processor: a letter with the references in its sentences."""

from tests.pages.facts import Facts, Trade
from tests.pages.layouts.parts import address, identity, legal, plain_rows, recipient
from tests.pages.registry import layout
from tests.pages.sheet import Look, Sheet
from tests.pages.truth import MEASURE, TUNE

_ARTS = Trade(
    names=("Atelier {}", "{} Graphisme", "Compagnie {}"), goods="culture", numbers=("{:02d}-2026", "2026/{:03d}"),
    rates=("0",), lines=(1, 3),
)  # fmt: skip


@layout(
    "lettre", TUNE, _ARTS, Look(font="Times", size=11, sirets=("spaces", "9+5"), amounts=("none-euro", "space-euro"),
                                dates=("long", "short-month"), apostrophe="’", colon="\u00a0:"),
    "supplier:left", "supplier:no-vat", "place:prose", "lines:none", "trap:order-date",
)  # fmt: skip
def letter(s: Sheet, f: Facts) -> None:
    """A letter of a self-employed artist: place and date, subject, references in a sentence, no VAT."""
    s.block(22, 24, [*address(f), f"Tél. {f.supplier.phone}"], leading=5)
    identity(s, 22, 45, "Siret")
    s.block(115, 52, recipient(f), leading=5.2, first=False)
    s.line(115, 78, "Mont-de-Marsan, le {date}")
    s.line(22, 92, "Objet : facture n° {number}", bold=True)
    y = 102.0
    for template in (
        "Madame, Monsieur,",
        "Je vous prie de trouver ci-dessous le détail des prestations effectuées",
        f"entre le {s.day(f.ordered)} et le {s.day(f.delivered)}.",
        "Vos réf. : bon de commande n° {ej}",
        "Service concerné : {service}",
        "Ces prestations relèvent du marché n° {contract}.",
        "SIRET de votre établissement : {siret}",
    ):
        if s.line(22, y, template):
            y += 6
    for line in f.lines:
        y += 7
        s.put(30, y, f"- {line.text} ({line.quantity} x {s.money(line.price)})")
        s.put(185, y, s.money(line.net), align="r")
    y += 12
    s.pair(110, y, "Total HT", "@ht", right=185)
    s.put(110, y + 6, s.label("TVA non applicable, article 293 B du CGI"), size=9)
    s.pair(110, y + 13, "Net à payer", "@ttc", right=185, bold=True)
    s.line(22, y + 28, "Arrêtée la présente facture à la somme de {ttc}.")
    s.put(22, y + 40, s.label("Je vous prie d'agréer, Madame, Monsieur, mes salutations distinguées."))
    s.put(130, y + 55, f.supplier.name)
    legal(s, 284, "Dispensé d'immatriculation - règlement par virement, IBAN [iban]", size=8)


@layout(
    "courrier-artisan", MEASURE, Trade(
        names=("{} Multiservices", "Jardins {}", "{} Formation"), goods="culture", numbers=("F26-{:03d}", "N{:04d}"),
        rates=("0",), lines=(1, 3),
    ), Look(font="Times", size=10.5, sirets=("joined", "nbsp"), amounts=("space-euro", "point"),
            dates=("dots", "long"), mode="runs"),
    "supplier:right", "supplier:no-vat", "place:prose", "place:inline-dashes", "lines:none", "trap:order-date",
)  # fmt: skip
def craftsman(s: Sheet, f: Facts) -> None:
    """A typed sheet of a craftsman: one line of references between dashes, the rest in sentences, no VAT."""
    s.put(105, 22, f.supplier.name, size=18, bold=True, align="c")
    s.put(105, 28, f"{f.supplier.street} - {f.supplier.town} - {f.supplier.phone}", align="c", size=9)
    s.rule(30, 31, 180)
    s.line(20, 44, "Facture n° {number} - Date : {date} - BC n° {ej}") or s.line(
        20, 44, "Facture n° {number} - Date : {date}"
    )
    s.put(20, 56, "Doit :")
    s.block(34, 56, recipient(f), leading=5)
    s.line(34, 74, "(SIRET {siret})", size=9)
    y = 88.0
    for template in (
        "pour les travaux suivants, exécutés à la demande du service {service}",
        "dans le cadre du contrat n° {contract},",
        f"commandés le {s.day(f.ordered)} et terminés le {s.day(f.delivered)} :",
    ):
        if s.line(20, y, template):
            y += 6
    columns = [("Travaux", 20, 86, "l"), ("Nb", 106, 14, "r"), ("Prix", 120, 30, "r"), ("Somme", 150, 38, "r")]
    y = s.rows(y + 3, columns, plain_rows(s), leading=7)
    s.rule(120, y + 2, 188)
    s.line(187, y + 9, "Montant à payer : {ttc}", align="r", bold=True)
    s.put(20, y + 24, "TVA non applicable, art. 293 B du Code général des impôts.", size=9)
    s.put(20, y + 30, f"Paiement au plus tard le {s.day(f.due)}, par chèque ou virement ({f.supplier.iban}).", size=9)
    s.put(140, y + 48, "Bon pour facture,")
    legal(s, 280, "[name], entreprise individuelle, [id], code APE [ape]", size=8)


@layout(
    "independant", MEASURE, Trade(
        names=("{} Traduction", "Studio {}", "{} Photographie"), goods="culture", numbers=("F{:05d}", "2026-{:04d}-A"),
        credits="A{:05d}", rates=("0",), lines=(1, 4),
    ), Look(font="Helvetica", size=9, sirets=("spaces", "nbsp"), amounts=("nbsp-euro", "dot"), dates=("short-month",
        "slashes"),
            apostrophe="’", colon="\u00a0:"),
    "supplier:left", "supplier:no-vat", "trap:due-date", "trap:period", "place:prose", credit=6,
)  # fmt: skip
def freelance(s: Sheet, f: Facts) -> None:
    """A free web tool for the self-employed: drawers of references, one total, and a sentence that repeats it."""
    s.fill(0, 0, 8, 297, 0.6)
    s.put(20, 24, f.supplier.name, size=14, bold=True)
    s.block(20, 30, [f.supplier.street, f.supplier.town, f.supplier.mail], first=False)
    identity(s, 20, 45, "Numéro SIRET")
    s.block(116, 46, recipient(f), leading=5)
    s.line(116, 64, "N° SIRET : {siret}")
    cells = [("Avoir" if f.credit else "Facture", "@number"), ("En date du", "@date"), ("Engagement juridique n°",
        "@ej"),
             ("Code service exécutant", "@service"), ("Contrat", "@contract")]  # fmt: skip
    for place, (label, spec) in enumerate(cells):
        s.cell(20 + 34 * place, 74, 34, 12, label, spec)
    columns = [("Prestation", 20, 86, "l"), ("Quantité", 106, 20, "r"), ("Prix unitaire", 126, 30, "r"),
               ("Montant", 156, 34, "r")]  # fmt: skip
    y = s.rows(96, columns, plain_rows(s), leading=8, dark=True)
    s.fill(110, y + 4, 80, 11, 0.88)
    s.pair(113, y + 11, "Total dû", "@ttc", right=189, bold=True, colon=False, size=11)
    s.put(20, y + 26, "TVA non applicable, art. 293 B du CGI - prestation du " + s.day(f.delivered))
    s.line(20, y + 32, f"Merci de régler {{ttc}} avant le {s.day(f.due)} sur le compte {f.supplier.iban}.", size=8)
