"""What the portal holds: structures with their services, suppliers, invoices with their history. All frozen."""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

_CENT = Decimal("0.01")
WORKS_FRAMEWORKS = frozenset(  # "factures de travaux", §1.2
    f"A{n}" for n in (4, 5, 6, 7, 8, 10, 13, 14, 15, 16, 17, 18, 19, 20, 22, 23, 24, 25)
)
FRAMEWORKS = {  # code of the pivot: code of the API, §1.2
    "A1": "A1_FACTURE_FOURNISSEUR",
    "A2": "A2_FACTURE_FOURNISSEUR_DEJA_PAYEE",
    "A3": "A3_MEMOIRE_JUSTICE",
    "A4": "A4_PROJET_DECOMPTE_MENSUEL_FOURNISSEUR",
    "A5": "A5_ETAT_ACOMPTE_FOURNISSEUR",
    "A6": "A6_ETAT_ACOMPTE_VALIDE_FOURNISSEUR",
    "A7": "A7_PROJET_DECOMPTE_FINAL_FOURNISSEUR",
    "A8": "A8_DECOMPTE_GENERAL_DEFINITIF_FOURNISSEUR",
    "A9": "A9_FACTURE_SOUSTRAITANT",
    "A10": "A10_PROJET_DECOMPTE_MENSUEL_SOUSTRAITANT",
    "A12": "A12_FACTURE_COTRAITANT",
    "A13": "A13_PROJET_DECOMPTE_MENSUEL_COTRAITANT",
    "A14": "A14_PROJET_DECOMPTE_FINAL_COTRAITANT",
    "A15": "A15_ETAT_ACOMPTE_MOE",
    "A16": "A16_ETAT_ACOMPTE_VALIDE_MOE",
    "A17": "A17_PROJET_DECOMPTE_GENERAL_MOE",
    "A18": "A18_DECOMPTE_GENERAL_MOE",
    "A19": "A19_ETAT_ACOMPTE_VALIDE_MOA",
    "A20": "A20_DECOMPTE_GENERAL_MOA",
    "A21": "A21_DEMANDE_REMBOURSEMENT_TIC",
    "A22": "A22_PROJET_DECOMPTE_GENERAL_FOURNISSEUR_PROCEDURE_TACITE",
    "A23": "A23_DECOMPTE_GENERAL_DEFINITIF_TACITE_FOURNISSEUR",
    "A24": "A24_DECOMPTE_GENERAL_DEFINITIF_TACITE_MOE",
    "A25": "A25_DECOMPTE_GENERAL_DEFINITIF_MOE_PROCEDURE_TACITE",
}
ID_TYPES = {  # code of the pivot: name in the API, §1.2
    "1": "SIRET",
    "2": "UE_HORS_FRANCE",
    "3": "HORS_UE",
    "4": "RIDET",
    "5": "TAHITI",
    "6": "AUTRE",
    "7": "PARTICULIER",
}


class Status(StrEnum):
    """The statuses that a recipient meets, verbatim (§4). The portal knows many more, for others."""

    DEPOSEE = "DEPOSEE"
    EN_COURS_ACHEMINEMENT = "EN_COURS_ACHEMINEMENT"
    MISE_A_DISPOSITION = "MISE_A_DISPOSITION"
    A_RECYCLER = "A_RECYCLER"
    REJETEE = "REJETEE"
    SUSPENDUE = "SUSPENDUE"
    COMPLETEE = "COMPLETEE"
    SERVICE_FAIT = "SERVICE_FAIT"
    MANDATEE = "MANDATEE"
    MISE_A_DISPOSITION_COMPTABLE = "MISE_A_DISPOSITION_COMPTABLE"
    COMPTABILISEE = "COMPTABILISEE"
    MISE_EN_PAIEMENT = "MISE_EN_PAIEMENT"


class Form(StrEnum):
    """What the supplier deposited (§1.3)."""

    PDF = "pdf"
    FACTURX = "facturx"
    UBL = "ubl"
    CII = "cii"


class Resubmission(StrEnum):
    """`Renvoi` of the pivot: whether the invoice comes back, and from what (§1.2, §4)."""

    NONE = "Non"
    COMPLETED = "Complétée"
    RECYCLED = "Recyclée"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service of a structure (§3.8)."""

    id: int
    code: str
    name: str
    active: bool = True
    commitment_required: bool = False
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """A public structure: one budget, one SIRET, and what it demands of invoices (§5.1)."""

    id: int
    siret: str
    name: str
    active: bool = True
    service_required: bool = False
    commitment_required: bool = False
    service_or_commitment_required: bool = False
    services: tuple[Service, ...] = ()

    def service(self, code: str | None) -> Service | None:
        """The service of that code."""
        return next((service for service in self.services if service.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """Who bills. `id_type` is the code of the pivot (1 is SIRET)."""

    id: int
    identifier: str
    name: str
    id_type: str = "1"
    country: str = "FR"


@dataclass(frozen=True, slots=True)
class Piece:
    """An attachment as deposited; `kind` 01 is the invoice itself, 02 anything else (§1.3)."""

    name: str
    content: bytes
    kind: str
    media_type: str
    category: str


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One row of the history of statuses."""

    id: int
    status: str
    at: dt.datetime
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the history of what users did."""

    id: int
    code: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice as the portal holds it. `id` is `idFacture`, and `IdCPRO` in the pivot (assumed the same)."""

    id: int
    number: str
    supplier: Supplier
    structure_id: int
    issued: dt.date
    deposited: dt.date
    net: Decimal
    service_code: str | None = None
    commitment_number: str | None = None
    contract_number: str | None = None
    framework: str = "A1"
    credit_note: bool = False
    original_number: str | None = None
    tax_rate: Decimal = Decimal(20)
    currency: str = "EUR"
    form: Form = Form.PDF
    pieces: tuple[Piece, ...] = ()
    resubmission: Resubmission = Resubmission.NONE
    history: tuple[StatusChange, ...] = ()  # oldest first
    actions: tuple[Action, ...] = ()
    downloaded: bool = False
    mandate_number: str | None = None

    @property
    def tax(self) -> Decimal:
        """The VAT, in cents."""
        return (self.net * self.tax_rate / 100).quantize(_CENT, ROUND_HALF_UP)

    @property
    def gross(self) -> Decimal:
        """With VAT."""
        return self.net + self.tax

    @property
    def works(self) -> bool:
        """Whether this is a works invoice, by its framework."""
        return self.framework in WORKS_FRAMEWORKS

    @property
    def current(self) -> StatusChange:
        """The last change of status."""
        return self.history[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Both accounts of a client (§3.1). The defaults are invented, like everything here."""

    client_id: str = "fake-client"
    client_secret: str = "fake-secret"  # noqa: S105 - invented
    login: str = "TECH_1_00001@cpro.fr"
    password: str = "fake-password"  # noqa: S105 - invented


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """Where the documents differ or are silent, which way this portal goes."""

    empty_status: int = 200  # HTTP status of "no result": one client reads it at 200, another takes errors at 400
    numeric_siret: bool = True  # `identifiantStructure` as a JSON number: leading zeros go (§3.8)
    single_as_object: bool = False  # a list of one as the object itself (§3.8)
    zipped_pivot: bool = False  # a ZIP holding `PivotS.xml` in the place of the XML (§1.3)
    old_pivot: bool = False  # V1_22: no IdCPRO, Renvoi, CategoriePJ (§1.1)
    recycling: bool = True  # False: "à recycler" is gone, as the specification of 2026 says
    reset_downloaded: bool = False  # whether what comes back counts as not downloaded again: nobody says
    bytes_of_group: int = 120_000_000  # beyond it `telecharger/groupe` answers 413 (§3.2)
