"""Small worlds of reference data in which numbers are much alike, and invoices that name them in many ways."""

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from rules.model import Commitment, CommitmentStatus, ContractParty, Invoice, PastInvoice, Recipient, Snapshot
from tests.unit.rules.build import (
    CLOSED_SERVICE,
    CULTURE,
    DIRINFRA,
    LAB,
    MAIN,
    NOW,
    OFFICE,
    PRINTER,
    ROADS,
    ROADS_2,
    invoice,
    party,
    past,
    snapshot,
)

NUMBERS = ("2026-000101", "2026000101", "26-101", "101", "BC 101", "BC0101", "EJ 2026/101", "M-7", "2025-101", "X-9")
CONTRACTS = ("M-7", "M/7", "101", "2024/TRX/07")
SERVICES = ("DIRINFRA", "CULTURE", "PRESSE", "NOWHERE", None)


def commitments() -> st.SearchStrategy[Commitment]:
    """Any commitment of either budget."""
    return st.builds(
        Commitment,
        number=st.sampled_from(NUMBERS),
        recipient_siret=st.sampled_from((MAIN, MAIN, LAB)),
        fiscal_year=st.sampled_from((2026, 2026, 2025, None)),
        service_code=st.sampled_from(SERVICES),
        supplier_id_type=st.just("SIRET"),
        supplier_id=st.sampled_from((ROADS, ROADS, ROADS_2, OFFICE, None)),
        contract_number=st.sampled_from((*CONTRACTS, None)),
        status=st.sampled_from((CommitmentStatus.OPEN, CommitmentStatus.OPEN, CommitmentStatus.CLOSED)),
        remaining=st.sampled_from((Decimal(5000), Decimal(1200), Decimal(10), None)),
        carried_over=st.booleans(),
        labels=st.just(()),
        valid_from=st.just(dt.date(2026, 1, 1)),
    )


def written_numbers() -> st.SearchStrategy[str | None]:
    """Numbers as suppliers write them: alone, labelled, several, or none."""
    single = st.sampled_from(NUMBERS)
    return st.one_of(
        single,
        single.map(lambda number: f"ej n° {number.lower()}"),
        st.tuples(single, st.sampled_from((";", ", ", " et ", "/", "-")), single).map("".join),
        st.sampled_from((None, "N/A", "0", "F-1", "9999")),
    )


def invoices() -> st.SearchStrategy[Invoice]:
    """Invoices and credit notes by any supplier."""
    return st.builds(
        invoice,
        supplier=st.sampled_from((ROADS, ROADS, ROADS_2, OFFICE, PRINTER)),
        commitment_number=written_numbers(),
        contract_number=st.sampled_from((*CONTRACTS, None)),
        line_commitment_numbers=st.lists(st.sampled_from(NUMBERS), max_size=2),
        service_code=st.sampled_from(SERVICES),
        billing_framework=st.sampled_from((None, "A1", "A2", "A4", "A9", "A12")),
        invoice_type=st.sampled_from(("380", "380", "381")),
        original_invoice_numbers=st.sampled_from(([], ["F-0"], ["F-1"])),
        resubmission=st.sampled_from((None, "Recyclée")),
    )


def parties() -> st.SearchStrategy[ContractParty]:
    """Parties declared on any contract."""
    roles = st.sampled_from(("holder", "cocontractor", "subcontractor"))
    return st.builds(party, roles, st.sampled_from((ROADS, OFFICE)), st.sampled_from(CONTRACTS))


def earlier() -> st.SearchStrategy[PastInvoice]:
    """Earlier invoices of the supplier."""
    return st.builds(
        past,
        key=st.sampled_from(("cpro:0", "cpro:1", "cpro:2")),
        invoice_number=st.sampled_from(("F-0", "F-1")),
        amount_incl_tax=st.sampled_from((Decimal(1200), Decimal(5000))),
        issue_date=st.sampled_from((dt.date(2026, 11, 1), dt.date(2025, 11, 1))),
        commitment_number=st.sampled_from(("2026-000101", None)),
        closed=st.booleans(),
        first_seen=st.sampled_from((NOW - dt.timedelta(days=3), NOW - dt.timedelta(days=90))),
    )


def worlds() -> st.SearchStrategy[Snapshot]:
    """Reference data and a past; commitments and earlier invoices stand once by their keys."""
    return st.builds(
        lambda found, declared, previous, recipient, age: snapshot(
            *{(c.recipient_siret, c.number, c.fiscal_year): c for c in found}.values(),
            services=(DIRINFRA, CULTURE, CLOSED_SERVICE),
            contract_parties=tuple(declared),
            past=tuple({p.invoice_key: p for p in previous}.values()),
            recipient=recipient,
            as_of=NOW - dt.timedelta(hours=age),
        ),
        st.lists(commitments(), max_size=6),
        st.lists(parties(), max_size=2),
        st.lists(earlier(), max_size=2),
        st.builds(
            Recipient,
            siret=st.just(MAIN),
            name=st.just("x"),
            service_required=st.booleans(),
            commitment_required=st.booleans(),
        ),
        st.sampled_from((1, 50)),
    )
