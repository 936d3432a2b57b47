"""What holds of every value that was read from a page, whatever the reference data and the invoice."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rules.decision import Outcome
from rules.findings import ReasonCode
from rules.gates.supplier import AGREEING, agreement, believed
from rules.model import Field, Invoice, Recipient, Snapshot, Syntax
from rules.table import Action
from rules.trust import FIELDS, guessed
from tests.properties.rules.worlds import invoices, worlds
from tests.unit.rules.build import (
    CULTURE,
    DIRINFRA,
    MAIN,
    POLICY,
    ROADS,
    ROADS_2,
    case,
    codes,
    commitment,
    decide,
    guess,
    invoice,
    party,
    past,
    policy,
    snapshot,
)

R = ReasonCode
LISTS = frozenset({"line_commitment_numbers", "original_invoice_numbers"})
AMOUNTS = frozenset({"amount_excl_tax", "amount_tax", "amount_incl_tax", "amount_due"})
NUMBERS = frozenset({"commitment_number", "contract_number", *LISTS})
LEADING = ("service_code", "contract_number", "supplier_id", "supplier_vat", "line_commitment_numbers")
OF_PAGES = frozenset({code for code in R if "_READ_" in code})
OUTSIDE = frozenset({Action.REJECT, Action.RECYCLE, Action.SUSPEND})
EAGER = """
[portal]
recycling = true
[portal.actions]
SUP_MISMATCH = "reject"
AMT_OVER_REMAINING = "reject"
ENG_CLOSED = "suspend"
ENG_AMBIGUOUS = "recycle"
SVC_CONFLICT = "reject"
"""
NUMBER = "2026-000101"
POLICY_THAT_REJECTS = policy(EAGER)
WITH_DEFAULT_SERVICE = policy('[services]\ndefault_service = "DIRINFRA"')
confidences = st.sampled_from((0.0, 0.5, 0.9499, 0.95, 1.0))
guesses = st.dictionaries(st.sampled_from(FIELDS), confidences)
few_guesses = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from((0.95, 0.99, 0.99, 0.5)), max_size=3)


def agreeing_invoices() -> st.SearchStrategy[Invoice]:
    """Invoices of which most are routed in an agreeing world."""
    return st.builds(
        invoice,
        supplier=st.sampled_from((ROADS, ROADS, ROADS, ROADS_2, None)),
        commitment_number=st.sampled_from((NUMBER, NUMBER, NUMBER, None, "26-101", "M-7", "CULTURE")),
        contract_number=st.sampled_from((None, None, NUMBER, "M-7")),
        service_code=st.sampled_from(("DIRINFRA", "DIRINFRA", "CULTURE", "NOWHERE", None)),
        billing_framework=st.sampled_from((None, None, None, "A2", "A9", "A12")),
        supplier_vat=st.sampled_from((None, "FR12999010010")),
        invoice_type=st.sampled_from(("380", "380", "380", "380", "381")),
        original_invoice_numbers=st.sampled_from(([], ["F-0"])),
    )


def agreeing_worlds() -> st.SearchStrategy[Snapshot]:
    """A few commitments of the very supplier, with something missing here and there, in fresh reference data."""
    owed = st.builds(
        commitment,
        st.sampled_from((NUMBER, NUMBER, "101", "2026-101", "M-7")),
        supplier_id=st.sampled_from((ROADS, ROADS, None)),
        service_code=st.sampled_from(("DIRINFRA", "DIRINFRA", "CULTURE", None)),
        contract_number=st.sampled_from((None, "M-7")),
        status=st.sampled_from(("open", "open", "open", "closed")),
    )
    return st.builds(
        lambda found, declared, previous, strict, required: snapshot(
            *{c.number: c for c in found}.values(),
            services=(DIRINFRA, dataclasses.replace(CULTURE, commitment_required=strict)),
            contract_parties=declared,
            past=previous,
            recipient=Recipient(siret=MAIN, name="x", commitment_required=required),
        ),
        st.lists(owed, min_size=1, max_size=3) | st.just([commitment()]),
        st.sampled_from(((), (party("subcontractor", ROADS), party("cocontractor", ROADS)))),
        st.sampled_from(((), (past(),), (past(commitment_number=None),))),
        st.sampled_from((None, True, False)),
        st.booleans(),
    )


def seen(read: Invoice, believed_to: Mapping[str, float]) -> Invoice:
    """The invoice with some of its fields read from a page."""

    def of_page(value: Any, confidence: float) -> Any:
        if isinstance(value, tuple) and not isinstance(value, Field):
            return tuple(guess(item.value, confidence) for item in value)
        return guess(value.value, confidence)

    there = {name: value for name in believed_to if (value := getattr(read, name))}
    return dataclasses.replace(read, **{name: of_page(value, believed_to[name]) for name, value in there.items()})


def without(read: Invoice, names: tuple[str, ...]) -> Invoice:
    """The invoice as if nothing of the page had been read."""
    taken: dict[str, Any] = {name: () if name in LISTS else None for name in names}
    return dataclasses.replace(read, **taken, **({"supplier_ids": ()} if "supplier_id" in names else {}))


@given(invoices(), worlds(), guesses, st.sampled_from((Syntax.PAGE, Syntax.SCAN)))
def test_a_page_is_never_turned_away(read: Invoice, known: Snapshot, sure: dict[str, float], syntax: Syntax) -> None:
    """Nothing is proposed to the portal about an invoice that has nothing but a page, whatever the policy."""
    page = dataclasses.replace(seen(read, sure), syntax=syntax)
    for chosen in (POLICY, POLICY_THAT_REJECTS):
        decision = decide(page, known, chosen)
        assert decision.proposed_action not in OUTSIDE
        assert decision.portal_reason is None


@given(invoices() | agreeing_invoices(), worlds() | agreeing_worlds(), few_guesses)
def test_no_guess_is_a_ground(read: Invoice, known: Snapshot, sure: dict[str, float]) -> None:
    """What is proposed to the portal would be stated without what was read from the page, too."""
    mixed = seen(read, sure)
    for chosen in (POLICY, POLICY_THAT_REJECTS):
        decision = decide(mixed, known, chosen)
        if decision.proposed_action in OUTSIDE:
            bare = decide(without(mixed, guessed(mixed)), known, chosen)
            assert decision.reason in codes(bare.findings)


@given(
    agreeing_invoices() | invoices(),
    agreeing_worlds() | worlds(),
    few_guesses,
    st.sampled_from(LEADING) | st.sampled_from(sorted(set(FIELDS) - AMOUNTS)),
    st.tuples(st.sampled_from((0.0, 0.9499)), st.sampled_from((0.95, 1.0))),
    st.sampled_from((Syntax.PIVOT, Syntax.PAGE)),
)
def test_confidence_only_helps(
    read: Invoice, known: Snapshot, sure: dict[str, float], name: str, raised: tuple[float, float], syntax: Syntax
) -> None:
    """Raising the confidence of what leads somewhere never turns a routed invoice into one for review."""
    others = dict.fromkeys(FIELDS, 0.99) | sure if syntax is Syntax.PAGE else sure
    before, after = (dataclasses.replace(seen(read, others | {name: low}), syntax=syntax) for low in raised)
    for chosen in (POLICY, WITH_DEFAULT_SERVICE):
        if decide(before, known, chosen).outcome is Outcome.ROUTED:
            assert decide(after, known, chosen).outcome is Outcome.ROUTED


@given(invoices(), worlds(), guesses)
def test_a_guess_that_routes_is_sure_and_agrees(read: Invoice, known: Snapshot, sure: dict[str, float]) -> None:
    """A commitment is only taken by a guess alone where it is sure, and the supplier agrees."""
    mixed = seen(read, dict.fromkeys(NUMBERS, 0.99) | sure)
    decision = decide(mixed, known)
    asked = case(mixed, known)
    assert all(agreement(asked, c) in AGREEING for c in decision.commitments)
    used = [getattr(mixed, name) for name in sorted(NUMBERS)]
    flat = [f for item in used if item for f in ((item,) if isinstance(item, Field) else item)]
    if decision.commitments:
        assert any(f.seen is not None and f.seen.confidence >= 0.95 for f in flat)
    if decision.outcome is Outcome.ROUTED:
        assert R.INT_READ_FROM_PAGE in decision.warnings or not guessed(mixed)


@given(invoices(), worlds(), guesses)
def test_what_a_guess_meant_is_offered(read: Invoice, known: Snapshot, sure: dict[str, float]) -> None:
    """The commitment that an unsure number means is among the candidates of the person who has to choose."""
    decision = decide(seen(read, sure), known)
    told = next((f for f in decision.findings if f.code is R.ENG_READ_UNSURE), None)
    if told is None:
        return
    meant = [name.partition(" (")[0] for name in (told.value("commitments") or "").split(", ") if name]
    assert decision.outcome is not Outcome.ROUTED
    if decision.outcome is Outcome.REVIEW:
        assert len(decision.candidates) >= min(len(meant), 5)
        assert len(meant) > 5 or set(meant) <= {candidate.number for candidate in decision.candidates}


@given(invoices(), worlds())
def test_data_is_never_weighed(read: Invoice, known: Snapshot) -> None:
    """An invoice without guesses is taken as it is: nothing is said of pages, and no identifier is put aside."""
    assert believed(case(read, known)) is read
    assert not {f.code for f in decide(read, known).findings} & OF_PAGES
