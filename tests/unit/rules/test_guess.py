"""Values read from a page: when they are relied on, and that nobody is turned away because of one."""

import dataclasses
from typing import Any

import pytest

from rules.decide import severity_in
from rules.decision import Outcome
from rules.findings import ReasonCode, Severity, finding
from rules.model import Commitment, Field, Invoice, PartyId, Recipient, Snapshot, Syntax
from rules.portal import NOTHING, Proposal, propose
from rules.table import Action, Queue, row_of
from rules.trust import FIELDS, as_text, guessed, is_sure, rests_on_guess
from tests.unit.rules.build import (
    BODY,
    CULTURE,
    DIRINFRA,
    LAB,
    MAIN,
    OFFICE,
    POLICY,
    PRINTER,
    ROADS,
    ROADS_2,
    codes,
    commitment,
    credit,
    decide,
    field,
    guess,
    invoice,
    party,
    past,
    policy,
    snapshot,
    stated,
)

R = ReasonCode
NUMBER = "2026-000101"
UNSURE = 0.9499
NEVER = policy("[page]\nautomatic = false")
REQUIRED = Recipient(siret=MAIN, name="x", commitment_required=True)


def page(confidence: float = 0.99, **changes: Any) -> Invoice:
    """An invoice of which nothing but a page is there, all of it read with this confidence."""
    read = invoice(**changes)
    fields = {name: getattr(read, name) for name in FIELDS}
    seen = {n: guess(f.value, confidence) for n, f in fields.items() if isinstance(f, Field) and f.seen is None}
    return dataclasses.replace(read, syntax=Syntax.PAGE, **seen)


def test_a_page_that_agrees_is_routed() -> None:
    """A page whose number, supplier and recipient are sure and agree is routed, with a warning that says what it is."""
    decision = decide(page())
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.INT_READ_FROM_PAGE)
    assert decision.commitment == commitment()
    assert (decision.service_code, decision.warnings) == ("DIRINFRA", (R.INT_READ_FROM_PAGE,))
    assert "commitment_number" in stated(decision, R.INT_READ_FROM_PAGE)["fields"].split(", ")
    assert decision.reservations


@pytest.mark.parametrize(
    ("read", "known", "chosen", "failed"),
    [
        (invoice(commitment_number=guess(NUMBER, UNSURE)), snapshot(commitment()), POLICY, "confidence"),
        (invoice(commitment_number=guess(NUMBER, 1.0)), snapshot(commitment()), NEVER, "automatic"),
        (invoice(OFFICE, commitment_number=guess(NUMBER)), snapshot(commitment()), POLICY, "supplier"),
        (invoice(None, commitment_number=guess(NUMBER)), snapshot(commitment()), POLICY, "supplier"),
        (invoice(commitment_number=guess(NUMBER)), snapshot(commitment(supplier_id=None)), POLICY, "supplier"),
        (invoice(commitment_number=guess(NUMBER), supplier_id=guess(ROADS, UNSURE)), snapshot(commitment()), POLICY,
         "supplier"),
        (invoice(commitment_number=guess(NUMBER), recipient_siret=guess(MAIN, UNSURE)), snapshot(commitment()), POLICY,
         "recipient"),
        (invoice(OFFICE, commitment_number=guess(NUMBER, 0.5)), snapshot(commitment()), NEVER,
         "automatic, confidence, supplier"),
    ],
)  # fmt: skip
def test_a_number_that_is_not_enough(read: Invoice, known: Snapshot, chosen: Any, failed: str) -> None:
    """A number read from a page that lacks one condition leads nowhere by itself, and is offered to a person."""
    decision = decide(read, known, chosen)
    told = stated(decision, R.ENG_READ_UNSURE)
    assert (told["number"], told["commitments"], told["page_number"]) == (NUMBER, f"{NUMBER} (2026)", "1")
    assert told["failed"] == failed
    assert decision.outcome is Outcome.REVIEW
    assert decision.commitments == ()
    assert decision.match_rung is None
    assert [c.number for c in decision.candidates] == [NUMBER]
    assert (decision.proposed_action, decision.portal_reason) == (Action.NONE, None)


def test_a_number_for_a_closed_budget() -> None:
    """A number read from a page leads to no commitment of a budget that is closed."""
    closed = Recipient(siret=MAIN, name="x", active=False)
    decision = decide(invoice(commitment_number=guess(NUMBER)), snapshot(commitment(), recipient=closed))
    assert decision.reason is R.REC_SIRET_INACTIVE
    assert stated(decision, R.ENG_READ_UNSURE)["failed"] == "recipient"


def test_who_looks_at_a_number_that_is_not_enough() -> None:
    """Finance looks; the confidence is not rounded up; the supplier's agreement counts for the choice."""
    decision = decide(invoice(commitment_number=guess(NUMBER, UNSURE, page=2)))
    assert (decision.reason, decision.review_queue) == (R.ENG_READ_UNSURE, Queue.FINANCE)
    assert stated(decision, R.ENG_READ_UNSURE)["confidence"] == "0.949"
    assert stated(decision, R.ENG_READ_UNSURE)["page_number"] == "2"
    (candidate,) = decision.candidates
    assert candidate.refused_by is R.ENG_READ_UNSURE
    assert ("SUPPLIER_SIRET", 40) in candidate.evidence


@pytest.mark.parametrize(
    ("supplier", "framework", "parties"),
    [(ROADS, None, ()), (ROADS_2, None, ()), (OFFICE, "A12", (party("cocontractor"),))],
    ids=["siret", "siren", "declared"],
)
def test_a_sure_number_with_an_agreeing_supplier(supplier: str, framework: str | None, parties: Any) -> None:
    """A sure guess leads to the commitment of that supplier, firm, or declared co-contractor."""
    known = snapshot(commitment(contract_number="M-7"), contract_parties=parties)
    read = invoice(supplier, commitment_number=guess(NUMBER, 0.95), billing_framework=framework)
    decision = decide(read, known)
    assert (decision.outcome, decision.commitment) == (Outcome.ROUTED, known.commitments[0])


def test_the_number_read_is_always_offered() -> None:
    """The commitment that was read is shown though five others have more points, and ranks behind them."""
    others = (commitment(f"X-{n}") for n in range(6))
    known = snapshot(commitment(supplier_id=PRINTER, status="closed"), *others)
    candidates = decide(invoice(commitment_number=guess(NUMBER, UNSURE)), known).candidates
    assert len(candidates) == 5
    assert (candidates[-1].number, candidates[-1].rank) == (NUMBER, 5)


@pytest.mark.parametrize(
    ("confidence", "reason", "failed"),
    [(0.99, R.ENG_NOT_FOUND_CANDIDATES, None), (0.2, R.ENG_READ_UNSURE, "confidence, found")],
)
def test_a_number_that_nobody_knows(confidence: float, reason: ReasonCode, failed: str | None) -> None:
    """A guess that is not found goes to a person, and the supplier is not blamed for our reading."""
    decision = decide(invoice(commitment_number=guess("9999", confidence)))
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, reason)
    assert failed is None or stated(decision, reason)["failed"] == failed
    assert decision.proposed_action in {Action.NONE, Action.INTERNAL_REROUTE}
    assert decision.portal_reason is None
    alone = decide(invoice(PRINTER, commitment_number=guess("9999", confidence)))
    assert (alone.outcome, alone.proposed_action) == (Outcome.REVIEW, Action.NONE)


def test_an_ambiguous_guess_stays_ambiguous() -> None:
    """A number that may mean several needs a person for that reason, however it was read."""
    known = snapshot(commitment("101"), commitment("0101"))
    assert decide(invoice(commitment_number=guess("BC 00101", 0.1)), known).reason is R.ENG_AMBIGUOUS


@pytest.mark.parametrize("confidence", [0.5, 0.99])
def test_contract_numbers_are_weighed_too(confidence: float) -> None:
    """A contract number read from a page leads to a commitment under the same conditions."""
    sure = confidence > 0.95
    contract = guess("M-7", confidence)
    known = snapshot(commitment(contract_number="M-7"), recipient=REQUIRED)
    market = decide(invoice(commitment_number=None, contract_number=contract), known)
    assert (R.ENG_FROM_MARKET in codes(market.findings)) is sure
    assert (R.ENG_READ_UNSURE in codes(market.findings)) is not sure
    swapped = decide(invoice(commitment_number=None, contract_number=guess(NUMBER, confidence)))
    assert (swapped.outcome is Outcome.ROUTED) is sure
    assert (R.ENG_MATCH_SWAPPED_FIELD in codes(swapped.findings)) is sure
    given = decide(invoice(commitment_number="9999", contract_number=guess(NUMBER, confidence)))
    assert (given.outcome is Outcome.ROUTED) is sure
    assert [c.number for c in market.candidates] == ([] if sure else [NUMBER])


def test_numbers_of_lines_are_weighed_together() -> None:
    """Of several numbers the least sure counts; a number in the data beside a guess on a line leads by itself."""
    known = snapshot(commitment("A-1"), commitment("B-2"))
    lines = [guess("A-1"), guess("B-2", 0.4, page=3)]
    read = dataclasses.replace(invoice(commitment_number=None), line_commitment_numbers=tuple(lines))
    decision = decide(read, known)
    assert decision.reason is R.ENG_READ_UNSURE
    assert stated(decision, R.ENG_READ_UNSURE)["page_number"] == "3"
    assert {c.number for c in decision.candidates} == {"A-1", "B-2"}
    header = dataclasses.replace(read, commitment_number=field("A-1"))
    assert decide(header, known).outcome is Outcome.ROUTED


def test_original_of_a_credit_note() -> None:
    """A credit note whose original is only guessed inherits a commitment when sure, and never a service by itself."""
    original = past(amount_incl_tax=None)
    for confidence, outcome in ((0.5, Outcome.REVIEW), (0.99, Outcome.ROUTED)):
        read = dataclasses.replace(credit(), original_invoice_numbers=(guess("F-0", confidence),))
        decision = decide(read, snapshot(commitment(), past=(original,)))
        assert decision.outcome is outcome
        assert (R.ENG_READ_UNSURE in codes(decision.findings)) is (outcome is Outcome.REVIEW)
        bare = dataclasses.replace(original, commitment_number=None)
        alone = dataclasses.replace(read, service_code=None, commitment_number=None)
        assert R.SVC_MISSING in codes(decide(alone, snapshot(past=(bare,))).findings)


@pytest.mark.parametrize(
    ("given", "confidence", "failed"),
    [
        ("DIRINFRA", UNSURE, "confidence"),
        ("NOWHERE", 0.99, "found"),
        ("PRESSE", 0.5, "confidence, found"),
        ("CULTURE", 0.99, "commitment"),
    ],
)
def test_a_service_that_is_not_enough(given: str, confidence: float, failed: str) -> None:
    """A service read from a page gives way to the commitment's, with a warning; without one a person looks."""
    read = invoice(service_code=guess(given, confidence))
    decision = decide(read)
    assert (decision.outcome, decision.service_code) == (Outcome.ROUTED, "DIRINFRA")
    assert decision.warnings == (R.INT_READ_FROM_PAGE, R.SVC_READ_OVERRIDDEN)
    assert stated(decision, R.SVC_READ_OVERRIDDEN)["failed"] == failed
    assert decision.proposed_action is Action.NONE
    alone = decide(dataclasses.replace(read, commitment_number=None), snapshot())
    if failed == "commitment":
        assert (alone.outcome, alone.service_code) == (Outcome.ROUTED, "CULTURE")
    else:
        assert (alone.outcome, alone.reason) == (Outcome.REVIEW, R.SVC_READ_UNSURE)
        assert (alone.review_queue, alone.proposed_action) == (Queue.FINANCE, Action.NONE)


def test_a_sure_service() -> None:
    """A usable service read for sure is taken; whether it needs a commitment is only asked of one that is sure."""
    assert decide(invoice(service_code=guess("dirinfra"))).warnings == (R.INT_READ_FROM_PAGE,)
    strict = dataclasses.replace(CULTURE, commitment_required=True)
    for confidence, required in ((0.99, True), (0.5, False)):
        read = invoice(service_code=guess("CULTURE", confidence), commitment_number=None)
        found = codes(decide(read, snapshot(services=(DIRINFRA, strict))).findings)
        assert (R.ENG_MISSING_REQUIRED in found) is required


@pytest.mark.parametrize(
    ("siret", "confidence", "reason", "failed"),
    [
        (MAIN, UNSURE, R.REC_READ_UNSURE, "confidence"),
        (LAB, 0.2, R.REC_READ_UNSURE, "confidence, found"),
        (LAB, 0.99, R.REC_SIRET_UNKNOWN, None),
    ],
)
def test_a_recipient_that_is_not_enough(siret: str, confidence: float, reason: ReasonCode, failed: str | None) -> None:
    """A recipient read from a page must be ours and sure; the supplier is not told otherwise."""
    known = snapshot(commitment(), recipient=BODY if siret == MAIN else None)
    decision = decide(invoice(recipient_siret=guess(siret, confidence)), known)
    assert (decision.outcome, decision.reason, decision.review_queue) == (Outcome.REVIEW, reason, Queue.FINANCE)
    assert (decision.proposed_action, decision.portal_reason) == (Action.NONE, None)
    assert stated(decision, reason).get("failed") == failed
    assert stated(decision, reason)["siret"] == siret


def test_a_sure_recipient() -> None:
    """A recipient read for sure is the recipient."""
    assert decide(invoice(recipient_siret=guess(MAIN, 0.95))).outcome is Outcome.ROUTED


@pytest.mark.parametrize("known", [commitment(), commitment(supplier_id=OFFICE), commitment(supplier_id=None)])
def test_a_supplier_that_is_not_sure(known: Commitment) -> None:
    """An unsure supplier agrees with no commitment and contradicts none: a person looks."""
    decision = decide(invoice(supplier_id=guess(ROADS, UNSURE)), snapshot(known))
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.SUP_READ_UNSURE)
    assert (decision.review_queue, decision.proposed_action) == (Queue.FINANCE, Action.NONE)
    told = stated(decision, R.SUP_READ_UNSURE)
    assert (told["given"], told["expected"], told["failed"]) == (ROADS, known.supplier_id or "", "confidence")
    assert not {R.SUP_MISMATCH, R.SUP_SIRET_EQUAL} & set(codes(decision.findings))
    assert [c.number for c in decision.candidates] == [NUMBER]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"supplier_id": guess(ROADS)}, R.SUP_SIRET_EQUAL),
        ({"supplier_id": guess(OFFICE)}, R.SUP_MISMATCH),
        ({"supplier_id": guess(OFFICE), "supplier_vat": "FR12999010010"}, R.SUP_SIREN_EQUAL),
        ({"supplier_vat": guess("FR12999010010", 0.1)}, R.SUP_SIRET_EQUAL),
        ({"supplier_id": guess(OFFICE, 0.1),
          "supplier_ids": (PartyId(OFFICE, "SIRET", ""), PartyId(ROADS, "SIRET", ""))}, R.SUP_SIRET_EQUAL),
    ],
)  # fmt: skip
def test_which_identifier_of_the_supplier_counts(changes: dict[str, Any], reason: ReasonCode) -> None:
    """Beside an identifier in the data no guess counts; alone, a sure one does."""
    supplier = changes["supplier_id"].value if "supplier_id" in changes else ROADS
    decision = decide(invoice(supplier, **changes))
    assert [c for c in codes(decision.findings) if c.startswith("SUP_")] == [reason]
    assert decision.proposed_action is Action.NONE


def test_a_vat_number_alone() -> None:
    """A VAT number read from a page names the firm, where it is sure and nothing else does."""
    for confidence, reason in ((0.99, R.SUP_SIREN_EQUAL), (0.5, R.SUP_READ_UNSURE)):
        found = codes(decide(invoice(None, supplier_vat=guess("FR12999010010", confidence))).findings)
        assert [c for c in found if c.startswith("SUP_")] == [reason]


def test_a_subcontractor_that_is_only_guessed() -> None:
    """A sub-contractor read from a page is not declared by a guess, and no rejection is proposed."""
    known = snapshot(contract_parties=(party("subcontractor"),))
    read = {"commitment_number": None, "billing_framework": "A9"}
    unsure = decide(invoice(OFFICE, supplier_id=guess(OFFICE, 0.3), contract_number="M-7", **read), known)
    assert R.SUP_READ_UNSURE in codes(unsure.findings)
    contract = decide(invoice(OFFICE, contract_number=guess("M-7"), **read), known)
    assert (contract.reason, contract.proposed_action) == (R.SUP_SUBCONTRACTOR_UNDECLARED, Action.NONE)
    assert decide(invoice(OFFICE, contract_number="M-7", **read), known).outcome is Outcome.ROUTED


def test_a_wrong_key_may_be_our_own_reading() -> None:
    """The key of an identifier that was read from a page only warns."""
    known = snapshot(commitment(supplier_id=None))
    decision = decide(invoice("99901001000019", supplier_id=guess("99901001000019")), known)
    assert decision.outcome is Outcome.ROUTED
    assert severity_in(decision, R.IDN_KEY_INVALID) is Severity.WARNING
    assert decide(invoice("99901001000019"), known).reason is R.IDN_KEY_INVALID


def test_amounts() -> None:
    """An unsure amount is not known: it reserves nothing, adds up to nothing and exceeds nothing; a sure one counts."""
    for confidence, codes_, reserved in ((0.5, {R.AMT_UNKNOWN}, 0), (0.99, {R.AMT_WITHIN_REMAINING}, 1)):
        decision = decide(invoice(amount_incl_tax=guess(field(1).value * 1200, confidence)))
        assert codes_ <= set(codes(decision.findings))
        assert len(decision.reservations) == reserved
    over = invoice(amount_tax=guess(9000), amount_incl_tax=guess(9999))
    assert decide(over).reason is R.INT_AMOUNTS_INCONSISTENT
    assert (decide(over).proposed_action, decide(over).outcome) == (Action.NONE, Outcome.REVIEW)
    unsure = decide(invoice(amount_incl_tax=guess(9999, 0.5)))
    assert (unsure.outcome, unsure.warnings) == (Outcome.ROUTED, (R.INT_READ_FROM_PAGE, R.AMT_UNKNOWN))
    read = dataclasses.replace(credit("F-0"), amount_incl_tax=guess(9999, 0.5))
    assert R.CRN_EXCEEDS_ORIGIN not in codes(decide(read, snapshot(commitment(), past=(past(),))).findings)


@pytest.mark.parametrize("changes", [{"invoice_number": guess("F-0")}, {"supplier_id": guess(ROADS)}])
def test_duplicates(changes: dict[str, Any]) -> None:
    """A number or a supplier read from a page makes a suspect for a person, not a ground for rejection."""
    known = snapshot(commitment(), past=(past(),))
    decision = decide(invoice(**({"invoice_number": "F-0"} | changes)), known)
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.DUP_SAME_NUMBER_YEAR)
    assert (decision.proposed_action, decision.portal_reason) == (Action.NONE, None)
    data = decide(invoice(invoice_number="F-0"), known)
    assert (data.proposed_action, data.portal_reason) == (Action.REJECT, "DOUBLON")


def test_what_rests_on_data_keeps_its_proposal() -> None:
    """A guess elsewhere in an invoice takes no proposal away that rests on data."""
    decision = decide(invoice(service_code=guess("CULTURE")), snapshot(recipient=None))
    assert (decision.reason, decision.proposed_action) == (R.REC_SIRET_UNKNOWN, Action.REJECT)


def test_a_whole_page_proposes_nothing() -> None:
    """Of a page nothing is a ground, not even what is missing from it: it may be there all the same."""
    missing = decide(page(commitment_number=None), snapshot(recipient=REQUIRED))
    assert (missing.reason, missing.proposed_action) == (R.ENG_MISSING_REQUIRED, Action.NONE)
    assert decide(page(recipient_siret=LAB), snapshot(recipient=None)).proposed_action is Action.NONE


@pytest.mark.parametrize("code", R)
def test_no_policy_proposes_on_a_guess(code: ReasonCode) -> None:
    """Whatever a body wants proposed, on a guess only what stays inside is, and the portal hears no reason."""
    eager = policy(f'[portal.actions]\n{code} = "reject"\n[portal.reasons]\n{code} = "X"')
    assert propose(row_of(code), eager, works=False, guess=True) == NOTHING
    inside = policy(f'[portal.actions]\n{code} = "internal_reroute"\n[portal.reasons]\n{code} = "X"')
    assert propose(row_of(code), inside, works=False, guess=True) == Proposal(Action.INTERNAL_REROUTE, None)


def test_a_value_of_a_page_without_evidence_is_not_believed() -> None:
    """Where an invoice is nothing but a page, a value that does not say where it was seen is unsure."""
    read = dataclasses.replace(invoice(), syntax=Syntax.SCAN)
    decision = decide(read)
    assert decision.reason is R.REC_READ_UNSURE
    told = stated(decision, R.ENG_READ_UNSURE)
    assert (told["page_number"], told["confidence"]) == ("", "")
    assert not is_sure(read, read.service_code, POLICY.page.threshold)
    assert is_sure(read, None, POLICY.page.threshold)


def test_the_threshold_is_the_policys() -> None:
    """A body may ask for more, or for less, and for one of its budgets."""
    read = invoice(commitment_number=guess(NUMBER, 0.9))
    assert decide(read, chosen=policy("[page]\nthreshold = 0.9")).outcome is Outcome.ROUTED
    assert decide(read, chosen=policy(f"[recipients.{MAIN}.page]\nthreshold = 0.8")).outcome is Outcome.ROUTED
    assert decide(page(1.0), chosen=policy("[page]\nthreshold = 1")).outcome is Outcome.ROUTED
    assert decide(read, chosen=policy("[page]\nthreshold = 1.1")).reason is R.ENG_READ_UNSURE


def test_divergence_warns() -> None:
    """What the visible page says otherwise than the data is told, and data lead."""
    values = {"field": "invoice_number", "data": "F-1", "page": "F-7", "place": "page 1"}
    decision = decide(invoice(findings=(finding(R.INT_PAGE_DIVERGENCE, **values),)))
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.INT_PAGE_DIVERGENCE)


def test_the_page_is_told_once() -> None:
    """Where the reader has said what it read from the page, the rules do not say it again."""
    said = finding(R.INT_READ_FROM_PAGE, fields="commitment_number")
    decision = decide(page(findings=(said,)))
    assert [f for f in decision.findings if f.code is R.INT_READ_FROM_PAGE] == [said]


def test_what_was_guessed() -> None:
    """The fields that were read from a page are named in one order, lists among them; data are none."""
    read = dataclasses.replace(
        invoice(service_code=guess("X"), invoice_number=guess("1")), line_commitment_numbers=(field("1"), guess("2"))
    )
    assert guessed(read) == ("invoice_number", "service_code", "line_commitment_numbers")
    assert guessed(invoice()) == ()
    assert not rests_on_guess(R.OK, None)
    assert not rests_on_guess(R.OK, invoice())
    assert rests_on_guess(R.OK, read)  # a reason that is not listed rests on everything


def test_fields_are_those_of_the_model() -> None:
    """Every field of an invoice that may have been read from a page is looked at."""
    kinds = {f.name: str(f.type) for f in dataclasses.fields(Invoice)}
    assert set(FIELDS) == {name for name, kind in kinds.items() if "Field[" in kind}


@pytest.mark.parametrize(
    ("confidence", "shown"), [(0.9499999, "0.949"), (1.0, "1"), (0.0, "0"), (1e-9, "0"), (0.5, "0.5")]
)
def test_confidence_is_never_rounded_up(confidence: float, shown: str) -> None:
    """What is shown below the threshold is below it."""
    assert as_text(confidence) == shown


def test_stale_data_excuse_a_sure_guess() -> None:
    """A sure number that is not found in old data waits for the next import, as it would in data."""
    old = snapshot(commitment(), as_of=None)
    decision = decide(invoice(commitment_number=guess("9999")), old)
    assert (decision.outcome, decision.reason) == (Outcome.WAITING, R.REF_STALE)
