"""Labels at the left edge, values at the right one, and a wide gap between them."""

from tests.pages.facts import Facts, Trade, share
from tests.pages.layouts.parts import address, identity, legal, plain_rows, recipient
from tests.pages.registry import layout
from tests.pages.sheet import Look, Sheet
from tests.pages.truth import MEASURE, TUNE


@layout(
    "pointilles", TUNE, Trade(
        names=("Restauration {}", "Primeurs {}", "Boucherie {}"), goods="food", numbers=("{:05d}", "26{:05d}"),
        rates=("5.5", "5.5", "20"), lines=(3, 6),
    ), Look(font="Times", size=10.5, sirets=("spaces", "joined"), amounts=("space-euro", "none"), dates=("long",
        "dashes-yy"),
            order="labels-first", colon=" :"),
    "supplier:right", "lines:none", "trap:order-date", "trap:discount", credit=5,
)  # fmt: skip
def dotted(s: Sheet, f: Facts) -> None:
    """Dots lead the eye from each label to its value at the far right; the program writes labels first."""
    s.block(190, 20, address(f), align="r", leading=5)
    s.block(20, 44, recipient(f), leading=5)
    s.put(20, 78, "AVOIR" if f.credit else "FACTURE", bold=True, size=14, mode="spaced")
    y = 88.0
    for label, spec in (
        ("Numéro", "@number"), ("Date", "@date"), ("Votre bon de commande", "@ej"), ("Commande du", s.day(f.ordered)),
        ("Code du service", "@service"), ("Marché à bons de commande n°", "@contract"),
        ("Siret de l'acheteur", "@siret"),
    ):  # fmt: skip
        if s.pair(20, y, label, spec, right=190, colon=False):
            s.put(80, y, "." * 90, size=9)
            y += 6
    y += 6
    for line in f.lines:
        s.put(24, y, f"{line.quantity} x {line.text}")
        s.put(190, y, s.money(line.net), align="r")
        y += 6
    s.rule(20, y, 190)
    for label, spec in (("Remise accordée", s.money(share(f.ht, 0))), ("Total hors taxes", "@ht"), ("T.V.A.", "@tva"),
                        ("Total T.T.C.", "@ttc")):  # fmt: skip
        y += 7
        s.pair(20, y, label, spec, right=190, colon=False, bold="T.T.C" in label)
    identity(s, 20, y + 16, "Siret")
    legal(s, 284, "[name], [form] au capital de [capital] € - [rcs] - TVA [vat] - Compte [iban]", size=8)


@layout(
    "fiche", MEASURE, Trade(
        names=("{} Formation", "Cabinet {}", "Expertise {}"), goods="culture", numbers=("2026{:04d}", "FORM-{:04d}"),
        lines=(1, 3),
    ), Look(font="Helvetica", size=9.5, sirets=("dots", "nbsp"), amounts=("nbsp-euro", "point"), dates=("slashes",
        "long"),
            colon="", apostrophe="’"),
    "supplier:left", "lines:none", "trap:order-date", "trap:period", credit=7,
)  # fmt: skip
def sheet_of_facts(s: Sheet, f: Facts) -> None:
    """Striped rows over the whole width, label at the left and value at the right, for everything on the page."""
    s.fill(0, 0, 210, 30, 0.2)
    s.put(20, 19, f.supplier.name, size=16, grey=1)
    s.put(190, 19, "Avoir" if f.credit else "Facture", size=16, grey=1, align="r")
    y = 44.0
    rows = [
        ("Facture n°" if not f.credit else "Avoir n°", "@number"), ("Établie le", "@date"), ("Échéance", s.day(f.due)),
        ("Client", f.body.name), ("Adresse", f"{f.body.street}, {f.body.town}"), ("N° SIRET du client", "@siret"),
        ("Numéro d'engagement", "@ej"), ("Service destinataire", "@service"), ("Référence du marché", "@contract"),
        ("Dates d'intervention", f"{s.day(f.ordered)} - {s.day(f.delivered)}"), ("Prestataire", f.supplier.town),
        ("SIRET du prestataire", "@supplier"), ("Code APE", f.supplier.ape),
        *((line.text, s.money(line.net)) for line in f.lines),
        ("Total HT", "@ht"), ("TVA 20 %", "@tva"), ("Net à payer TTC", "@ttc"), ("IBAN", f.supplier.iban),
    ]  # fmt: skip
    for place, (label, spec) in enumerate(rows):
        if s.pair(20, y, label, spec, right=190, bold=label.startswith("Net")):
            if place % 2:
                s.fill(18, y - 5, 174, 7.4, 0.93)
            y += 7.4
    legal(s, 284, "Organisme de formation enregistré sous le numéro 75 99 00417 99 - [form] au capital de [capital] €")


@layout(
    "fournil", MEASURE, Trade(
        names=("Fournil {}", "Traiteur {}", "Ferme {}"), goods="food", numbers=("T{:06d}", "26/{:05d}"),
        rates=("5.5", "10"), lines=(3, 5),
    ), Look(font="Times", size=10, sirets=("joined", "spaces"), amounts=("none", "space"), dates=("short-month",
        "slashes"),
            colon=" :"),
    "supplier:right", "trap:delivery-date", "lines:none", "trap:delivery-address",
)  # fmt: skip
def bakery(s: Sheet, f: Facts) -> None:
    """A caterer's page: references with their values below at the right, amounts under their labels at the foot."""
    s.block(190, 22, address(f), align="r", leading=5)
    identity(s, 140, 39, "SIRET", size=9)
    s.put(20, 30, "Facture", size=24)
    s.line(20, 38, "n° {number} du {date}", size=11)
    s.name(20, 52, "Client", bold=True)
    s.block(20, 57, recipient(f), first=False, leading=5)
    s.name(20, 78, "Lieu de livraison", bold=True)
    s.block(20, 83, ["Cuisine centrale", "3 rue de la Commande, 99300 Ygosse"], first=False)
    s.stack(130, 52, [("Commande n°", "@ej"), ("Service", "@service"), ("Marché", "@contract"), ("SIRET client",
        "@siret"),
                      ("Livré le", s.day(f.delivered))], leading=11, under=4.6)  # fmt: skip
    columns = [("Plat", 20, 88, "l"), ("Nombre", 108, 18, "r"), ("Prix HT", 126, 28, "r"), ("Total HT", 154, 36, "r")]
    y = s.rows(112, columns, plain_rows(s), leading=7)
    s.rule(20, y + 2, 190)
    for place, (label, spec) in enumerate((("Total HT", "@ht"), ("Montant TVA", "@tva"), ("Total TTC", "@ttc"),
                                           ("Règlement avant le", s.day(f.due)))):  # fmt: skip
        s.pair(20 + 44 * place, y + 10, label, spec, under=6)
    legal(s, 284, "[form] au capital de [capital] euros - [rcs] - APE [ape] - IBAN [iban]", size=8)
