"""Small pages as from a typewriter: a character is 5 points wide and 10 high, a line is 13 points below the last.

So one blank is a blank, two are a wide gap, an empty line is a gap, and what stands below what shows in the source.
"""

from collections.abc import Collection
from textwrap import dedent

from rules.model import Invoice
from worker.extract.pdf import PageReading, read_pages
from worker.ports import Page, Word

ADVANCE, HEIGHT, STEP = 5.0, 10.0, 13.0
MARGIN = 40.0
A4 = (595.0, 842.0)


def page(text: str, number: int = 1) -> Page:
    """A page on which a text is typed. Blanks of every kind end words, as in PDFium's text."""
    words = []
    for row, line in enumerate(dedent(text).strip("\n").split("\n")):
        top = MARGIN + row * STEP
        words += [Word(word, left, top, right, top + HEIGHT) for word, left, right in _placed(line)]
    return Page(number, *A4, tuple(words))


def read(*texts: str, recipients: Collection[str] = ()) -> Invoice:
    """The invoice that some typed pages show."""
    return reading(*texts, recipients=recipients).invoice


def reading(*texts: str, recipients: Collection[str] = ()) -> PageReading:
    """The same with what is left open."""
    return read_pages([page(text, number) for number, text in enumerate(texts, start=1)], frozenset(recipients))


def told(invoice: Invoice, name: str) -> str | None:
    """A field as it was read; None where it was not."""
    field = getattr(invoice, name)
    return None if field is None else field.raw


def trust(invoice: Invoice, name: str) -> float:
    """How far a field that was read can be trusted."""
    return getattr(invoice, name).seen.confidence


def _placed(line: str) -> list[tuple[str, float, float]]:
    placed, start = [], None
    for column, character in enumerate(f"{line} "):
        if not character.isspace():
            start = column if start is None else start
        elif start is not None:
            placed.append((line[start:column], MARGIN + start * ADVANCE, MARGIN + column * ADVANCE))
            start = None
    return placed
