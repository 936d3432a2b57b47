"""The measuring set for invoices without XML is what it says: the same every time, in halves, all of it on paper."""

import hashlib
import json
import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from PIL import ImageChops, ImageStat
from stdnum import luhn

from tests.pages import MEASURE, PER_LAYOUT, SEED, TUNE, cases
from tests.pages.__main__ import main
from tests.pages.cases import drawn
from tests.pages.registry import LAYOUTS
from tests.pages.scans import scan
from tests.pages.truth import FIELDS

CENTS = re.compile(r"\d+\.\d\d")
PARTS = (TUNE, MEASURE)


@cache
def everything():
    """The whole set; drawing it takes a few seconds."""
    return tuple(cases())


def text_of(pdf):
    """The text of all pages in the order in which it is stored, ligatures spelled out, without any blank."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    return without_blanks(text)


def without_blanks(text):
    """Compare characters, not their spacing; a hyphen that PDFium takes for the end of a line is a hyphen again."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text.replace("\u2212", "-").replace("\ufffe", "-")))


def test_it_is_large_enough():
    """At least 32 layouts with eight invoices each, half of the layouts for measuring only."""
    parts = Counter(layout.part for layout in LAYOUTS.values())
    assert sum(parts.values()) >= 32
    assert parts[TUNE] == parts[MEASURE]
    assert PER_LAYOUT >= 8
    assert len(everything()) == len(LAYOUTS) * PER_LAYOUT


def test_it_is_the_same_every_time():
    """Two runs give the same bytes and the same truth."""
    first = {case.name: hashlib.sha256(case.pdf).hexdigest() for case in everything()}
    assert len(first) == len(everything()), "two cases have one name"
    again = tuple(cases())
    assert {case.name: hashlib.sha256(case.pdf).hexdigest() for case in again} == first
    assert [case.truth for case in again] == [case.truth for case in everything()]


def test_no_invoice_stands_twice():
    """No two invoices are the same document."""
    assert len({case.pdf for case in everything()}) == len(everything())


@pytest.mark.parametrize("part", PARTS)
def test_a_part_alone_is_that_part_of_the_whole(part):
    """`cases(part)` hands over the invoices of that part's layouts, and no other."""
    assert [case.name for case in cases(part)] == [case.name for case in everything() if case.part == part]


def test_the_parts_share_no_layout():
    """What a reader is tuned on is never drawn like what it is measured on."""
    layouts = {part: {case.layout for case in everything() if case.part == part} for part in PARTS}
    assert layouts[TUNE]
    assert layouts[MEASURE]
    assert not layouts[TUNE] & layouts[MEASURE]
    makers = [(layout.draw, layout.look) for layout in LAYOUTS.values()]
    assert len({draw for draw, _ in makers}) == len(makers)


def test_every_trait_is_in_both_parts():
    """What makes an invoice hard is met while tuning and while measuring."""
    traits = {part: set().union(*(case.traits for case in everything() if case.part == part)) for part in PARTS}
    assert traits[TUNE] ^ traits[MEASURE] == set()
    assert len(traits[TUNE]) > 60


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_what_is_said_to_be_printed_is_printed(layout):
    """Every field of the truth is in the text of the page, and every field has its printed form."""
    for case in (case for case in everything() if case.layout == layout.name):
        text = text_of(case.pdf)
        answered = {name for name in FIELDS.values() if getattr(case.truth, name) is not None}
        assert answered == set(case.truth.printed), case.name
        for name, printed in case.truth.printed.items():
            assert without_blanks(printed) in text, f"{case.name}: {name} {printed!r}"


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_nothing_lies_over_anything_else(layout):
    """No two texts overlap, and none leaves the paper; stamps may."""
    for number in range(PER_LAYOUT):
        assert drawn(layout, number).faults() == []


def test_a_truth_is_well_formed():
    """SIRETs have their key, amounts two decimals and no sign, and add up where all three are printed."""
    for case in everything():
        truth = case.truth
        assert truth.invoice_number, case.name
        assert truth.issue_date, case.name
        assert truth.amount_incl_tax, case.name
        for siret in (truth.recipient_siret, truth.supplier_siret):
            assert siret is None or (len(siret) == 14 and luhn.is_valid(siret)), case.name
        amounts = [truth.amount_excl_tax, truth.amount_tax, truth.amount_incl_tax]
        assert all(amount is None or CENTS.fullmatch(amount) for amount in amounts), case.name
        if None not in amounts:
            cents = [int(amount.replace(".", "")) for amount in amounts]
            assert cents[0] + cents[1] == cents[2], case.name


def test_a_credit_note_says_so():
    """The word stands on a credit note, which the amounts alone do not prove, and only there in a title."""
    for case in everything():
        if case.truth.invoice_type == "381":
            assert re.search(r"avoir|abono|creditnote|gutschrift", text_of(case.pdf).lower()), case.name
            assert case.truth.printed["amount_incl_tax"].startswith(("-", "\u2212")), case.name


def test_shares_are_as_announced():
    """About 12 % without commitment, 15 % without service, half without contract; a quarter show the recipient."""
    count = len(everything())

    def share(trait):
        return sum(trait in case.traits for case in everything()) / count

    assert 0.07 < share("missing:ej") < 0.17
    assert 0.10 < share("missing:service") < 0.20
    assert 0.40 < share("missing:contract") < 0.60
    assert 0.15 < share("recipient:siret") < 0.30
    assert 0.40 < share("recipient:known") < 0.60
    assert 0.05 < share("value:credit-note") < 0.25


def test_it_knows_neither_worker_nor_rules():
    """An exam must not know its candidate."""
    package = Path(__file__).parents[1] / "pages"
    sources = [path.read_text(encoding="utf-8") for path in package.rglob("*.py")]
    assert sources
    assert not [source for source in sources if re.search(r"^\s*(from|import) (worker|rules)\b", source, re.MULTILINE)]


@pytest.mark.parametrize("dpi", [200, 300])
def test_a_scan_is_a_picture_of_the_page(dpi):
    """A scan has the pages and sizes of its original and no text, looks like it, and follows its seed."""
    case = next(case for case in everything() if case.layout == "conditions")
    scanned = scan(case.pdf, dpi, SEED)
    assert scanned == scan(case.pdf, dpi, SEED)
    assert scanned != scan(case.pdf, dpi, SEED + 1)
    assert text_of(scanned) == ""
    original, copy = pypdfium2.PdfDocument(case.pdf), pypdfium2.PdfDocument(scanned)
    assert len(original) == len(copy) == 2
    for page, picture in zip(original, copy, strict=True):
        assert picture.get_size() == pytest.approx(page.get_size(), abs=0.01)
        objects = list(picture.get_objects())
        assert len(objects) == 1
        assert objects[0].get_metadata().width == pytest.approx(page.get_width() * dpi / 72, abs=1)
        before, after = (one.render(scale=0.25, grayscale=True).to_pil() for one in (page, picture))
        assert ImageStat.Stat(ImageChops.difference(before, after)).mean[0] < 40
    original.close()
    copy.close()


def test_a_rotated_page_is_scanned_upright():
    """Where the page itself says how to turn it, the scan shows it as a viewer would: upright, on upright paper."""
    case = next(case for case in everything() if "page:rotate" in case.traits)
    scanned = pypdfium2.PdfDocument(scan(case.pdf, 200, SEED))
    width, height = scanned[0].get_size()
    assert width < height
    scanned.close()


def test_the_command_writes_files_and_truth(tmp_path, capsys):
    """`python -m tests.pages` writes one PDF for each row of truth.json, of the part asked for."""
    assert main([str(tmp_path / "out"), "--part", MEASURE]) == 0
    rows = json.loads((tmp_path / "out" / "truth.json").read_text(encoding="utf-8"))
    written = {path.name for path in (tmp_path / "out").glob("*.pdf")}
    assert {row["file"] for row in rows} == written
    assert {row["part"] for row in rows} == {MEASURE}
    assert len(rows) == PER_LAYOUT * sum(layout.part == MEASURE for layout in LAYOUTS.values())
    assert str(len(rows)) in capsys.readouterr().out
    assert all(row["printed"]["invoice_number"] for row in rows)
