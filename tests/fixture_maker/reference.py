"""The reference data: the commitments of the exercise, and the CSV files in which the body exports everything.

A case that spends has a commitment of its own, so that replaying the whole folder and replaying one case decide alike.
"""

import csv
import io
from collections.abc import Iterable

from tests.fixture_maker import parties as p
from tests.fixture_maker import table_reference
from tests.fixture_maker.commitment import Commitment
from tests.fixture_maker.parties import Budget

AS_OF = "2026-11-24T06:00:00+01:00"
AS_OF_STALE = "2026-10-01T06:00:00+01:00"


_SOCIAL = "spaser:social"
_LOCAL = "spaser:local"
_BOTH = "spaser:social|spaser:local"

COMMITMENTS = (
    # the main budget
    Commitment("2026-000101", p.MAIN, "DIRINFRA", p.ROADS, "60000.00", "18000.00", "2024/TRX/07", labels=_LOCAL),
    Commitment("2026-000102", p.MAIN, "DIRINFRA", p.ROADS, "12000.00", "9000.00"),
    Commitment("2026-000103", p.MAIN, "061", p.SOFTWARE, "24000.00", "24000.00", "MAPA-2025-18"),
    Commitment("2026-000104", p.MAIN, "061", p.SOFTWARE, "5000.00", "5000.00"),
    Commitment("2026-000105", p.MAIN, "SAAM D5", p.OFFICE, "3000.00", "3000.00", labels=_BOTH),
    Commitment("2026-000106", p.MAIN, "SAAM D5", p.OFFICE, "3000.00", "2400.00", labels=_SOCIAL),
    Commitment("2026-000107", p.MAIN, "GN5CULTURE", p.CATERER, "1500.00", "1500.00", labels=_LOCAL),
    Commitment("2026-000108", p.MAIN, "DIRINFRA", p.ROADS, "9000.00", "9000.00"),
    Commitment("2026-000119", p.MAIN, "061", p.SOFTWARE, "800.00", "800.00"),
    Commitment("2026-000123", p.MAIN, "MARCHES", p.OFFICE, "7000.00", "7000.00", "2025-FOUR-03"),
    Commitment("BC26/0042", p.MAIN, "SAAM D5", p.OFFICE, "600.00", "600.00"),
    Commitment("BC26/0057", p.MAIN, "SAAM D5", p.OFFICE, "900.00", "900.00"),
    Commitment("BC26/0058", p.MAIN, "SAAM D5", p.OFFICE, "900.00", "900.00"),
    Commitment("4500012345", p.MAIN, "DIRINFRA", p.ROADS, "30000.00", "30000.00", "2024/TRX/07"),
    Commitment("4500012346", p.MAIN, "DIRINFRA", p.ROADS, "4000.00", "4000.00"),
    Commitment("4500012399", p.MAIN, "DIRINFRA", p.ROADS, "4000.00", "4000.00"),
    Commitment("EJ 77 001", p.MAIN, "061", p.SOFTWARE, "2500.00", "2500.00"),
    Commitment("cde-rh-7", p.MAIN, "SAAM D5", p.OFFICE, "450.00", "450.00"),
    Commitment("2026-77", p.MAIN, "SAAM D5", p.OFFICE, "500.00", "500.00"),
    Commitment("20267-7", p.MAIN, "SAAM D5", p.OFFICE, "500.00", "500.00"),
    Commitment("2026-000130", p.MAIN, "DIRINFRA", p.ROADS, "2000.00", "0.00", status="closed"),
    Commitment("2026-000131", p.MAIN, "061", p.SOFTWARE, "2000.00", "2000.00", status="cancelled"),
    Commitment("2026-000132", p.MAIN, "DIRINFRA", p.ROADS, "1000.00", "1000.00"),
    Commitment("2026-000133", p.MAIN, "DIRINFRA", p.ROADS, "1200.00", "1200.00"),
    Commitment("2026-000134", p.MAIN, "DIRINFRA", p.ROADS, "6000.00", ""),
    Commitment("2026-000135", p.MAIN, "061", p.SOFTWARE, "5000.00", "5000.00"),
    Commitment("2026-000136", p.MAIN, "SAAM D5", p.POSTAL, "700.00", "700.00"),
    Commitment("2026-000137", p.MAIN, "GN5CULTURE", p.BELGIAN, "3600.00", "3600.00"),
    Commitment("2026-000138", p.MAIN, "DIRINFRA", p.ROADS, "2600.00", "2600.00"),
    Commitment("2026-000139", p.MAIN, "GN5CULTURE", p.CATERER, "1000.00", "1000.00"),
    Commitment("2026-000140", p.MAIN, "", p.CATERER, "1000.00", "1000.00"),
    Commitment("2025-009914", p.MAIN, "DIRINFRA", p.ROADS, "8000.00", "1250.50", year="2025", carried_over=True),
    # the annex budgets
    Commitment("L26-0001", p.LABORATORY, "LABO_01", p.REAGENTS, "1000.00", "1000.00"),
    Commitment("L26-0002", p.LABORATORY, "LABO_02", p.REAGENTS, "8000.00", "5200.00", "LAB2026.04", labels=_SOCIAL),
    Commitment("L26-0003", p.LABORATORY, "labo-admin", p.OFFICE, "300.00", "300.00"),
    Commitment("PR.26.118", p.GARAGE, "ATELIER", p.GARAGE_PARTS, "4000.00", "4000.00"),
    Commitment("PR.26.119", p.GARAGE, "MAGASIN", p.GARAGE_PARTS, "2000.00", "2000.00"),
    Commitment("PR.26.120", p.GARAGE, "Parc.Nord", p.GARAGE_PARTS, "2000.00", "2000.00", labels=_LOCAL),
    Commitment("FE_2026_9", p.CHILDREN, "CUISINE", p.CATERER, "9000.00", "6400.00", labels=_BOTH),
    Commitment("FE_2026_10", p.CHILDREN, "FOYER", p.OFFICE, "750.00", "750.00"),
    Commitment("CARS-31", p.COACHES, "CARS", p.GARAGE_PARTS, "100.00", "0.00", status="closed", year="2024"),
    # the formats: one commitment each, all of one supplier and service, so that only the document differs
    *(Commitment(f"2026-0002{n:02d}", p.MAIN, "061", p.SOFTWARE, "2000.00", "2000.00") for n in range(1, 41)),
    *table_reference.COMMITMENTS,
)

_BY_KEY = {(c.number, c.budget, c.year): c for c in COMMITMENTS}
if len(_BY_KEY) != len(COMMITMENTS):
    raise ValueError("two commitments have the same key")

CONTRACT_PARTIES = (
    ("2024/TRX/07", "holder", p.ROADS),
    ("2024/TRX/07", "subcontractor", p.GARAGE_PARTS),
    ("2024/TRX/07", "cocontractor", p.BELGIAN),
    ("MAPA-2025-18", "holder", p.SOFTWARE),
    ("2025-FOUR-03", "holder", p.OFFICE),
    ("LAB2026.04", "holder", p.REAGENTS),
    *table_reference.CONTRACT_PARTIES,
)


def commitment(number: str, budget: Budget | None = None, year: str = "2026") -> Commitment:
    """Look a commitment up by its number; the budget or the exercise tells apart those that share one."""
    found = [c for c in COMMITMENTS if c.number == number and (budget or c.budget, year) == (c.budget, c.year)]
    if not found and year == "2026":
        found = [c for c in COMMITMENTS if c.number == number]
    (only,) = found
    return only


def files(as_of: str) -> dict[str, bytes]:
    """Write the reference folder of a body that exported its data at `as_of`."""
    return {
        "recipients.csv": _csv(_recipient_rows()),
        "services.csv": _csv(_service_rows()),
        "commitments.csv": _csv(_commitment_rows()),
        "contract_parties.csv": _csv(_party_rows()),
        "reference.toml": f"# When the body's finance software exported these files.\nas_of = {as_of}\n".encode(),
    }


def _flag(value: object) -> str:
    return "" if value is None else str(value).lower()


def _csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8")


def _recipient_rows() -> Iterable[tuple[str, ...]]:
    flags = ("active", "service_required", "commitment_required", "service_or_commitment_required")
    yield ("siret", "name", *flags, "amount_basis")
    for budget in p.BUDGETS:
        yield (budget.siret, budget.name, *(_flag(getattr(budget, flag)) for flag in flags), budget.amount_basis)


def _service_rows() -> Iterable[tuple[str, ...]]:
    yield ("recipient_siret", "code", "name", "active", "valid_from", "valid_to", "commitment_required")
    for s in p.SERVICES:
        required = _flag(s.commitment_required)
        yield (s.budget.siret, s.code, s.name, _flag(s.active), s.valid_from, s.valid_to, required)


def _commitment_rows() -> Iterable[tuple[str, ...]]:
    yield (
        "number", "recipient_siret", "service_code", "supplier_id_type", "supplier_id", "contract_number",
        "fiscal_year", "status", "amount", "remaining", "currency", "carried_over", "valid_from", "valid_to", "labels",
    )  # fmt: skip
    for c in COMMITMENTS:
        yield (
            c.number, c.budget.siret, c.service, c.supplier.id_type, c.supplier.identifier, c.contract, c.year,
            c.status, c.amount, c.remaining, c.currency, _flag(c.carried_over),
            f"{c.year}-01-01", "2026-12-31", c.labels,
        )  # fmt: skip


def _party_rows() -> Iterable[tuple[str, ...]]:
    yield ("contract_number", "role", "supplier_id_type", "supplier_id")
    for contract, role, supplier in CONTRACT_PARTIES:
        yield (contract, role, supplier.id_type, supplier.identifier)
