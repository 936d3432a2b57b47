"""The invented world: one département with five budgets, its services, and the firms that invoice it.

No body, firm or person here exists. The keys of the identifiers are right all the same (SIREN and SIRET by Luhn, VAT
number and IBAN by their own sums), because a worker that checks keys must be able to accept these documents. They are
computed from a base rather than written, and checked once more by python-stdnum.
"""

from dataclasses import dataclass

from stdnum import iban, luhn
from stdnum.be import vat as belgian_vat
from stdnum.fr import siren as siren_check
from stdnum.fr import siret as siret_check

SIRET_TYPE = "1"
EU_VAT_TYPE = "2"
OUTSIDE_EU_TYPE = "3"
RIDET_TYPE = "4"
TAHITI_TYPE = "5"


def siren(base: str) -> str:
    """Complete eight digits to a SIREN."""
    return siren_check.validate(base + luhn.calc_check_digit(base))


def siret(of_siren: str, establishment: str) -> str:
    """Complete a SIREN and four digits of establishment to a SIRET."""
    base = of_siren + establishment
    return siret_check.validate(base + luhn.calc_check_digit(base))


def postal_siret(establishment: str) -> str:
    """Make an establishment of the postal operator: its digits add up to a multiple of five instead of passing Luhn."""
    base = "356000000" + establishment
    number = base + str(-sum(map(int, base)) % 5)
    if luhn.is_valid(number):
        raise ValueError(f"{number} passes Luhn as well and would prove nothing")
    return siret_check.validate(number)


def french_iban(bank: str, branch: str, account: str) -> str:
    """Make a French IBAN with right RIB and IBAN keys."""
    rib = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97
    bban = f"{bank}{branch}{account}{rib:02d}"
    return iban.validate(f"FR{iban.calc_check_digits('FR00' + bban)}{bban}")


@dataclass(frozen=True)
class Supplier:
    """A firm that invoices. `identifier` is a SIRET, or what `id_type` says (CPPFacturePivot, TypeIdentifiant)."""

    name: str
    identifier: str
    street: str
    postcode: str
    city: str
    iban: str
    id_type: str = SIRET_TYPE
    country: str = "FR"

    @property
    def siren(self) -> str:
        """The nine digits of the firm, without its establishment."""
        return self.identifier[:9]

    @property
    def vat_number(self) -> str:
        """The VAT number; for a French firm its key follows from the SIREN, another gives what it has."""
        if self.id_type != SIRET_TYPE:
            return self.identifier
        return f"FR{(12 + 3 * (int(self.siren) % 97)) % 97:02d}{self.siren}"


@dataclass(frozen=True)
class Budget:
    """A budget of the département: for Chorus Pro a structure of its own, with its own SIRET."""

    siret: str
    name: str
    active: bool = True
    service_required: bool = False
    commitment_required: bool = False
    service_or_commitment_required: bool = False
    amount_basis: str = "ttc"


@dataclass(frozen=True)
class Service:
    """A service of a budget. `commitment_required` None leaves the question to the budget."""

    budget: Budget
    code: str
    name: str
    active: bool = True
    valid_from: str = ""
    valid_to: str = ""
    commitment_required: bool | None = None


_BODY = siren("22990001")
MAIN = Budget(siret(_BODY, "0001"), "Département de la Haute-Lande", service_required=True)
LABORATORY = Budget(
    siret(_BODY, "0002"),
    "Haute-Lande - Laboratoire départemental d'analyses",
    service_required=True,
    commitment_required=True,
    amount_basis="ht",
)
GARAGE = Budget(siret(_BODY, "0003"), "Haute-Lande - Parc et ateliers routiers", service_or_commitment_required=True)
CHILDREN = Budget(siret(_BODY, "0004"), "Haute-Lande - Foyer de l'enfance")
COACHES = Budget(siret(_BODY, "0005"), "Haute-Lande - Régie des autocars (close)", active=False)
BUDGETS = (MAIN, LABORATORY, GARAGE, CHILDREN, COACHES)
ELSEWHERE_SIRET = siret(siren("22990077"), "0001")  # a body that is not ours
HUB_SIRET = siret(siren("99990042"), "0001")  # the platform that relays, never the recipient

SERVICES = (
    Service(MAIN, "DIRINFRA", "Direction des infrastructures", valid_from="2018-01-01"),
    Service(MAIN, "061", "Direction des systèmes d'information"),
    Service(MAIN, "SAAM D5", "Service des achats et des moyens, antenne D5"),
    Service(MAIN, "GN5CULTURE", "Direction de la culture", valid_from="2020-03-01"),
    Service(MAIN, "MARCHES", "Service des marchés", commitment_required=True),
    Service(MAIN, "PRESSE", "Cabinet et presse (fermé)", active=False),
    Service(MAIN, "047", "Mission transition (terminée)", valid_from="2019-01-01", valid_to="2025-12-31"),
    Service(MAIN, "DIRMER", "Direction de la mer (à venir)", valid_from="2027-01-01"),
    Service(LABORATORY, "LABO_01", "Hydrologie"),
    Service(LABORATORY, "LABO_02", "Santé animale"),
    Service(LABORATORY, "labo-admin", "Administration du laboratoire"),
    Service(LABORATORY, "LABO_05", "Menues dépenses du laboratoire", commitment_required=False),
    Service(GARAGE, "ATELIER", "Atelier mécanique"),
    Service(GARAGE, "MAGASIN", "Magasin et pièces"),
    Service(GARAGE, "Parc.Nord", "Parc nord"),
    Service(GARAGE, "Parc.Sud", "Parc sud", commitment_required=True),
    Service(CHILDREN, "FOYER", "Vie quotidienne", commitment_required=False),
    Service(CHILDREN, "CUISINE", "Restauration"),
    Service(CHILDREN, "0031", "Soins"),
    Service(COACHES, "CARS", "Exploitation", active=False),
)

_ROADS_SIREN, _OFFICE_SIREN = siren("99901001"), siren("99901002")
ROADS = Supplier(
    "Enrobés du Grand Pré",
    siret(_ROADS_SIREN, "0001"),
    "4 chemin des Gravières",
    "99100",
    "Lagrave-sur-Ousse",
    french_iban("99991", "00011", "00000010001"),
)
ROADS_DEPOT = Supplier(
    "Enrobés du Grand Pré, dépôt sud",
    siret(_ROADS_SIREN, "0002"),
    "Zone du Pont Neuf",
    "99140",
    "Saint-Vaast-des-Pins",
    french_iban("99991", "00011", "00000010001"),
)
OFFICE = Supplier(
    "Papeterie Bourdelongue",
    siret(_OFFICE_SIREN, "0001"),
    "12 rue des Encriers",
    "99000",
    "Montbrac",
    french_iban("99992", "00021", "00000020002"),
)
SOFTWARE = Supplier(
    "Logiciels Ventadour",
    siret(siren("99901003"), "0001"),
    "8 allée des Serveurs",
    "99000",
    "Montbrac",
    french_iban("99993", "00031", "00000030003"),
)
CATERER = Supplier(
    "L’Œuf à la coque",
    siret(siren("99901004"), "0003"),
    "1 place du Marché",
    "99210",
    "Bégassou",
    french_iban("99994", "00041", "00000040004"),
)
REAGENTS = Supplier(
    "Réactifs Analytiques Corvin",
    siret(siren("99901005"), "0001"),
    "Parc d'activités des Éprouvettes",
    "99300",
    "Ygosse",
    french_iban("99995", "00051", "00000050005"),
)
GARAGE_PARTS = Supplier(
    "Pièces Auto Malicorne",
    siret(siren("99901006"), "0001"),
    "27 route de l'Étang",
    "99120",
    "Aurelhan-les-Ajoncs",
    french_iban("99996", "00061", "00000060006"),
)
POSTAL = Supplier(
    "Établissement postal (exception de clé)",
    postal_siret("4321"),
    "2 place des Sacs",
    "99000",
    "Montbrac",
    french_iban("99997", "00071", "00000070007"),
)
BELGIAN = Supplier(
    "Cartographie Van der Molen",
    belgian_vat.validate("0999001218") and "BE0999001218",
    "Molenstraat 7",
    "9990",
    "Waterlo-op-Zand",
    french_iban("99998", "00081", "00000080008"),
    id_type=EU_VAT_TYPE,
    country="BE",
)
_MISKEYED = siret(siren("99901007"), "0001")
MISKEYED = Supplier(
    "Serrurerie Faux-Pas",
    _MISKEYED[:-1] + str((int(_MISKEYED[-1]) + 1) % 10),
    "5 impasse des Clés",
    "99000",
    "Montbrac",
    french_iban("99999", "00091", "00000090009"),
)
SUPPLIERS = (ROADS, ROADS_DEPOT, OFFICE, SOFTWARE, CATERER, REAGENTS, GARAGE_PARTS, POSTAL, BELGIAN, MISKEYED)
