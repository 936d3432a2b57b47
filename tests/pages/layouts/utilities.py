"""Bills of utilities: pages of two columns, balances of other periods, details by site."""

from decimal import Decimal

from tests.pages.facts import Facts, Trade, share
from tests.pages.layouts.parts import legal, plain_rows, rate, recipient
from tests.pages.registry import layout
from tests.pages.sheet import Look, Sheet
from tests.pages.truth import MEASURE, TUNE


@layout(
    "energie", TUNE, Trade(
        names=("{} Énergies", "Régie électrique {}"), goods="energy", numbers=("10{:08d}", "{:010d}"), rates=("20",
            "5.5"),
        lines=(4, 6),
    ), Look(font="Helvetica", size=8.5, amounts=("space-euro", "nbsp-euro"), dates=("slashes", "short-month"),
            order="columns", colon=""),
    "page:two-columns", "supplier:in-footer", "trap:previous-balance", "trap:net-differs", "trap:period",
    "trap:due-date",
)  # fmt: skip
def energy(s: Sheet, f: Facts) -> None:
    """A narrow column of references at the left, the account at the right, sites on the second page."""
    before = share(f.ttc, 17)
    s.fill(10, 10, 60, 270, 0.93)
    s.put(14, 22, f.supplier.name, bold=True, size=12, width=54)
    s.name(14, 34, "Vos références", bold=True, size=10)
    s.stack(14, 42, [
        ("Compte client", "6 0041 7730"), ("N° de facture", "@number"), ("Facture du", "@date"),
        ("N° engagement juridique", "@ej"), ("Code service", "@service"), ("N° de marché", "@contract"),
        ("N° SIRET", "@siret"), ("Période", f"{f.ordered:%d/%m} au {f.delivered:%d/%m/%y}"),
    ], leading=11, under=4.5)  # fmt: skip
    s.name(14, 140, "Nous contacter", bold=True, size=10)
    s.block(14, 146, [f.supplier.phone, f.supplier.mail], first=False, size=8)
    s.block(115, 40, recipient(f), leading=5, size=10)
    s.name(80, 80, "Votre facture en bref", bold=True, size=13)
    y = 92.0
    for label, spec in (("Total hors TVA", "@ht"), ("Total TVA", "@tva"), ("Total TTC de la facture", "@ttc"),
                        ("Solde antérieur impayé", s.money(before)), ("Net à payer",
                        s.money(f.ttc + before))):  # fmt: skip
        s.pair(80, y, label, spec, right=195, bold="Net" in label)
        s.rule(80, y + 2, 196)
        y += 8
    s.put(80, y + 4, f"Prélèvement le {s.day(f.due)}. Solde au {s.day(f.ordered)} : {s.money(before)}", size=8)
    legal(s, 286, "[name], [form] au capital de [capital] € - [id] - [rcs] - TVA [vat]", size=6)
    s.next_page()
    s.put(14, 20, s.label("Détail par point de livraison"), bold=True, size=12)
    s.put(14, 26, f"Point 3000 1234 {f.number[-4:]} - puissance souscrite 36 kVA", size=8)
    columns = [("Poste", 14, 96, "l"), ("Qté", 110, 16, "r"), ("Prix", 126, 32, "r"), ("Montant HT", 158, 38, "r")]
    s.rows(32, columns, plain_rows(s), leading=6.5)
    legal(s, 286, "[name] - service clients [phone]", size=6)


@layout(
    "eau", MEASURE, Trade(
        names=("Eaux de {}", "Syndicat des eaux {}", "{} Réseaux"), goods="energy", numbers=("E26-{:07d}", "{:09d}"),
        rates=("5.5", "10"), lines=(4, 6),
    ), Look(font="Vera", size=8, sirets=("spaces", "nnbsp"), amounts=("nnbsp-euro", "none-euro"), dates=("long",
        "dots"),
            order="columns", apostrophe="’", ligatures=True),
    "page:two-columns", "supplier:left", "trap:previous-balance", "trap:net-differs", "trap:period", "trap:due-date",
    credit=5,
)  # fmt: skip
def water(s: Sheet, f: Facts) -> None:
    """Three thirds: meters at the left, account in the middle, references at the right; totals on the second page."""
    s.block(14, 18, [f.supplier.name, f.supplier.street, f.supplier.town], size=9)
    s.line(14, 34, "Identification SIRET {supplier}", size=7)
    s.block(110, 40, recipient(f), leading=5)
    for x in (14, 76, 138):
        s.rule(x, 68, x + 56, weight=1.2)
    s.name(14, 74, "Relevés", bold=True)
    s.stack(14, 81, [("Ancien index", "1 204"), ("Nouvel index", "1 388"), ("Consommation", "184 m³"),
                     ("Relevé du", s.day(f.delivered))], right=68)  # fmt: skip
    s.name(76, 74, "Compte", bold=True)
    s.stack(76, 81, [("Solde précédent", s.money(share(f.ttc, 9))), ("Réglé le", s.day(f.ordered)),
                     ("Date limite", s.day(f.due))], right=130)  # fmt: skip
    s.name(138, 74, "Références", bold=True)
    s.stack(138, 81, [
        ("Avoir n°" if f.credit else "Facture n°", "@number"), ("Date d'émission", "@date"), ("Engagement", "@ej"),
        ("Identifiant du service", "@service"), ("Marché", "@contract"), ("SIRET du client", "@siret"),
    ], under=4, leading=9.5)  # fmt: skip
    s.put(14, 150, s.label("Qualité de l'eau : conforme. Le détail figure au verso."), size=8)
    legal(s, 287, "[form] au capital de [capital] € - [rcs] - [mail]", size=6)
    s.next_page()
    columns = [
        ("Rubrique", 14, 92, "l"),
        ("Volume", 106, 20, "r"),
        ("Prix unitaire", 126, 32, "r"),
        ("HT", 158, 38, "r"),
    ]
    y = s.rows(20, columns, plain_rows(s), leading=7, dark=True)
    for value, base, tax in f.taxes:
        y += 6
        s.put(106, y, f"TVA {rate(value)} % sur {s.money(base)}")
        s.put(195, y, s.money(tax), align="r")
    y += 4
    s.rule(106, y, 196)
    for label, spec in (("Total HT", "@ht"), ("Total des taxes", "@tva"), ("Montant TTC", "@ttc"),
                        ("Solde précédent", s.money(share(f.ttc, 9))),
                        ("À régler", s.money(f.ttc + share(f.ttc, 9)))):  # fmt: skip
        y += 6
        s.pair(106, y, label, spec, right=195, colon=False)


@layout(
    "affranchissement", MEASURE, Trade(
        names=("{} Courrier", "Messagerie {}"), goods="transport", numbers=("{:08d}",), lines=(3, 6),
            always_number=True,
    ), Look(font="Helvetica", size=8, sirets=("9+5", "joined"), amounts=("none", "space-point-eur"), dates=("dots",
        "slashes"),
            colon=""),
    "page:two-columns", "supplier:in-footer", "trap:period", "trap:due-date", "trap:subtotal", "lines:none",
)  # fmt: skip
def postage(s: Sheet, f: Facts) -> None:
    """A machine's statement: codes in two columns of label and value, everything small."""
    s.fill(10, 10, 190, 12, 0.85)
    s.put(14, 18, f.supplier.name, bold=True, size=13)
    s.put(196, 18, "Relevé de facturation", size=10, bold=True, align="r")
    s.block(112, 36, recipient(f), size=9)
    left = [("Numéro de facture", "@number"), ("Date de facture", "@date"), ("Numéro de client", "0417733"),
            ("Période du", s.day(f.ordered)), ("au", s.day(f.delivered)), ("À payer le", s.day(f.due))]  # fmt: skip
    right = [("SIRET destinataire", "@siret"), ("Service exécutant", "@service"), ("Numéro EJ", "@ej"),
             ("Numéro de marché", "@contract"), ("Devise", "EUR")]  # fmt: skip
    s.stack(14, 66, left, to=48)
    s.stack(110, 66, right, to=150)
    columns = [
        ("Produit", 14, 88, "l"),
        ("Plis", 102, 18, "r"),
        ("Tarif HT", 120, 36, "r"),
        ("Montant HT", 156, 40, "r"),
    ]
    y = s.rows(104, columns, plain_rows(s), leading=5)
    s.pair(102, y + 5, "Sous-total période", s.money(f.ht), right=195)
    for place, (label, spec) in enumerate((("MONTANT HT", "@ht"), ("MONTANT TVA", "@tva"), ("MONTANT TTC", "@ttc"))):
        s.fill(14 + 61 * place, 236, 58, 16, 0.92)
        s.name(17 + 61 * place, 241, label, size=7)
        s.value(17 + 61 * place, 248, spec, size=11)
    s.traits.add("place:below")
    s.put(14, 262, s.label(f"Taux appliqué : {Decimal(20)} %. Pas d'escompte pour paiement anticipé."), size=7)
    legal(s, 284, "[name] - [form] au capital de [capital] EUR - [id] - [rcs] - TVA [vat]")
