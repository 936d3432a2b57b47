"""Several numbers in one field (rung N5)."""

import pytest

from rules.several import MOST_NUMBERS, distinct, halves, parts


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("A1, B2;C3+D4&E5|F6\nG7\r\nH8", ("A1", "B2", "C3", "D4", "E5", "F6", "G7", "H8")),
        ("A1 et B2 ET C3", ("A1", "B2", "C3")),
        ("A1;", ("A1",)),
        (" ; A1 ;; ", ("A1",)),
        ("A1 etB2", ()),
        ("A1etB2", ()),
        ("A1 B2", ()),
        ("A1/B2-C3", ()),
        ("A1", ()),
        (";", ()),
        ("", ()),
    ],
)
def test_parts(written: str, expected: tuple[str, ...]) -> None:
    """Numbers are parted where a list is meant, and nowhere else."""
    assert parts(written) == expected


def test_endless_lists_are_none() -> None:
    """A field of more numbers than an invoice can be for is no list of numbers."""
    assert len(parts(",".join("1" * (n + 1) for n in range(MOST_NUMBERS)))) == MOST_NUMBERS
    assert parts(",".join("1" * (n + 1) for n in range(MOST_NUMBERS + 1))) == ()
    assert len(halves("1" + "/1" * MOST_NUMBERS)) == MOST_NUMBERS
    assert halves("1" + "/1" * (MOST_NUMBERS + 1)) == ()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("A1 / B2", (("A1", "B2"),)),
        ("1-2/3", (("1", "2/3"), ("1-2", "3"))),
        ("/A1", ()),
        ("A1-", ()),
        ("A1", ()),
    ],
)
def test_halves(written: str, expected: tuple[tuple[str, str], ...]) -> None:
    """Each slash and hyphen has a left and a right, if there is something on both sides."""
    assert halves(written) == expected


def test_distinct() -> None:
    """A number stands once, as it was first written, in the order of first writing."""
    assert distinct(["a-1", "B2", "A1", "b 2", "C3"]) == ("a-1", "B2", "C3")
