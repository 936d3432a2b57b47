"""What holds of every number, however it is written."""

from hypothesis import example, given
from hypothesis import strategies as st

from rules.exercises import ExerciseStyle, exercise_forms, exercise_keys
from rules.likeness import Likeness, likeness, within_one_edit
from rules.lookup import lookup
from rules.normalise import Rung, bare, beginnings, forms, label_forms, n1, n2, n3, number_key, plain, service_form
from rules.several import distinct, halves, parts
from tests.unit.rules.build import POLICY, invoice

LABELS = POLICY.label_forms
LADDER = (Rung.N0, Rung.N1, Rung.N2, Rung.N3)
# Letters and digits of which numbers are made, what parts them, and what should not be seen at all.
numbers = st.text(alphabet="0012267ABCEJNéº° -_./'\t\u200b\u00a0０Ａ", min_size=1, max_size=12)
anything = st.text(max_size=12)
years = st.sampled_from((2026, 2025))


@given(anything)
def test_idempotent(text: str) -> None:
    """A form is its own form."""
    assert n1(n1(text)) == n1(text)
    assert bare(bare(text)) == bare(text)
    assert n2(n2(text, LABELS), LABELS) == n2(text, LABELS)
    assert n3(n3(bare(text))) == n3(bare(text))
    assert plain(plain(text)) == plain(text)
    assert service_form(service_form(text)) == service_form(text)


@given(numbers)
def test_each_rung_keeps_the_forms_of_the_one_before(text: str) -> None:
    """What is equal on a rung is equal on every coarser one: the coarser forms follow from the finer."""
    assert forms(n1(text), Rung.N1, LABELS) == forms(text, Rung.N1, LABELS)
    assert forms(n1(text), Rung.N2, LABELS) & forms(text, Rung.N2, LABELS) or not bare(text)
    assert forms(text, Rung.N3, LABELS) == {n3(form) for form in forms(text, Rung.N2, LABELS)}


@given(numbers, numbers)
def test_equal_stays_equal(left: str, right: str) -> None:
    """Two numbers that share a form on one rung share one on the next, and a key."""
    equal = [bool(forms(left, rung, LABELS) & forms(right, rung, LABELS)) for rung in LADDER]
    assert equal == sorted(equal) or not bare(left)
    if equal[-1]:
        assert number_key(left) == number_key(right)


@given(numbers, years)
def test_n4_follows_n3(text: str, year: int) -> None:
    """Looking over an exercise only adds forms, with zeros and without."""
    both = tuple(ExerciseStyle)
    assert forms(text, Rung.N3, LABELS) <= exercise_forms(text, year, both, LABELS, Rung.N3)
    assert forms(text, Rung.N2, LABELS) <= exercise_forms(text, year, both, LABELS, Rung.N2)


_HEADS = st.sampled_from(("", "EJ ", "BC", "L", "LOT-", "EJ L"))
_FRONTS = st.sampled_from(("", "2026", "26", "2026-", "2025/"))
_BACKS = st.sampled_from(("", "-2026", "26", "/25"))


@given(st.integers(0, 12000), st.data(), years)
def test_n4_is_reachable(number: int, data: st.DataObject, year: int) -> None:
    """Numbers that are equal but for an exercise, zeros and labels are found under each other's keys."""
    left, right = (
        f"{data.draw(_HEADS)}{data.draw(_FRONTS)}{number:0{data.draw(st.integers(1, 7))}}{data.draw(_BACKS)}"
        for _ in range(2)
    )
    both = tuple(ExerciseStyle)
    if exercise_forms(left, year, both, LABELS, Rung.N3) & exercise_forms(right, year, both, LABELS, Rung.N3):
        assert number_key(right) in exercise_keys(left, (2026, 2025))
        assert number_key(left) in exercise_keys(right, (2026, 2025))


@given(numbers, numbers, years)
def test_n4_is_reachable_whatever_is_written(left: str, right: str, year: int) -> None:
    """The same of numbers made at random."""
    both = tuple(ExerciseStyle)
    if exercise_forms(left, year, both, LABELS, Rung.N3) & exercise_forms(right, year, both, LABELS, Rung.N3):
        assert number_key(right) in exercise_keys(left, (2026, 2025))


@given(st.lists(numbers, max_size=3), numbers, st.none() | numbers)
def test_whatever_may_be_meant_is_looked_up(lines: list[str], header: str, contract: str | None) -> None:
    """Every number of the invoice, each part of it, and the contract number are asked for."""
    keys = lookup(invoice(commitment_number=header, line_commitment_numbers=lines, contract_number=contract))
    wanted = [*lines, header, *parts(header), *(half for pair in halves(header) for half in pair)]
    assert {number_key(number) for number in wanted} - {""} <= set(keys.commitment_keys)
    crossed = {number_key(number) for number in (*lines, header, contract or "")} - {""}
    assert crossed <= set(keys.contract_keys)
    assert {number_key(contract or "")} - {""} <= set(keys.commitment_keys)


@given(anything)
@example("´0")
def test_keys_are_never_empty_for_something(text: str) -> None:
    """A number that is anything at all has a key, and labels do not change it."""
    assert bool(number_key(text)) is bool(bare(text))
    for label in ("EJ ", "BC n° "):
        if any(c.isdigit() for c in bare(text)):
            assert number_key(label + text) == number_key(text)


@given(anything)
def test_beginnings_are_the_number(text: str) -> None:
    """A number parted is the number still."""
    for head, rest in beginnings(text):
        assert head + rest == bare(text)
        assert all(c.isalpha() for c in head)


@given(st.lists(anything))
def test_distinct_keeps_one_of_each(texts: list[str]) -> None:
    """Nothing is lost, and nothing stands twice."""
    kept = [bare(text) for text in distinct(texts)]
    assert len(kept) == len(set(kept))
    assert set(kept) == {bare(text) for text in texts}


@given(numbers, numbers)
def test_likeness_is_mutual(left: str, right: str) -> None:
    """What is like another is like it from either side; equal numbers are closest."""
    assert likeness(left, right, LABELS) == likeness(right, left, LABELS)
    assert likeness(left, left, LABELS) is (Likeness.CLOSE if bare(left) else None)


@given(st.text(alphabet="ab", max_size=4), st.text(alphabet="ab", max_size=4))
def test_one_edit(left: str, right: str) -> None:
    """One edit is one edit: compared with every text that one edit makes."""
    edited = {left}
    for at in range(len(left) + 1):
        edited |= {left[:at] + c + left[at:] for c in "ab"}
        edited |= {left[:at] + c + left[at + 1 :] for c in ("a", "b", "")}
    assert within_one_edit(left, right) is (right in edited)


def test_labels_are_forms() -> None:
    """The labels are in the form in which they are met."""
    assert label_forms(LABELS) == LABELS
