"""Whatever stands on a page, reading it ends, soon, and does not depend on the order or the scale of its words."""

import math
import time
from dataclasses import fields

from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.model import Box, Field, Invoice
from tests.unit.extract.page.typed import page
from worker.extract.page.compare import divergences
from worker.extract.pdf import read_pages
from worker.ports import Page, Word

INVOICE = """
SARL Dubois au capital de 8000 euros            Facture n° LV-2026-0042 du 16/08/2026
SIRET du fournisseur : 99900011200014
                                                SIRET du destinataire : 22990001400015
N° d'engagement     Code service     N° de marché          Date d'échéance
2412345673          FIN01            MAPA-2025/18          15/09/2026

Désignation                  Qté     PU HT                 Total HT
Fournitures                  5       150,00                750,00
Prestations                  1       500,00                500,00

                                     Total HT              1 250,00 €
                                     TVA 20 %              250,00 €
                                     Total TTC             1 500,00 €
IBAN : FR76 3000 6000 0112 3456 7890 189
"""
_SAID = """
N° d'engagement : Code service EJ SIRET FR76 FR 16/08/2026 août 1 500,00 € TTC HT TVA Total Facture n° Avoir 2026
229 900 014 00015 99900011200014 2412345673 FIN01 ( ) / | - . , ' № ﬁ İ ẞ ß ǆ 0
"""
PIECES = [*_SAID.split(), *"\u00a0\u202f\u0301\ud800\x00\t\n"]
HOSTILE = ("9" * 300, "n°" * 200, "9 " * 100, "A1-" * 100, "(" * 200, "-" * 200, "0,00 " * 60, "a" * 5000, "1.000" * 80)

texts = st.one_of(
    st.sampled_from(PIECES),
    st.lists(st.sampled_from(PIECES), max_size=6).map("".join),
    st.sampled_from(HOSTILE),
    st.text(max_size=12),
    st.text(st.characters(codec=None), min_size=1, max_size=4),
)
edges = st.one_of(
    st.floats(-50, 900),
    st.integers(0, 60).map(lambda row: 14.0 * row),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([0.0, -0.0, 1e-300, 1e300, -1e300, math.nan, math.inf, -math.inf]),
)
boxed = st.builds(Word, texts, edges, edges, edges, edges)
rowed = st.builds(
    lambda text, row, left, width: Word(text, left, 14.0 * row, left + width, 14.0 * row + 10),
    texts,
    st.integers(0, 12),
    st.floats(0, 500),
    st.floats(0, 80),
)
cells = st.lists(st.builds(Box, edges, edges, edges, edges), max_size=8).map(tuple)
pages = st.builds(
    lambda words, cells, turns: Page(1, 595.0, 842.0, tuple(words), cells, turns),
    st.lists(st.one_of(rowed, boxed), max_size=40),
    cells,
    st.integers(0, 3),
)


def said(invoice: Invoice) -> dict[str, object]:
    """The values of an invoice without their places."""
    values = {entry.name: getattr(invoice, entry.name) for entry in fields(invoice)}
    return {name: value.value for name, value in values.items() if isinstance(value, Field)}


def read(shown: Page) -> Invoice:
    """The invoice of one page."""
    return read_pages([shown]).invoice


@settings(deadline=None, max_examples=400)
@given(st.lists(pages, max_size=3))
@example([Page(1, 595.0, 842.0, (Word("", 0, 0, 0, 0), Word("", 1, 0, 2, 0)))])
@example([Page(1, 595.0, 842.0, (Word("€", 0, 0, 5, 10), Word("9" * 300, 8, 0, 90, 10)))])
@example([Page(1, 0.0, 0.0, tuple(Word("1", 0, 0, 0, 0) for _ in range(9)))])
@example([Page(1, 595.0, 842.0, tuple(Word("n°", math.nan, math.nan, math.nan, math.nan) for _ in range(9)))])
def test_any_words_are_read(several):
    """Words of any text in boxes of any size, empty ones and none at all: something is read, or nothing."""
    reading = read_pages(several, frozenset({"22990001400015"}))
    assert isinstance(reading.invoice, Invoice)
    assert set(reading.unanswered) <= {1}
    assert isinstance(divergences(reading.invoice, reading.invoice, reading.sheets), tuple)


@settings(deadline=None, max_examples=300)
@given(st.lists(rowed, max_size=25))
def test_a_page_does_not_contradict_itself(words):
    """Whatever is read from a page stands on it, so that comparing it with itself tells nothing."""
    reading = read_pages([Page(1, 595.0, 842.0, tuple(words))])
    assert divergences(reading.invoice, reading.invoice, reading.sheets) == ()


@settings(deadline=None, max_examples=200)
@given(st.permutations(page(INVOICE).words))
def test_the_order_in_which_words_are_stored_does_not_matter(words):
    """A page says what is seen on it, in whatever order its program wrote it."""
    assert read(page(INVOICE)._replace(words=tuple(words))) == read(page(INVOICE))


@settings(deadline=None, max_examples=200)
@given(st.lists(rowed, max_size=25, unique_by=lambda word: (word.left, word.top)), st.randoms())
def test_the_order_does_not_matter_on_any_page(words, random):
    """The same of random pages without two words in one place."""
    shuffled = list(words)
    random.shuffle(shuffled)
    one, other = (read(Page(1, 595.0, 842.0, tuple(order))) for order in (words, shuffled))
    assert said(one) == said(other)


@settings(deadline=None, max_examples=200)
@given(st.floats(0.4, 3), st.floats(-30, 300), st.floats(-30, 300))
def test_size_and_place_do_not_change_what_is_read(scale, right, down):
    """A page printed larger or smaller, or set off, says the same."""
    original = page(INVOICE)
    moved = original._replace(
        words=tuple(
            Word(
                word.text,
                word.left * scale + right,
                word.top * scale + down,
                word.right * scale + right,
                word.bottom * scale + down,
            )
            for word in original.words
        )
    )
    assert said(read(moved)) == said(read(original))
    expected = read(original).commitment_number.seen.box
    shown = read(moved).commitment_number.seen.box
    assert abs(shown.left - (expected.left * scale + right)) < 0.2 * max(scale, 1)
    assert abs(shown.top - (expected.top * scale + down)) < 0.2 * max(scale, 1)


# time


def seconds(shown: Page) -> float:
    """The best of three readings, in seconds of the processor."""
    times = []
    for _ in range(3):
        began = time.process_time()
        reading = read_pages([shown])
        divergences(reading.invoice, reading.invoice, reading.sheets)
        times.append(time.process_time() - began)
    return min(times)


def table(rows: int, text: str, columns: int = 8) -> Page:
    """A page of many words in rows and columns, numbered so that no cache helps."""
    words = (
        Word(text.replace("#", f"{row}{column}"), 60.0 * column, 12.0 * row, 60.0 * column + 40, 12.0 * row + 9)
        for row in range(rows)
        for column in range(columns)
    )
    return Page(1, 595.0, 12.0 * rows, tuple(words))


CROWDS = {
    "words": "mot#",
    "labels": "EJ",
    "amounts": "1#,00",
    "dates": "16/08/20#",
    "SIRETs": "99900011200014",
    "digits": "#",
    "labels with numbers": "n°#",
}


def test_time_grows_with_the_number_of_words():
    """Four times the words take about four times as long, whatever they are: nothing is compared with everything."""
    read(table(10, "EJ"))
    slow = {}
    for name, text in CROWDS.items():
        small, large = seconds(table(150, text)), seconds(table(600, text))
        if large > 9 * max(small, 0.005):
            slow[name] = large / small
    assert slow == {}


def test_a_full_page_of_columns_takes_no_longer_than_one_of_rows():
    """Words above each other and words beside each other cost the same kind of time."""
    for columns in (60, 1250):
        small, large = (seconds(table(count // columns, "TTC", columns)) for count in (1_250, 5_000))
        assert large < 9 * max(small, 0.005), columns


def test_long_texts_are_read_in_linear_time():
    """One word of many characters does not catch any expression in endless attempts."""
    slow = {}
    for text in (
        "9",
        "n°",
        "9 ",
        "A1-",
        "(",
        "-",
        "0,00 ",
        "a",
        "1.000 ",
        "1 000 ",
        "FR76 ",
        "16/08/",
        "r.c.s. ",
        " ",
        "€",
    ):
        small, large = (
            seconds(Page(1, 595.0, 842.0, (Word(text * count, 40, 40, 500, 50),))) for count in (2_000, 8_000)
        )
        if large > 9 * max(small, 0.005):
            slow[text] = (round(small, 3), round(large, 3))
    assert slow == {}
