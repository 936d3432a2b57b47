"""The snapshot for one invoice: all reference data and past decisions that concern it, read in one transaction."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select

from rules.decide import Outcome
from rules.lookup import Lookup, lookup
from rules.model import Commitment, Invoice, PastInvoice, Reservation, Snapshot
from rules.normalise import n1, number_key
from worker.store import reference
from worker.store.reference import CurrentImport
from worker.store.schema import invoices, reservations

_MOST_OF_A_SUPPLIER = 200  # commitments offered as candidates at most
_MOST_ALIKE = 20  # invoices that look alike: one is enough to say so
_MOST_RECENT = 20  # invoices of a supplier, to know which commitments it was routed to
_SUSPICIOUS_DAYS = dt.timedelta(days=10)


def take(connection: Connection, invoice: Invoice, invoice_key: str, *, candidates: bool) -> Snapshot:
    """What the rules need to know about one invoice.

    `candidates` adds what a person may choose from: the other commitments of the supplier, and its latest routes. They
    never make or change a route (a property of the rules), so an invoice that is routed without them is decided.
    """
    keys = lookup(invoice)
    past = _past(connection, invoice, invoice_key, keys, candidates=candidates)
    imp = reference.current_import(connection)
    if imp is None:
        return Snapshot(recipient=None, past=past)
    siret = keys.recipient_siret
    commitments = _commitments(connection, imp, keys, past, candidates=candidates)
    contracts = (*keys.contract_keys, *(number_key(c.contract_number) for c in commitments if c.contract_number))
    return Snapshot(
        recipient=reference.recipient(connection, imp, siret) if siret else None,
        services=reference.services(connection, imp, siret) if siret else (),
        commitments=commitments,
        contract_parties=reference.contract_parties(connection, imp, contracts),
        reservations=_reservations(connection, commitments),
        past=past,
        as_of=imp.as_of,
    )


def _commitments(
    connection: Connection, imp: CurrentImport, keys: Lookup, past: Iterable[PastInvoice], *, candidates: bool
) -> tuple[Commitment, ...]:
    """Those whose number or contract could be meant, those of originals, and the supplier's others as candidates."""
    found = [
        *reference.commitments_by_keys(connection, imp, keys.commitment_keys),
        *reference.commitments_by_contract_keys(connection, imp, keys.contract_keys),
    ]
    siret = keys.recipient_siret
    if candidates and siret and keys.supplier_key:
        found += reference.commitments_of_supplier(connection, imp, siret, keys.supplier_key, _MOST_OF_A_SUPPLIER)
    for earlier in past:
        if siret and earlier.commitment_number and n1(earlier.invoice_number or "") in keys.original_numbers:
            number, year = earlier.commitment_number, earlier.commitment_year
            inherited = reference.commitment(connection, imp, siret, number, year)
            found += [inherited] if inherited else []
    return tuple({(c.recipient_siret, c.number, c.fiscal_year): c for c in found}.values())


def _reservations(connection: Connection, commitments: Iterable[Commitment]) -> tuple[Reservation, ...]:
    wanted = {(c.recipient_siret, c.number) for c in commitments}
    if not wanted:
        return ()
    table = reservations.c
    query = select(reservations).where(table.number.in_({number for _, number in wanted})).order_by(table.invoice_key)
    return tuple(
        Reservation(
            invoice_key=row.invoice_key,
            recipient_siret=row.recipient_siret,
            number=row.number,
            fiscal_year=row.fiscal_year,
            amount=row.amount,
        )
        for row in connection.execute(query)
        if (row.recipient_siret, row.number) in wanted
    )


def _past(
    connection: Connection, invoice: Invoice, invoice_key: str, keys: Lookup, *, candidates: bool
) -> tuple[PastInvoice, ...]:
    """The invoice itself, what shares a number with it, a few that look alike, and the supplier's latest routed."""
    table = invoices.c
    queries = [select(invoices).where(table.invoice_key == invoice_key)]
    if keys.supplier_key:
        of_supplier = select(invoices).where(table.supplier_key == keys.supplier_key)
        numbers = {*keys.original_numbers, *([keys.invoice_number] if keys.invoice_number else [])}
        ties = or_(table.number_form.in_(numbers), table.original_form.in_(keys.original_numbers))
        routed = of_supplier.where(table.outcome == Outcome.ROUTED, table.commitment_number.is_not(None))
        queries += [
            of_supplier.where(ties),
            *(of_supplier.where(alike).limit(_MOST_ALIKE) for alike in _look_alikes(invoice)),
        ]
        if candidates:
            queries.append(routed.order_by(table.first_seen.desc(), table.invoice_key).limit(_MOST_RECENT))
    found = {row.invoice_key: row for query in queries for row in connection.execute(query)}
    ordered = sorted(found.values(), key=lambda row: (row.first_seen, row.invoice_key))
    return tuple(_past_invoice(row) for row in ordered)


def _look_alikes(invoice: Invoice) -> Iterator[ColumnElement[bool]]:
    """The condition of invoices with the same total at about the same time, where both are known."""
    day = invoice.issue_date.value if invoice.issue_date else None
    amount = invoice.amount_incl_tax.value if invoice.amount_incl_tax else None
    if day is not None and amount is not None:
        around = invoices.c.issue_date.between(day - _SUSPICIOUS_DAYS, day + _SUSPICIOUS_DAYS)
        yield and_(invoices.c.amount_incl_tax == amount, around)


def _past_invoice(row: Row[Any]) -> PastInvoice:
    return PastInvoice(
        invoice_key=row.invoice_key,
        invoice_number=row.invoice_number,
        supplier_id=row.supplier_id,
        issue_date=row.issue_date,
        portal_invoice_id=row.portal_invoice_id,
        content_hash=row.content_hash,
        outcome=row.outcome,
        amount_incl_tax=row.amount_incl_tax,
        service_code=row.service_code,
        commitment_number=row.commitment_number,
        commitment_year=row.commitment_year,
        first_seen=row.first_seen,
        invoice_type=row.invoice_type,
        original_number=row.original_form,
        closed=row.closed,
    )
