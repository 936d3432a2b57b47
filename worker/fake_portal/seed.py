"""A portal filled from reference data: its structures and services, and invoices for its commitments."""

import csv
import datetime as dt
import random
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from worker.errors import ConfigurationError
from worker.fake_portal.clock import Clock
from worker.fake_portal.life import DepositRefused
from worker.fake_portal.model import ID_TYPES, Credentials, Form, Quirks, Structure, Supplier
from worker.fake_portal.portal import Portal

_CENT = Decimal("0.01")
_FORMS = (Form.PDF, Form.FACTURX, Form.UBL, Form.CII)
_RATES = (Decimal(20), Decimal(10), Decimal("5.5"))
_COUNTRY_CHARACTERS = 2
Row = dict[str, str]


def from_reference(
    folder: Path, *, clock: Clock, credentials: Credentials | None = None, quirks: Quirks | None = None
) -> Portal:
    """A portal with the recipients and services of `recipients.csv` and `services.csv`.

    Raises `ConfigurationError` where one of them cannot be read.
    """
    portal = Portal(clock, credentials=credentials, quirks=quirks)
    structures = {row["siret"]: _structure(portal, row) for row in _rows(folder, "recipients.csv", "siret", "name")}
    for row in _rows(folder, "services.csv", "recipient_siret", "code"):
        if row["recipient_siret"] in structures:
            portal.add_service(
                structures[row["recipient_siret"]],
                row["code"],
                row.get("name") or row["code"],
                active=row.get("active") != "false",
                commitment_required=row.get("commitment_required") == "true",
                valid_from=_date(row.get("valid_from")),
                valid_to=_date(row.get("valid_to")),
            )
    return portal


def deposit_some(portal: Portal, folder: Path, count: int, *, seed: int = 0) -> list[int]:
    """Deposit `count` invoices for the commitments of `commitments.csv`; their ids.

    Four in five are as they should be; of the others, the commitment is unknown, absent, or another service's. What
    the portal itself refuses is not deposited, and another one is drawn for it.
    """
    draw = random.Random(seed)  # noqa: S311 - invented invoices
    structures = {structure.siret: structure for structure in portal.ours() if structure.active}
    orders = [
        row
        for row in _rows(folder, "commitments.csv", "number", "recipient_siret", "supplier_id")
        if row["recipient_siret"] in structures and row.get("status", "open") == "open"
    ]
    if not orders:
        raise ConfigurationError(f"{folder}/commitments.csv: there is no open commitment of an active recipient")
    suppliers: dict[str, Supplier] = {}
    made: list[int] = []
    for attempt in range(count * 20):
        if len(made) == count:
            break
        row = draw.choice(orders)
        supplier = suppliers.setdefault(row["supplier_id"], _supplier(portal, row))
        try:
            made.append(_deposit(portal, structures[row["recipient_siret"]], supplier, row, draw, attempt))
        except DepositRefused:
            continue
    return made


def _deposit(
    portal: Portal, structure: Structure, supplier: Supplier, row: Row, draw: random.Random, attempt: int
) -> int:
    remaining = Decimal(row.get("remaining") or row.get("amount") or "100")
    gross = max(remaining * draw.randint(1, 20) / 100, Decimal(10))
    rate = draw.choice(_RATES)
    fields: dict[str, Any] = {
        "service_code": row.get("service_code") or None,
        "commitment_number": row["number"],
        "contract_number": row.get("contract_number") or None,
    }
    unspoilt: list[dict[str, Any]] = [{}] * 16
    fields |= draw.choice([*unspoilt, *_mistakes(structure, draw)])
    return portal.deposit(
        structure,
        supplier,
        f"FP{draw.randint(10, 99)}-{attempt + 1:06d}",
        (gross / (1 + rate / 100)).quantize(_CENT, ROUND_HALF_UP),
        issued=portal.clock.now().date() - dt.timedelta(days=draw.randint(0, 20)),
        tax_rate=rate,
        form=draw.choice(_FORMS),
        framework=draw.choice(("A1",) * 18 + ("A9", "A5")),
        **fields,
    )


def _mistakes(structure: Structure, draw: random.Random) -> Iterator[dict[str, Any]]:
    yield {"commitment_number": f"INCONNU-{draw.randint(100, 999)}"}
    yield {"commitment_number": None}
    yield {"contract_number": "MARCHE-INCONNU"}
    yield {"service_code": draw.choice(structure.services).code if structure.services else None}


def _structure(portal: Portal, row: Row) -> Structure:
    return portal.add_structure(
        row["siret"],
        row["name"],
        active=row.get("active") != "false",
        service_required=row.get("service_required") == "true",
        commitment_required=row.get("commitment_required") == "true",
        service_or_commitment_required=row.get("service_or_commitment_required") == "true",
    )


def _supplier(portal: Portal, row: Row) -> Supplier:
    identifier, kind = row["supplier_id"], row.get("supplier_id_type") or "1"
    kind = kind if kind in ID_TYPES else "6"
    country = identifier[:_COUNTRY_CHARACTERS] if identifier[:_COUNTRY_CHARACTERS].isalpha() else "FR"
    return portal.add_supplier(identifier, f"Fournisseur {identifier[-5:]}", id_type=kind, country=country)


def _rows(folder: Path, name: str, *needed: str) -> list[Row]:
    try:
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(f"{folder / name}: cannot be read ({error})") from None
    if any(row.get(column) is None for row in rows for column in needed):
        raise ConfigurationError(f"{folder / name}: a row lacks one of {', '.join(needed)}")
    return rows


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
