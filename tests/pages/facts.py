"""What an invoice is about, before anything is drawn."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from tests.pages.parties import Body, Supplier, body, supplier

CENT = Decimal("0.01")

# What each trade sells: text and price in euros without tax.
GOODS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "office": (
        ("Ramette papier A4 80 g, carton de 5", "21.90"), ("Classeur à levier dos 75 mm", "3.45"),
        ("Cartouche toner noir haute capacité", "89.00"), ("Bloc-notes ligné 160 pages", "2.15"),
        ("Fauteuil de travail ergonomique", "189.00"), ("Étiquettes d'identification, lot de 100", "12.60"),
        ("Agrafeuse 24/6", "8.70"), ("Chemises cartonnées, paquet de 250", "27.30"),
    ),
    "building": (
        ("Installation de chantier et repli", "2450.00"), ("Dépose des menuiseries existantes", "1180.00"),
        ("Fourniture et pose de fenêtres PVC", "6840.00"), ("Enduit monocouche, façade nord", "3920.50"),
        ("Terrassement en masse, évacuation", "5210.00"), ("Réfection de la couche de roulement", "8455.00"),
        ("Peinture acrylique, deux couches", "1765.40"), ("Nettoyage de fin de chantier", "420.00"),
    ),
    "computing": (
        ("Maintenance applicative, forfait mensuel", "1450.00"), ("Journée de paramétrage sur site", "780.00"),
        ("Licence annuelle, 25 utilisateurs", "3200.00"), ("Hébergement certifié, serveur dédié", "310.00"),
        ("Assistance téléphonique, pack de 10 tickets", "640.00"), ("Reprise des données du service", "2150.00"),
    ),
    "food": (
        ("Pommes de terre bio, sac de 10 kg", "9.80"), ("Filet de merlu, caisse de 5 kg", "61.25"),
        ("Yaourt fermier nature, plateau de 24", "13.90"), ("Pain de campagne 1 kg", "3.60"),
        ("Haricots verts extra-fins, 2,5 kg", "7.45"), ("Fromage de brebis, la tomme", "42.00"),
        ("Huile d'olive vierge, bidon 5 l", "39.50"), ("Volaille fermière, le kg", "8.15"),
    ),
    "care": (
        ("Gants nitrile non stériles, boîte de 100", "6.90"), ("Réactif de dosage, coffret 96 tests", "214.00"),
        ("Pipettes graduées 10 ml, sachet", "18.20"), ("Tubes stériles 50 ml, carton", "74.00"),
        ("Vérification annuelle d'un autoclave", "395.00"), ("Solution désinfectante 5 l", "28.40"),
    ),
    "transport": (
        ("Transport scolaire, circuit 12", "1840.00"), ("Mise à disposition d'un autocar, journée", "620.00"),
        ("Affrètement 3 palettes, Montbrac - Ygosse", "248.00"), ("Supplément gazole", "36.70"),
        ("Manutention au hayon", "45.00"), ("Livraison avant 10 heures", "29.90"),
    ),
    "culture": (
        ("Atelier d'écriture, séance de 2 heures", "140.00"), ("Représentation tout public", "1350.00"),
        ("Frais de déplacement", "86.40"), ("Conférence et signature", "320.00"),
        ("Conception graphique de l'affiche", "480.00"), ("Prise de vue, demi-journée", "260.00"),
    ),
    "energy": (
        ("Abonnement, part fixe", "118.40"), ("Consommation heures pleines", "1642.77"),
        ("Consommation heures creuses", "688.12"), ("Contribution tarifaire d'acheminement", "74.31"),
        ("Accise sur l'énergie", "212.06"), ("Location du compteur", "24.60"),
    ),
}  # fmt: skip

_STATE = ("24{:08d}", "25{:08d}", "26{:08d}", "15{:08d}")
_LOCAL = ("2026-BC-{:05d}", "26/{:04d}", "MDM26-{:04d}", "ENG26{:05d}", "45{:08d}", "BC26{:05d}", "2026{:06d}")
_SERVICES = ("SG-ACHATS", "DGS", "0123", "FIN01", "D4012020", "ST", "SERV-TECH", "RH02", "A2600", "CULT_3", "7501")
_CONTRACTS = ("2025-S-{:04d}", "M2024_{:03d}", "24F{:04d}", "2026M{:03d}", "MAPA25-{:02d}", "25.{:03d}.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: quantity, price without tax, rate in percent."""

    text: str
    quantity: int
    price: Decimal
    rate: Decimal

    @property
    def net(self) -> Decimal:
        """Euros without tax."""
        return (self.quantity * self.price).quantize(CENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that could be printed. What is, the sheet notes while it is drawn."""

    supplier: Supplier
    body: Body
    number: str
    date: dt.date
    due: dt.date
    delivered: dt.date
    ordered: dt.date
    lines: tuple[Line, ...]
    credit: bool
    siret: str | None
    siren_only: bool
    service: str | None
    ej: str | None
    contract: str | None

    @property
    def ht(self) -> Decimal:
        """The total without tax."""
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def taxes(self) -> tuple[tuple[Decimal, Decimal, Decimal], ...]:
        """(rate, base, tax) of each rate, the lowest first."""
        bases: dict[Decimal, Decimal] = {}
        for line in self.lines:
            bases[line.rate] = bases.get(line.rate, Decimal(0)) + line.net
        return tuple((rate, bases[rate], (bases[rate] * rate / 100).quantize(CENT)) for rate in sorted(bases))

    @property
    def tva(self) -> Decimal:
        """The total of the taxes."""
        return sum((tax for _, _, tax in self.taxes), Decimal(0))

    @property
    def ttc(self) -> Decimal:
        """The total with tax."""
        return self.ht + self.tva


def share(amount: Decimal, percent: int) -> Decimal:
    """Some percent of an amount, to the cent."""
    return (amount * percent / 100).quantize(CENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """What a layout's suppliers are: names (`{}` for the family name), goods, rates, length of their invoices."""

    names: tuple[str, ...]
    goods: str
    numbers: tuple[str, ...]
    credits: str = "AV{:05d}"
    rates: tuple[str, ...] = ("20",)
    lines: tuple[int, int] = (2, 5)
    country: str = "FR"
    always_number: bool = False


def draw_facts(rng: Random, trade: Trade, *, credit: bool) -> Facts:
    """Draw an invoice: 12 % have no commitment, 15 % no service, 50 % no contract, 25 % the recipient's SIRET."""
    recipient = body(rng)
    date = dt.date(2026, 9, 1) + dt.timedelta(
        days=rng.choice((0, 30, 61)) if rng.random() < 0.12 else rng.randrange(84)
    )
    delivered = date - dt.timedelta(days=rng.randrange(2, 12))
    return Facts(
        supplier=supplier(rng, trade.names, trade.country),
        body=recipient,
        number=(trade.credits if credit else rng.choice(trade.numbers)).format(rng.randrange(11, 9_900)),
        date=date,
        due=date + dt.timedelta(days=30),
        delivered=delivered,
        ordered=delivered - dt.timedelta(days=rng.randrange(3, 25)),
        lines=_lines(rng, trade),
        credit=credit,
        siret=recipient.siret if rng.random() < 0.25 else None,
        siren_only=trade.country == "FR" and rng.random() < 0.12,
        service=None if rng.random() < 0.15 else rng.choice(recipient.services or _SERVICES),
        ej=None if rng.random() < 0.12 and not trade.always_number else _commitment(rng, recipient),
        contract=None if rng.random() < 0.5 else _contract(rng, recipient),
    )


def _lines(rng: Random, trade: Trade) -> tuple[Line, ...]:
    goods = GOODS[trade.goods]
    count = rng.randint(*trade.lines)
    chosen = rng.sample(goods, count) if count <= len(goods) else rng.choices(goods, k=count)
    return tuple(
        Line(
            text=text,
            quantity=rng.choice((1, 1, 2, 3, 4, 5, 8, 10, 12)),
            price=(Decimal(price) * rng.randrange(80, 130) / 100).quantize(CENT),
            rate=Decimal(rng.choice(trade.rates)),
        )
        for text, price in chosen
    )


def _commitment(rng: Random, recipient: Body) -> str:
    if recipient.commitments and rng.random() < 0.6:
        return rng.choice(recipient.commitments)
    pattern = rng.choice(_STATE if rng.random() < 0.4 else _LOCAL)
    return pattern.format(rng.randrange(10 ** int(pattern.split("{:0")[1][0])))


def _contract(rng: Random, recipient: Body) -> str:
    if recipient.contracts and rng.random() < 0.6:
        return rng.choice(recipient.contracts)
    return rng.choice(_CONTRACTS).format(rng.randrange(1, 99))
