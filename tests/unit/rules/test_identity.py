"""The invoice and its past: rows 4 to 8."""

import datetime as dt
from decimal import Decimal

import pytest

from rules.decision import Outcome
from rules.findings import ReasonCode
from rules.gates.identity import invoice_key, unreadable_key
from rules.model import Invoice, PastInvoice
from rules.table import Action, Queue
from tests.unit.rules.build import (
    KEY,
    NOW,
    codes,
    commitment,
    credit,
    decide,
    invoice,
    past,
    policy,
    reservation,
    snapshot,
    stated,
)

R = ReasonCode
_IDENTITY = {
    R.DUP_SAME_DELIVERY,
    R.LIN_COMPLETED,
    R.LIN_RECYCLED,
    R.DUP_SAME_NUMBER_YEAR,
    R.LIN_REISSUE,
    R.DUP_SUSPECT,
}


def _of(read: Invoice, *earlier: PastInvoice, **changes: object) -> tuple[object, list[ReasonCode]]:
    decision = decide(read, snapshot(commitment(), past=earlier), **changes)
    return decision, [code for code in codes(decision.findings) if code in _IDENTITY]


def test_keys() -> None:
    """An invoice is known by the portal's id, else by its content, else by its place."""
    assert invoice_key(invoice(portal_invoice_id="77"), "sha", 3) == "cpro:77"
    assert invoice_key(invoice(), "sha", 3) == "sha256:hash-1"
    assert invoice_key(invoice(content_hash=None), "sha", 3) == "document:sha:3"
    assert unreadable_key("sha", 0) == "document:sha:0"


def test_row_4_same_delivery() -> None:
    """The same content under the same key is the same delivery: it points to the first, and reserves nothing."""
    decision, found = _of(invoice(), past(KEY, content_hash="hash-1", invoice_number="F-1"))
    assert found == [R.DUP_SAME_DELIVERY]
    assert (decision.outcome, decision.reason) == (Outcome.DUPLICATE, R.DUP_SAME_DELIVERY)
    assert decision.linked_to == KEY
    assert decision.reservations == ()
    assert decision.review_queue is None


def test_row_4_an_invoice_that_waits_is_no_duplicate_of_itself() -> None:
    """Deciding again is not receiving again."""
    itself = past(KEY, content_hash="hash-1", invoice_number="F-1")
    decision, found = _of(invoice(), itself, waiting_since=NOW - dt.timedelta(hours=1))
    assert (decision.outcome, found) == (Outcome.ROUTED, [])


@pytest.mark.parametrize(
    ("renvoi", "code"),
    [
        (None, R.LIN_COMPLETED),
        ("Non", R.LIN_COMPLETED),
        ("Complétée", R.LIN_COMPLETED),
        ("Oui", R.LIN_COMPLETED),
        ("Recyclée", R.LIN_RECYCLED),
        ("RECYCLEE", R.LIN_RECYCLED),
    ],
)
def test_row_5_same_portal_id(renvoi: str | None, code: ReasonCode) -> None:
    """Other content under the same key is a new attempt, whatever the portal calls it."""
    decision, found = _of(invoice(resubmission=renvoi), past(KEY, invoice_number="F-1"))
    assert (decision.outcome, found) == (Outcome.ROUTED, [code])
    assert decision.linked_to == KEY
    assert decision.supersedes == ()


@pytest.mark.parametrize(
    ("renvoi", "code"),
    [
        ("Complétée", R.LIN_COMPLETED),
        (" completee", R.LIN_COMPLETED),
        ("oui", R.LIN_COMPLETED),
        ("Recyclée", R.LIN_RECYCLED),
    ],
)
def test_row_5_under_another_portal_id(renvoi: str, code: ReasonCode) -> None:
    """What the portal says to be sent again continues its number's lineage and takes over what it reserved."""
    earlier = past("cpro:0", invoice_number="f-1 ")
    known = snapshot(commitment(remaining=Decimal(1200)), past=(earlier,), reservations=(reservation(1200, "cpro:0"),))
    decision = decide(invoice(resubmission=renvoi), known)
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.OK)
    assert codes(decision.findings)[0] is code
    assert (decision.linked_to, decision.supersedes) == ("cpro:0", ("cpro:0",))
    assert stated(decision, R.AMT_EXACT_REMAINING)["remaining"] == "1200"


def test_row_5_needs_a_known_number() -> None:
    """Sent again, but never seen here: a first attempt for us."""
    decision, found = _of(invoice(resubmission="Recyclée"), past())
    assert (decision.outcome, found, decision.linked_to) == (Outcome.ROUTED, [], None)
    _, found = _of(invoice(resubmission="Recyclée", invoice_number=None), past(invoice_number="F-1"))
    assert found == []


def test_row_5_prefers_the_same_year_then_the_latest() -> None:
    """Of several with that number, the lineage is that of the year, newest first; else the newest of all."""
    older = past("cpro:a", invoice_number="F-1", first_seen=NOW - dt.timedelta(days=40))
    newer = past("cpro:b", invoice_number="F-1", first_seen=NOW - dt.timedelta(days=20))
    other = past("cpro:c", invoice_number="F-1", issue_date=dt.date(2025, 6, 1), first_seen=NOW)
    read = invoice(resubmission="Recyclée")
    for earlier in ((older, newer, other), (other, newer, older)):
        decision, _ = _of(read, *earlier)
        assert (decision.linked_to, decision.supersedes) == ("cpro:b", ("cpro:b", "cpro:a"))
    decision, _ = _of(read, other)
    assert (decision.linked_to, decision.supersedes) == ("cpro:c", ("cpro:c",))


def test_row_5_a_completed_invoice_is_still_compared_with_others() -> None:
    """New content under the same id does not hide that another invoice bears the number."""
    decision, found = _of(invoice(), past(KEY, invoice_number="F-1"), past("cpro:0", invoice_number="F-1"))
    assert found == [R.LIN_COMPLETED, R.DUP_SAME_NUMBER_YEAR]
    assert (decision.outcome, decision.linked_to) == (Outcome.REVIEW, KEY)
    decision, found = _of(invoice(), past(KEY, invoice_number="F-1"), past("c", invoice_number="F-1", closed=True))
    assert found == [R.LIN_COMPLETED, R.LIN_REISSUE]
    assert decision.supersedes == ("c",)
    renewed, found = _of(
        invoice(resubmission="Oui"), past(KEY, invoice_number="F-1"), past("cpro:0", invoice_number="F-1")
    )
    assert found == [R.LIN_COMPLETED]
    assert (renewed.linked_to, renewed.supersedes) == (KEY, ("cpro:0",))


def test_row_6_same_number_and_year() -> None:
    """The number of a living invoice of the year is always a person's, never a silent drop."""
    decision, found = _of(invoice(), past("cpro:0", invoice_number=" f-1", issue_date=dt.date(2026, 1, 1)))
    assert found == [R.DUP_SAME_NUMBER_YEAR]
    assert (decision.outcome, decision.review_queue) == (Outcome.REVIEW, Queue.FINANCE)
    assert (decision.proposed_action, decision.portal_reason) == (Action.REJECT, "DOUBLON")
    assert (decision.linked_to, decision.supersedes) == ("cpro:0", ())
    assert stated(decision, R.DUP_SAME_NUMBER_YEAR) == {"number": "F-1", "first": "cpro:0"}


@pytest.mark.parametrize(
    ("issued", "before", "same"),
    [
        (dt.date(2026, 1, 1), dt.date(2025, 12, 31), False),
        (dt.date(2026, 1, 1), dt.date(2026, 12, 31), True),
        (None, dt.date(2020, 1, 1), True),
        (dt.date(2026, 1, 1), None, True),
    ],
)
def test_row_6_the_year_counts(issued: dt.date | None, before: dt.date | None, *, same: bool) -> None:
    """A number may come again in another year; where a date is not known, a person looks."""
    _, found = _of(invoice(issue_date=issued), past(invoice_number="F-1", issue_date=before))
    assert found == ([R.DUP_SAME_NUMBER_YEAR] if same else [])


def test_row_6_points_to_the_first() -> None:
    """Of several living ones the first is named, closed ones are not."""
    closed = past("cpro:a", invoice_number="F-1", first_seen=NOW - dt.timedelta(days=90), closed=True)
    first = past("cpro:b", invoice_number="F-1", first_seen=NOW - dt.timedelta(days=60))
    later = past("cpro:c", invoice_number="F-1", first_seen=NOW - dt.timedelta(days=30))
    for earlier in ((closed, first, later), (later, first, closed)):
        assert _of(invoice(), *earlier)[0].linked_to == "cpro:b"


def test_row_7_reissue() -> None:
    """A rejected invoice may be replaced under its number: linked, and continued."""
    decision, found = _of(invoice(), past(invoice_number="F-1", closed=True))
    assert (decision.outcome, decision.reason, found) == (Outcome.ROUTED, R.OK, [R.LIN_REISSUE])
    assert (decision.linked_to, decision.supersedes) == ("cpro:0", ("cpro:0",))
    assert stated(decision, R.LIN_REISSUE) == {"number": "F-1", "first": "cpro:0"}


def _alike(**changes: object) -> PastInvoice:
    values: dict[str, object] = {"amount_incl_tax": Decimal("1200.0"), "issue_date": dt.date(2026, 10, 23)}
    return past(**(values | changes))


def test_row_8_suspect() -> None:
    """The same total within ten days under another number is worth a word, and no more."""
    decision, found = _of(invoice(), _alike())
    assert (decision.outcome, decision.reason, found) == (Outcome.ROUTED, R.DUP_SUSPECT, [R.DUP_SUSPECT])
    assert decision.warnings == (R.DUP_SUSPECT,)
    assert (decision.linked_to, decision.supersedes) == ("cpro:0", ())
    assert stated(decision, R.DUP_SUSPECT) == {"number": "F-0", "amount": "1200.00", "first": "cpro:0"}


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_incl_tax": Decimal("1200.01")},
        {"amount_incl_tax": None},
        {"issue_date": dt.date(2026, 10, 22)},
        {"issue_date": dt.date(2026, 11, 13)},
        {"issue_date": None},
        {"invoice_type": "381"},
        {"closed": True},
        {"invoice_number": "F-1", "issue_date": dt.date(2025, 10, 23)},
    ],
)
def test_row_8_not_suspect(changes: dict[str, object]) -> None:
    """Another total, another time, a credit note, or an invoice that was sent back is nothing to talk about."""
    assert _of(invoice(), _alike(**changes))[1] == []


def test_row_8_what_cannot_be_compared() -> None:
    """Without a total or a date nothing is alike; ten days later is still close; the policy sets the days."""
    assert _of(invoice(amount_incl_tax=None), _alike(amount_incl_tax=None))[1] == []
    assert _of(invoice(issue_date=None), _alike())[1] == []
    assert _of(invoice(), _alike(issue_date=dt.date(2026, 11, 12)))[1] == [R.DUP_SUSPECT]
    known = snapshot(commitment(), past=(_alike(),))
    assert decide(invoice(), known, policy("[duplicates]\nsuspect_days = 9")).reason is R.OK


def test_row_8_names_the_latest_and_not_itself() -> None:
    """Of several alike the latest is named; the invoice is not alike itself."""
    older, newer = _alike(key="cpro:a"), _alike(key="cpro:b", first_seen=NOW - dt.timedelta(days=1))
    assert _of(invoice(), older, newer)[0].linked_to == "cpro:b"
    waiting = _alike(key=KEY, issue_date=dt.date(2026, 11, 2))
    assert _of(invoice(), waiting, waiting_since=NOW)[1] == []


def test_a_link_of_substance_comes_first() -> None:
    """A credit note is linked to its original rather than to another that looks alike."""
    original = past("cpro:origin", invoice_number="F-0", amount_incl_tax=Decimal(500))
    twin = past(
        "cpro:twin",
        invoice_number="A-0",
        invoice_type="381",
        original_number="F-7",
        amount_incl_tax=Decimal(120),
        issue_date=dt.date(2026, 11, 2),
    )
    decision = decide(credit("F-0"), snapshot(commitment(), past=(twin, original)))
    assert decision.warnings == (R.DUP_SUSPECT,)
    assert decision.linked_to == "cpro:origin"
