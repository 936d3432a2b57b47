"""Reading reference data for a decision: each question is an equality on an indexed column of one import.

Answers are frozen values of the rules, in an order that does not depend on the order of the reference files.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, case, select

from rules.model import AmountBasis, Commitment, CommitmentStatus, ContractParty, Recipient, Service
from worker.reference.report import ReferenceStatus
from worker.store.reference.changes import TABLES, count_rows
from worker.store.schema import commitments as _commitments
from worker.store.schema import contract_parties as _contract_parties
from worker.store.schema import recipients as _recipients
from worker.store.schema import reference_imports as _imports
from worker.store.schema import services as _services

_KEYS_AT_ONCE = 500


class CurrentImport(NamedTuple):
    """The import in force: its number, and when the finance software exported it."""

    number: int
    as_of: dt.datetime


def current_import(connection: Connection) -> CurrentImport | None:
    """The import in force, or None before the first."""
    row = connection.execute(
        select(_imports.c.import_number, _imports.c.as_of).where(_imports.c.is_current)
    ).one_or_none()
    return None if row is None else CurrentImport(row.import_number, row.as_of)


def status(connection: Connection) -> ReferenceStatus | None:
    """The import in force and how much it holds, or None before the first."""
    row = connection.execute(select(_imports).where(_imports.c.is_current)).one_or_none()
    if row is None:
        return None
    return ReferenceStatus(
        import_number=row.import_number,
        as_of=row.as_of,
        imported_at=row.imported_at,
        rows=tuple((table.name, count_rows(connection, table, row.import_number)) for table in TABLES),
    )


def recipient(connection: Connection, imp: CurrentImport, siret: str) -> Recipient | None:
    """The recipient with this SIRET (14 digits), or None."""
    row = connection.execute(_of(_recipients, imp).where(_recipients.c.siret == siret)).first()
    return None if row is None else _recipient(row)


def recipients_sirets(connection: Connection, imp: CurrentImport) -> tuple[str, ...]:
    """The SIRETs of all recipients, ascending."""
    wanted = select(_recipients.c.siret).where(_recipients.c.import_number == imp.number)
    return tuple(sorted(connection.scalars(wanted)))


def services(connection: Connection, imp: CurrentImport, siret: str) -> tuple[Service, ...]:
    """The services of one recipient, active or not, by code."""
    rows = connection.execute(_of(_services, imp).where(_services.c.recipient_siret == siret))
    return tuple(sorted(map(_service, rows), key=lambda service: service.code))


def commitments_by_keys(connection: Connection, imp: CurrentImport, keys: Iterable[str]) -> tuple[Commitment, ...]:
    """The commitments of all recipients whose number has one of these `rules.normalise.number_key`s."""
    return _commitments_among(connection, imp, _commitments.c.number_key, keys)


def commitments_by_contract_keys(
    connection: Connection, imp: CurrentImport, keys: Iterable[str]
) -> tuple[Commitment, ...]:
    """The commitments of all recipients whose contract number has one of these `rules.normalise.number_key`s."""
    return _commitments_among(connection, imp, _commitments.c.contract_key, keys)


def commitments_of_supplier(
    connection: Connection, imp: CurrentImport, siret: str, supplier_key: str, limit: int
) -> tuple[Commitment, ...]:
    """At most `limit` commitments of a recipient for a supplier (`rules.identifiers.party_key`).

    Open ones first, then those of the latest fiscal year, then by number.
    """
    table = _commitments.c
    wanted = (
        _of(_commitments, imp)
        .where(table.recipient_siret == siret, table.supplier_key == supplier_key)
        .order_by(
            case((table.status == CommitmentStatus.OPEN.value, 0), else_=1),
            table.fiscal_year.desc().nulls_last(),
            table.number,
        )
        .limit(limit)
    )
    return tuple(map(_commitment, connection.execute(wanted)))


def commitment(
    connection: Connection, imp: CurrentImport, siret: str, number: str, fiscal_year: int | None
) -> Commitment | None:
    """The commitment with exactly this key, or None. A commitment without a year is asked for with None."""
    table = _commitments.c
    wanted = _of(_commitments, imp).where(
        table.recipient_siret == siret, table.number == number, table.fiscal_year.is_not_distinct_from(fiscal_year)
    )
    row = connection.execute(wanted).first()
    return None if row is None else _commitment(row)


def commitments_numbered(connection: Connection, imp: CurrentImport, siret: str, number: str) -> tuple[Commitment, ...]:
    """The commitments of a recipient with exactly this number, by exercise."""
    table = _commitments.c
    rows = connection.execute(_of(_commitments, imp).where(table.recipient_siret == siret, table.number == number))
    return tuple(sorted(map(_commitment, rows), key=_commitment_order))


def contract_parties(
    connection: Connection, imp: CurrentImport, contract_keys: Iterable[str]
) -> tuple[ContractParty, ...]:
    """The parties of the contracts whose number has one of these `rules.normalise.number_key`s."""
    rows = _among(connection, imp, _contract_parties, _contract_parties.c.contract_key, contract_keys)
    return tuple(sorted(set(map(_contract_party, rows)), key=_party_order))


def _of(table: Table, imp: CurrentImport) -> Select[Any]:
    return select(table).where(table.c.import_number == imp.number)


def _among(
    connection: Connection, imp: CurrentImport, table: Table, column: ColumnElement[Any], keys: Iterable[str]
) -> Iterator[Row[Any]]:
    distinct = tuple(dict.fromkeys(keys))
    for start in range(0, len(distinct), _KEYS_AT_ONCE):
        some = distinct[start : start + _KEYS_AT_ONCE]
        yield from connection.execute(_of(table, imp).where(column.in_(some)))


def _commitments_among(
    connection: Connection, imp: CurrentImport, column: ColumnElement[Any], keys: Iterable[str]
) -> tuple[Commitment, ...]:
    rows = _among(connection, imp, _commitments, column, keys)
    return tuple(sorted(map(_commitment, rows), key=_commitment_order))


def _commitment_order(commitment: Commitment) -> tuple[str, str, int]:
    return commitment.recipient_siret, commitment.number, commitment.fiscal_year or 0


def _party_order(party: ContractParty) -> tuple[str, str, str, str]:
    return party.contract_number, party.role, party.supplier_id_type or "", party.supplier_id


def _recipient(row: Row[Any]) -> Recipient:
    return Recipient(
        siret=row.siret,
        name=row.name,
        active=row.active,
        service_required=row.service_required,
        commitment_required=row.commitment_required,
        service_or_commitment_required=row.service_or_commitment_required,
        amount_basis=AmountBasis(row.amount_basis),
    )


def _service(row: Row[Any]) -> Service:
    return Service(
        recipient_siret=row.recipient_siret,
        code=row.code,
        name=row.name,
        active=row.active,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        commitment_required=row.commitment_required,
    )


def _commitment(row: Row[Any]) -> Commitment:
    return Commitment(
        number=row.number,
        recipient_siret=row.recipient_siret,
        fiscal_year=row.fiscal_year,
        service_code=row.service_code,
        supplier_id_type=row.supplier_id_type,
        supplier_id=row.supplier_id,
        contract_number=row.contract_number,
        status=CommitmentStatus(row.status),
        amount=row.amount,
        remaining=row.remaining,
        currency=row.currency,
        carried_over=row.carried_over,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        labels=tuple(row.labels.split("|")) if row.labels else (),
    )


def _contract_party(row: Row[Any]) -> ContractParty:
    return ContractParty(
        contract_number=row.contract_number,
        role=row.role,
        supplier_id_type=row.supplier_id_type,
        supplier_id=row.supplier_id,
    )
