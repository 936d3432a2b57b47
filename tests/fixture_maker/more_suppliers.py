"""The firms that only the cases of the decision table know: contractors, newcomers, and those from far away."""

from tests.fixture_maker import parties as p
from tests.fixture_maker.parties import Supplier, french_iban, siren, siret


def _firm(name: str, order: int, establishment: str = "0001", key: int = 0) -> Supplier:
    """Make a firm of Montbrac; `key` is what is added to the right key of its SIRET."""
    identifier = siret(siren(f"999{order:05d}"), establishment)
    wrong = identifier[:-1] + str((int(identifier[-1]) + key) % 10)
    return Supplier(name, wrong, f"{order % 90} rue des Nouveaux-Venus", "99000", "Montbrac", _iban(order))


def _far(name: str, id_type: str, identifier: str, country: str, order: int) -> Supplier:
    """Make a firm without a SIRET."""
    return Supplier(name, identifier, "Boîte postale 7", "99999", "Outre-Lande", _iban(order), id_type, country)


def _iban(order: int) -> str:
    return french_iban("99990", "00091", f"{order:011d}")


SIGNS = _firm("Signalétique Peyrelongue", 1101)  # declared sub-contractor
SURVEYOR = _firm("Géomètres Lacoudre", 1102)  # declared co-contractor
PLUMBER = _firm("Plomberie Castaing", 1103)  # declared on another market only
FLORIST = _firm("Fleurs Dulac", 1104)  # never had a commitment
SOFTWARE_BRANCH = Supplier(
    "Logiciels Ventadour, agence de la côte",
    siret(p.SOFTWARE.siren, "0002"),
    "3 quai des Dunes",
    "99400",
    "Port-Ventadour",
    p.SOFTWARE.iban,
)
FACTOR = _firm("Affacturage du Gave", 1106)
KNOWN_MISKEYED = _firm("Menuiserie Clédechamp", 1107, key=3)  # its wrong key stands in the reference data
NOBODY = Supplier("Fournisseur zéro", "0" * 14, "1 rue Nulle", "99000", "Montbrac", _iban(1108))
NORWEGIAN = _far("Fjorddata", p.OUTSIDE_EU_TYPE, "NOFJORDDATA", "NO", 1109)
CALEDONIAN = _far("Cagou Topographie", p.RIDET_TYPE, "0999123001", "NC", 1110)
TAHITIAN = _far("Perles et Lagons", p.TAHITI_TYPE, "A99123001", "PF", 1111)
LOOKALIKE = _far("Cagou Perles", p.TAHITI_TYPE, "0999123001", "PF", 1112)  # the Caledonian's number, of another kind
