"""How alike two numbers are (rung N6)."""

import pytest

from rules.likeness import Likeness, likeness, within_one_edit

LABELS = frozenset({"EJ"})


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        ("2026-000101", "2026-000101", Likeness.CLOSE),
        ("2026-000101", "2026-000102", Likeness.CLOSE),
        ("2026-000101", "2026-00101", Likeness.CLOSE),
        ("20260O1OI", "2026001 01", Likeness.CLOSE),
        ("S", "5", Likeness.CLOSE),
        ("EJ 0012345", "BC 12345", Likeness.TAIL),
        ("912345", "8812345", Likeness.TAIL),
        ("91234", "881234", None),
        ("1234", "512346", Likeness.CONTAINED),
        ("512346", "1234", Likeness.CONTAINED),
        ("123", "91238", None),
        ("123", "124", None),
        ("1234", "1235", Likeness.CLOSE),
        ("1234", "124", None),
        ("A123456", "B999999", None),
        ("99ABCDE", "11ABCDE", None),
        ("2026-000101", "4500012345", None),
    ],
)
def test_likeness(left: str, right: str, alike: Likeness | None) -> None:
    """The best likeness counts; short numbers are only alike where they are equal."""
    assert likeness(left, right, LABELS) is alike
    assert likeness(right, left, LABELS) is alike


@pytest.mark.parametrize(
    ("left", "right", "close"),
    [
        ("", "", True),
        ("a", "", True),
        ("ab", "", False),
        ("abc", "abc", True),
        ("abc", "axc", True),
        ("abc", "xbc", True),
        ("abc", "abx", True),
        ("abc", "axx", False),
        ("abc", "ab", True),
        ("abc", "ac", True),
        ("abc", "bc", True),
        ("abc", "xb", False),
        ("abcd", "acbd", False),
        ("abc", "abcd", True),
        ("abc", "xabc", True),
        ("abc", "abcde", False),
    ],
)
def test_one_edit(left: str, right: str, *, close: bool) -> None:
    """One insertion, deletion or substitution, in either direction; a swap is two."""
    assert within_one_edit(left, right) is close
    assert within_one_edit(right, left) is close
