"""Who invoices whom: invented firms and public bodies with right keys, besides the bodies of our own fixtures.

No firm here exists: their SIRENs begin with 999, and their places with the postcode 99.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from random import Random

from stdnum import iban, luhn

from tests.places import FIXTURES


def keyed(base: str) -> str:
    """Complete digits by their Luhn key: 8 make a SIREN, 13 a SIRET."""
    return base + luhn.calc_check_digit(base)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A public body that receives invoices. The codes and numbers are those its reference data knows, if any."""

    name: str
    siret: str
    street: str
    town: str
    services: tuple[str, ...] = ()
    commitments: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """A firm that invoices. A foreign one has a VAT number and no SIRET."""

    name: str
    form: str
    capital: str
    siret: str
    street: str
    town: str
    city: str
    phone: str
    mail: str
    ape: str
    iban: str
    country: str = "FR"
    foreign_vat: str = ""

    @property
    def siren(self) -> str:
        """The first nine digits of the SIRET."""
        return self.siret[:9]

    @property
    def vat(self) -> str:
        """The number for VAT; for a French firm its key follows from the SIREN."""
        return self.foreign_vat or f"FR{(12 + 3 * (int(self.siren) % 97)) % 97:02d}{self.siren}"


_TOWNS = (
    "Montbrac", "Lagrave-sur-Ousse", "Saint-Vaast-des-Pins", "Bégassou", "Ygosse", "Aurelhan-les-Ajoncs", "Sarbazeuilh",
    "Pontcarreau", "Uzeste-le-Haut", "Castéra-Verlus", "Mirandouze", "Hargaïtz", "Lesquerde-Plage",
    "Tournissan-le-Neuf",
)  # fmt: skip
_STREETS = (
    "rue des Encriers", "chemin des Gravières", "allée des Serveurs", "place du Marché", "avenue du Général-Bosquier",
    "route de l'Étang", "impasse des Clés", "boulevard de la Gare", "rue de l'Engagement", "cours des Fontaines",
)  # fmt: skip
_NAMES = (
    "Lombrières", "Hargous", "Bruzac", "Castelvieil", "Darribère", "Etcheverlu", "Zubiltzaga", "Ventadour", "Malicorne",
    "Capdepuy", "Bourdelongue", "Corvin", "Ferrigoule", "Sansonnet", "Peyrelongue", "Marsillac-Tardets", "Ostaneguy",
)  # fmt: skip
_BODIES = (
    "Commune de {}", "Mairie de {}", "Communauté de communes du Pays de {}", "Centre hospitalier de {}", "CCAS de {}",
    "Syndicat mixte des eaux de {}", "Collège Jean-Bosquier de {}", "Service d'incendie et de secours de {}",
)  # fmt: skip
_FORMS = ("SARL", "SAS", "SA", "EURL", "SASU", "SCOP")
_COUNTRIES: Mapping[str, tuple[str, str, str]] = {
    "BE": ("{n} BV", "9990 Waterlo-op-Zand", "Molenstraat 7"),
    "DE": ("{n} GmbH", "99990 Oberwiesenthal-Neustadt", "Am Hafen 12"),
    "ES": ("{n} S.L.", "99990 Villarrota del Campo", "Calle del Olivo 3"),
}


def town(rng: Random) -> str:
    """A postcode and a town that do not exist."""
    return f"99{rng.randrange(100, 990)} {rng.choice(_TOWNS)}"


def street(rng: Random) -> str:
    """A number and a street."""
    return f"{rng.randrange(1, 190)} {rng.choice(_STREETS)}"


def siret(rng: Random, prefix: str = "999") -> str:
    """A SIRET with right keys whose SIREN begins with `prefix`."""
    siren = keyed(prefix + "".join(rng.choices("0123456789", k=8 - len(prefix))))
    return keyed(f"{siren}{rng.randrange(1, 60):04d}")


def surname(rng: Random) -> str:
    """A family name for a firm."""
    return rng.choice(_NAMES)


def supplier(rng: Random, trades: tuple[str, ...], country: str = "FR") -> Supplier:
    """Invent a firm of one of these trades (`{}` is where its name goes)."""
    own = siret(rng)
    name = rng.choice(trades).format(surname(rng))
    place, lane = town(rng), street(rng)
    vat = ""
    if country != "FR":
        pattern, place, lane = _COUNTRIES[country]
        name = pattern.format(n=name)
        digits = f"{rng.randrange(10_000_000):07d}"
        vat = {"BE": f"BE0999{digits[:6]}", "DE": f"DE999{digits[:6]}", "ES": f"ESB{digits}9"}[country]
    account = f"{rng.randrange(10**11):011d}"
    rib = 97 - (89 * 99990 + 15 * 10 + 3 * int(account)) % 97
    bban = f"9999000010{account}{rib:02d}"
    return Supplier(
        name=name,
        form=rng.choice(_FORMS),
        capital=f"{rng.choice((1000, 8000, 15000, 50000, 152450))}",
        siret=own,
        street=lane,
        town=place,
        city=place.split(" ", 1)[1],
        phone=f"05 36 49 {rng.randrange(100):02d} {rng.randrange(100):02d}",
        mail=f"compta{rng.randrange(100)}@facturation.example",
        ape=f"{rng.randrange(1000, 9700)}{rng.choice('ABCZ')}",
        iban=f"FR{iban.calc_check_digits('FR00' + bban)}{bban}",
        country=country,
        foreign_vat=vat,
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (FIXTURES / "reference" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def known_bodies() -> tuple[Body, ...]:
    """The active recipients of our fixtures, with their codes and numbers."""
    services, commitments = _rows("services.csv"), _rows("commitments.csv")

    def of(row: dict[str, str]) -> Body:
        own = [one for one in commitments if one["recipient_siret"] == row["siret"]]
        return Body(
            name=row["name"],
            siret=row["siret"],
            street="1 cours des Fontaines",
            town="99000 Montbrac",
            services=tuple(s["code"] for s in services if s["recipient_siret"] == row["siret"]),
            commitments=tuple(one["number"] for one in own),
            contracts=tuple(sorted({one["contract_number"] for one in own} - {""})),
        )

    return tuple(of(row) for row in _rows("recipients.csv") if row["active"] == "true")


def body(rng: Random) -> Body:
    """One of our fixtures' bodies, or as often an invented one (a public SIREN begins with 1 or 2)."""
    if rng.random() < 0.5:
        return rng.choice(known_bodies())
    place = town(rng)
    return Body(
        name=rng.choice(_BODIES).format(place.split(" ", 1)[1]),
        siret=siret(rng, rng.choice(("2199", "2499", "2699", "2599"))),
        street=street(rng),
        town=place,
    )
