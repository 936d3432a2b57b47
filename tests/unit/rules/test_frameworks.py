"""Billing frameworks: their classes, and what happens to the documents of each."""

import pytest

from rules.decision import Outcome
from rules.findings import ReasonCode
from rules.frameworks import FrameworkClass, framework_class, is_known, is_works
from rules.table import Action, Queue
from tests.unit.rules.build import BODY, codes, commitment, decide, invoice, snapshot, stated

R = ReasonCode
_CLASSES = {
    FrameworkClass.ORDINARY: "A1 B1 S1 M1 B7 S7 B8 S8 M8",
    FrameworkClass.ALREADY_PAID: "A2 B2 S2 M2",
    FrameworkClass.OUT_OF_SCOPE: "A3 A21",
    FrameworkClass.SUBCONTRACTOR: "A9 A10 S3",
    FrameworkClass.COCONTRACTOR: "A12 A13 A14 S6",
    FrameworkClass.WORKS: "A4 A5 A6 A7 A8 A15 A16 A17 A18 A19 A20 A22 A23 A24 A25",
    FrameworkClass.FINAL: "B4 S4 M4",
}
_WORKS = [
    "A4",
    "A5",
    "A6",
    "A7",
    "A8",
    "A10",
    "A13",
    "A14",
    "A15",
    "A16",
    "A17",
    "A18",
    "A19",
    "A20",
    "A22",
    "A23",
    "A24",
    "A25",
]


@pytest.mark.parametrize(("code", "cls"), [(code, cls) for cls, all_ in _CLASSES.items() for code in all_.split()])
def test_classes(code: str, cls: FrameworkClass) -> None:
    """Every cadre is known and has its class, however it is written; works are those of the written table."""
    assert framework_class(code) is cls
    assert framework_class(f" {code.lower()} ") is cls
    assert is_known(code.lower())
    assert is_works(code) is (code in _WORKS)


@pytest.mark.parametrize("code", [None, "", "A11", "Z9"])
def test_others_are_ordinary(code: str | None) -> None:
    """No cadre, or an unknown one, is read as the ordinary invoice."""
    assert framework_class(code) is FrameworkClass.ORDINARY
    assert not is_works(code)


def test_words_of_other_networks() -> None:
    """The names of other networks' processes are no unknown cadres."""
    assert is_known("urn:fdc:peppol.eu:2017:poacc:billing:01:1.0")
    assert is_known("fen0105A")
    assert not is_known("A11")


@pytest.mark.parametrize("code", ["A2", "B2", "S2", "M2"])
def test_row_9_already_paid(code: str) -> None:
    """An already paid invoice is routed to its own destination; its reason is its first warning, or OK."""
    decision = decide(invoice(billing_framework=code, service_code=None))
    assert (decision.outcome, decision.reason, decision.destination) == (
        Outcome.ROUTED,
        R.SVC_FROM_COMMITMENT,
        "already_paid",
    )
    assert decide(invoice(billing_framework=code)).reason is R.OK
    assert decision.warnings == (R.SVC_FROM_COMMITMENT,)
    assert stated(decision, R.FRM_ALREADY_PAID) == {"framework": code}
    assert decision.proposed_action is Action.NONE


def test_row_9_later_rows_count() -> None:
    """An already paid invoice on a closed commitment is a person's all the same, and goes nowhere by itself."""
    decision = decide(invoice(billing_framework="A2"), snapshot(commitment(status="closed")))
    assert (decision.outcome, decision.reason, decision.destination) == (Outcome.REVIEW, R.ENG_CLOSED, None)


@pytest.mark.parametrize("code", ["A3", "A21"])
def test_row_10_out_of_scope(code: str) -> None:
    """Court costs and tax refunds have people of their own."""
    decision = decide(invoice(billing_framework=code))
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.FRM_OUT_OF_SCOPE)
    assert decision.review_queue is Queue.SPECIAL
    assert decision.proposed_action is Action.NONE


def test_row_11_works() -> None:
    """A works document says so, and is routed like another."""
    decision = decide(invoice(billing_framework="A4"))
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.OK)
    assert codes(decision.findings)[0] is R.FRM_WORKS
    assert stated(decision, R.FRM_WORKS) == {"framework": "A4"}


def test_row_2_unknown() -> None:
    """An unknown cadre is warned of; what is known still routes."""
    decision = decide(invoice(billing_framework="A11"))
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.INT_UNKNOWN_VALUE)
    assert stated(decision, R.INT_UNKNOWN_VALUE) == {"field": "billing_framework", "value": "A11"}
    assert decide(invoice(billing_framework="A1")).findings == decide().findings
    assert decide(known=snapshot(commitment(), recipient=BODY)).destination is None
