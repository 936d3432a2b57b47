"""Pages that no person would print are read in bounded time and without an accident."""

import pytest

from rules.model import Box
from worker.extract.page.lines import lines_of
from worker.extract.page.search import Sheet
from worker.extract.page.values import amounts_in
from worker.ports import Page, Word


def row(*texts):
    """Words side by side, as close as the words of one line are."""
    return Page(
        1, 595.0, 842.0, tuple(Word(text, 30.0 * i, 100.0, 30.0 * i + 27, 110.0) for i, text in enumerate(texts))
    )


@pytest.mark.parametrize("digits", [20, 21, 26, 27, 400])
def test_amounts_of_many_digits(digits):
    """Up to twenty digits make an amount; more make none, and break nothing."""
    found = amounts_in(f"Total 1,00 {'9' * digits},00 EUR")
    assert [value.text for value in found] == ["1.00", *(["9" * digits + ".00"] if digits <= 20 else [])]


def test_line_of_many_words():
    """A row of more than a hundred words is several lines; no word is lost, and their order stays."""
    lines = lines_of(row(*map(str, range(250))))
    assert [len(line.words) for line in lines] == [100, 100, 50]
    assert [word.text for line in lines for word in line.words] == [str(i) for i in range(250)]


def test_line_of_long_words():
    """No line has more than a thousand characters; of a longer word the beginning stays."""
    lines = lines_of(row("a" * 600, "b" * 600, "c" * 5000))
    assert [[len(word.text) for word in line.words] for line in lines] == [[600], [600], [1000]]


def test_cell_of_many_words():
    """The text of a cell is no longer than that of a line."""
    page = row(*(["montant"] * 500))._replace(cells=(Box(0.0, 0.0, 20_000.0, 842.0),))
    (cell,) = Sheet.of(page, lines_of(page)).cells
    assert cell.text == " ".join(["montant"] * 500)[:1000]
