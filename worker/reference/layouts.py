"""The columns of the reference files: ours (the folder's contract), and those of Chorus Pro's public directory."""

from collections.abc import Mapping
from dataclasses import dataclass, field

RECIPIENTS = "recipients"
SERVICES = "services"
COMMITMENTS = "commitments"
CONTRACT_PARTIES = "contract_parties"
TABLES = (RECIPIENTS, SERVICES, COMMITMENTS, CONTRACT_PARTIES)
OPTIONAL_TABLES = frozenset({CONTRACT_PARTIES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the columns of one kind of file are called. `columns` gives for each of our names the name in the header."""

    columns: Mapping[str, str]
    mandatory: frozenset[str]  # our names
    ignored: frozenset[str] = field(default=frozenset())  # names in the header that are known and not needed
    is_directory: bool = False

    @property
    def known(self) -> frozenset[str]:
        """The columns that may stand in the header, in lower case."""
        return frozenset(name.lower() for name in (*self.columns.values(), *self.ignored))

    def fit(self, header: tuple[str, ...]) -> tuple[float, int]:
        """How well a header (lower case) fits: the share of the mandatory columns it has, then how many are known."""
        present = sum(self.columns[ours].lower() in header for ours in self.mandatory)
        return present / len(self.mandatory), len(self.known & set(header))


def _own(*names: str, mandatory: tuple[str, ...]) -> Layout:
    return Layout(columns={name: name for name in (*mandatory, *names)}, mandatory=frozenset(mandatory))


# CHORUS 5.3; `true` and `false` in the columns that say yes or no
_ADDRESS = frozenset(
    ("Adresse", "ComplementAdresse1", "ComplementAdresse2", "CodePostal", "Ville", "NumTelephone", "Courriel")
) | {"CodePays", "LibellePays"}
_STRUCTURES = Layout(
    columns={
        "id_type": "TypeIdentifiant",
        "siret": "Identifiant",
        "name": "RaisonSociale",
        "commitment_required": "GestionEngagement",
        "service_required": "GestionService",
        "service_or_commitment_required": "GestionServiceEngagement",
        "active": "StructureActive",
    },
    mandatory=frozenset(
        ("siret", "commitment_required", "service_required", "service_or_commitment_required", "active")
    ),
    ignored=_ADDRESS | {"EmetteurEdi", "RecepteurEdi", "GestionStatutMiseEnPaiement", "EstMOA", "EstMOAUniquement"},
    is_directory=True,
)
_DIRECTORY_SERVICES = Layout(
    columns={
        "recipient_siret": "Identifiant",
        "code": "Code",
        "name": "Nom",
        "commitment_required": "GestionEGMT",
        "active": "ServiceActif",
    },
    mandatory=frozenset(("recipient_siret", "code", "commitment_required", "active")),
    ignored=_ADDRESS | {"idService", "RaisonSociale"},
    is_directory=True,
)

LAYOUTS: Mapping[str, tuple[Layout, ...]] = {
    RECIPIENTS: (
        _own(
            *("active", "service_required", "commitment_required", "service_or_commitment_required", "amount_basis"),
            mandatory=("siret", "name"),
        ),
        _STRUCTURES,
    ),
    SERVICES: (
        _own(
            *("active", "valid_from", "valid_to", "commitment_required"),
            mandatory=("recipient_siret", "code", "name"),
        ),
        _DIRECTORY_SERVICES,
    ),
    COMMITMENTS: (
        _own(
            *("service_code", "supplier_id_type", "supplier_id", "contract_number", "fiscal_year", "status", "amount"),
            *("remaining", "currency", "carried_over", "valid_from", "valid_to", "labels"),
            mandatory=("number", "recipient_siret"),
        ),
    ),
    CONTRACT_PARTIES: (_own("supplier_id_type", mandatory=("contract_number", "role", "supplier_id")),),
}
