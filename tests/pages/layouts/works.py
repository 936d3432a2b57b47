"""Construction: statements of works so far, with what was paid before and what is held back."""

from decimal import Decimal

from tests.pages.facts import CENT, Facts, Trade, share
from tests.pages.layouts.parts import address, identity, legal, recipient
from tests.pages.parties import siret
from tests.pages.registry import layout
from tests.pages.sheet import Look, Sheet
from tests.pages.truth import MEASURE, TUNE

_WORKS = Trade(
    names=("{} Bâtiment", "Travaux publics {}", "Menuiserie {}"), goods="building", numbers=("S{:03d}/26", "26-{:04d}"),
    lines=(4, 7),
)  # fmt: skip


def _progress(s: Sheet, f: Facts) -> list[tuple[str, ...]]:
    """Rows of text, ordered, so far, before, this month."""
    rows = []
    for line in f.lines:
        before = (line.net * Decimal("0.4")).quantize(CENT)
        ordered = line.net + before + (line.net * Decimal("0.3")).quantize(CENT)
        rows.append((line.text, s.money(ordered), s.money(line.net + before), s.money(before), s.money(line.net)))
    return rows


@layout(
    "situation", TUNE, _WORKS, Look(font="Helvetica", size=8.5, amounts=("space", "dot"), dates=("long", "slashes"),
                                    sirets=("spaces", "dots")),
    "supplier:left", "trap:other-siret", "trap:net-differs", "trap:retention", "trap:cumulative", "value:progress",
)  # fmt: skip
def situation(s: Sheet, f: Facts) -> None:
    """A monthly statement: contract above, columns so far, before and this month, retention below."""
    s.block(14, 18, [*address(f), f"Tél. {f.supplier.phone}"])
    identity(s, 14, 37, "N° Siret")
    s.fill(14, 44, 182, 10, 0.9)
    s.line(18, 51, "SITUATION DE TRAVAUX N° 3 - FACTURE {number}", bold=True, size=12)
    s.name(14, 62, "Maître d'ouvrage", bold=True)
    s.block(14, 67, recipient(f), first=False)
    s.stack(112, 62, [("Marché n°", "@contract"), ("Notifié le", s.day(f.ordered)), ("Réf. engagement", "@ej"),
                      ("Service", "@service"), ("SIRET", "@siret"), ("Date", "@date")], to=148)  # fmt: skip
    columns = [("Ouvrages", 14, 62, "l"), ("Marché", 76, 30, "r"), ("Cumul", 106, 30, "r"), ("Précédent", 136, 30, "r"),
               ("Ce mois", 166, 30, "r")]  # fmt: skip
    y = s.rows(98, columns, _progress(s, f), ruled=True, size=8)
    held = share(f.ttc, 5)
    y += 6
    before = f.ht * Decimal("0.4")
    for label, spec in (("Cumul HT des situations", s.money(f.ht + before)), ("Total HT du mois", "@ht"),
                        ("TVA 20 %", "@tva"), ("Total TTC", "@ttc"), ("Retenue de garantie 5 %", s.money(-held)),
                        ("Net à payer", s.money(f.ttc - held))):  # fmt: skip
        s.pair(120, y, label, spec, right=195, bold=label == "Net à payer")
        y += 6
    other = siret(s.rng)
    s.box(14, y - 34, 98, 18)
    s.put(17, y - 28, "Sous-traitant à payer directement : néant ce mois", size=8)
    s.put(17, y - 23, f"{s.label('Sous-traitant agréé, SIRET')} {s.siret(other)}", size=8)
    legal(s, 284, "[form] au capital de [capital] € - [rcs] - Assurance décennale 4471-B - TVA [vat]")


@layout(
    "decompte", MEASURE, Trade(
        names=("{} Constructions", "Charpente {}", "{} Voirie"), goods="building", numbers=("DP{:05d}", "2026-{:05d}"),
        lines=(4, 7),
    ), Look(font="Vera", size=8, landscape=True, amounts=("nnbsp-euro", "euro-before"), dates=("slashes", "dashes-yy"),
            sirets=("nnbsp", "9+5"), colon="\u00a0:", minus="\u2212", mode="runs"),
    "supplier:left", "trap:other-siret", "trap:net-differs", "trap:retention", "trap:cumulative", "value:progress",
    "trap:deposit", credit=8,
)  # fmt: skip
def account(s: Sheet, f: Facts) -> None:
    """A landscape statement: all references in one ruled row, lots across, the totals in a table at the right."""
    s.put(14, 16, f.supplier.name, bold=True, size=12)
    s.put(14, 21, f"{f.supplier.street}, {f.supplier.town}")
    identity(s, 14, 26, "SIRET titulaire")
    title = "Avoir sur décompte mensuel" if f.credit else "Décompte mensuel - demande d'acompte n° 2"
    s.put(283, 16, s.label(title), bold=True, size=12, align="r")
    s.block(190, 24, recipient(f))
    y = s.grid(14, 42, [
        ("Facture", "@number", 36), ("Établie le", "@date", 32), ("N° EJ", "@ej", 40), ("Code service exécutant",
        "@service", 44),
        ("N° marché", "@contract", 36), ("Lot", "04", 16), ("SIRET maître d'ouvrage", "@siret", 65),
    ], size=7.5)  # fmt: skip
    columns = [("Lots et postes", 14, 101, "l"), ("Marché HT", 115, 42, "r"), ("Réalisé HT", 157, 42, "r"),
               ("Déjà facturé", 199, 42, "r"), ("Présent décompte", 241, 42, "r")]  # fmt: skip
    y = s.rows(y + 6, columns, _progress(s, f), leading=6, ruled=True)
    held, advance = share(f.ttc, 5), share(f.ttc, 10)
    rows = [("Présent décompte HT", "@ht"), ("TVA au taux de 20 %", "@tva"), ("Présent décompte TTC", "@ttc"),
            ("Retenue de garantie", s.money(-held)), ("Remboursement d'avance", s.money(-advance)),
            ("Somme à verser", s.money(f.ttc - held - advance))]  # fmt: skip
    y += 4
    for label, spec in rows:
        s.box(190, y, 93, 6)
        s.pair(192, y + 4.2, label, spec, right=282, colon=False)
        y += 6
    other = siret(s.rng)
    s.put(14, y - 24, f"Cotraitant : {s.label('SIRET')} {s.siret(other)} (pour mémoire, paiement séparé)", size=7.5)
    s.put(14, y - 19, f"Travaux exécutés du {s.day(f.ordered)} au {s.day(f.delivered)}", size=7.5)
    legal(s, 202, "[form] au capital de [capital] € - [rcs] - TVA [vat] - IBAN [iban]", x=148)
