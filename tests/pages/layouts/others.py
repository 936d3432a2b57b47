"""A third company on the page, with a SIRET of its own: who collects the money, or who did the work."""

from tests.pages.facts import Facts, Trade
from tests.pages.layouts.parts import address, identity, legal, plain_rows, recipient, spaced_siren, totals
from tests.pages.parties import siret
from tests.pages.registry import layout
from tests.pages.sheet import Look, Sheet
from tests.pages.truth import MEASURE, TUNE


@layout(
    "affacturage", TUNE, Trade(
        names=("Intérim {}", "{} Emploi", "Gardiennage {}"), goods="computing", numbers=("IT{:06d}", "2026-{:05d}"),
            lines=(1, 4),
    ), Look(font="Vera", size=8.5, sirets=("spaces", "nnbsp"), amounts=("nbsp-euro", "dot"), dates=("slashes",
        "short-month"),
            colon="\u00a0:", degree="º"),
    "supplier:right", "trap:other-siret", "trap:period", "trap:due-date", credit=7,
)  # fmt: skip
def factoring(s: Sheet, f: Facts) -> None:
    """Temporary work, assigned to a factor whose SIRET and account stand in a frame below the totals."""
    s.block(194, 18, address(f), align="r", size=10)
    s.block(18, 40, recipient(f), leading=5)
    s.line(18, 58, "SIRET : {siret}")
    s.put(18, 72, "AVOIR" if f.credit else "FACTURE", bold=True, size=15)
    s.line(60, 72, "{number}", bold=True, size=12)
    s.stack(18, 82, [("Émise le", "@date"), ("Numéro de bon de commande", "@ej"), ("Service", "@service"),
                     ("Réf. marché", "@contract"),
                     ("Missions", f"du {s.day(f.ordered)} au {s.day(f.delivered)}")], to=76)  # fmt: skip
    columns = [
        ("Mission", 18, 86, "l"),
        ("Heures", 104, 20, "r"),
        ("Taux HT", 124, 32, "r"),
        ("Total HT", 156, 38, "r"),
    ]
    y = s.rows(112, columns, plain_rows(s), dark=True, leading=7)
    totals(s, 118, y + 9, 193, [("Total HT", "@ht"), ("TVA 20 %", "@tva"), ("Total TTC", "@ttc")])
    other = siret(s.rng)
    s.box(18, 226, 176, 26)
    s.block(21, 232, [
        s.label("Créance cédée : pour être libératoire, le paiement doit être fait à"),
        f"Affacturage de la Haute-Lande, 3 place de la Gare, 99000 Montbrac - SIRET {s.siret(other)}",
        f"Compte {f.supplier.iban} avant le {s.day(f.due)}, en rappelant le contrat AFF-2026-17",
    ], leading=6)  # fmt: skip
    identity(s, 18, 264, "SIRET")
    legal(s, 284, "[form] au capital de [capital] € - [rcs] - APE [ape] - TVA [vat]")


@layout(
    "mandat", MEASURE, Trade(
        names=("Coopérative {}", "Groupement {}", "{} Union"), goods="food", numbers=("CP26{:05d}", "{:04d}.26"),
        rates=("5.5", "20"), lines=(2, 5),
    ), Look(font="Helvetica", size=9, sirets=("nbsp", "joined"), amounts=("space-euro", "point"), dates=("long",
        "slashes")),
    "supplier:left", "trap:other-siret", "trap:delivery-date", "trap:due-date", "trap:subtotal", credit=7,
)  # fmt: skip
def on_behalf(s: Sheet, f: Facts) -> None:
    """A cooperative bills for its members: their SIRETs stand in the lines, its own among the references."""
    s.put(16, 22, f.supplier.name, size=15)
    s.put(16, 28, f"{f.supplier.street} - {f.supplier.town}", size=8)
    s.rule(16, 31, 194, weight=1.5)
    s.name(16, 40, "Acheteur", bold=True)
    s.block(16, 46, recipient(f), first=False, leading=5)
    s.line(16, 63, "N° SIRET : {siret}")
    s.name(112, 40, "Références", bold=True)
    s.stack(112, 46, [("Avoir N°" if f.credit else "Facture N°", "@number"), ("Date", "@date"), ("Bon de commande",
        "@ej"), ("Service exécutant",
        "@service"),
                      ("N° du marché", "@contract"), ("Livré le", s.day(f.delivered))], to=148)  # fmt: skip
    y = 84.0
    for line in f.lines:
        other = siret(s.rng)
        s.fill(16, y - 4.5, 178, 6, 0.93)
        s.put(18, y, f"Livré pour le compte de l'adhérent {spaced_siren(other[:9])}, SIRET {s.siret(other)}", size=8)
        s.put(22, y + 6, f"{line.text} x {line.quantity}")
        s.pair(140, y + 6, "Sous-total HT", s.money(line.net), right=193)
        y += 14
    s.rule(16, y, 194)
    totals(s, 124, y + 8, 193, [("Ensemble HT", "@ht"), ("TVA", "@tva"), ("Total TTC", "@ttc")])
    identity(s, 16, 262, "SIRET de la coopérative")
    s.put(16, 267, f"Payable le {s.day(f.due)} à la coopérative, IBAN {f.supplier.iban}", size=8)
    legal(s, 284, "[form] à capital variable - [rcs] - APE [ape] - TVA [vat]")
