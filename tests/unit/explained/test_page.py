"""The page of one invoice: whole, closed to the world, readable without eyes, and closed to what documents hold."""

import re
from itertools import count, pairwise

import pytest

from rules.findings import ReasonCode, finding
from rules.model import Box, Field, Syntax
from tests.unit.explained.build import HEIGHT, HOSTILE, WIDTH, decision, invoice, seen, shown, text_of, tree_of
from worker.cli.explained import load_labels

_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
DIFFERS = finding(
    ReasonCode.INT_PAGE_DIVERGENCE,
    field="amount_incl_tax",
    page="99.00",
    data="120.00",
    place="page 1 [500 700 560 712]",
)


def test_every_value_has_its_row_and_its_box() -> None:
    """Each value read has one row; the row of one seen on a page leads to its box, and the box back to the row."""
    tree = tree_of(invoice(), pictures=shown())
    rows = tree.xpath("//tr[starts-with(@id, 'read-')]")
    assert [row.get("id") for row in rows] == [
        "read-invoice_number", "read-currency", "read-commitment_number", "read-amount_incl_tax",
    ]  # fmt: skip
    boxes = {box.get("id"): box for box in tree.xpath("//a[contains(@class, 'box ')]")}
    assert set(boxes) == {"box-invoice_number", "box-commitment_number", "box-amount_incl_tax"}
    for name, box in boxes.items():
        (link,) = tree.xpath(f"//a[@href='#{name}']")
        (row,) = tree.xpath(f"//tr[@id='{box.get('href')[1:]}']")
        assert link.getparent().getparent() is row
        assert link.text_content() == box.xpath("string(span)")
    assert [row.xpath("string(td)") for row in rows] == ["1", "–", "2", "3"]


def test_boxes_stand_where_the_words_are() -> None:
    """A box is placed in percent of its page, a little wider than its words, and never outside of the page."""
    tree = tree_of(
        invoice(commitment_number=seen("X", box=Box(-50.0, 830.0, 700.0, 900.0))), pictures=shown()
    )  # fmt: skip
    inside = _box(tree, "invoice_number")
    assert inside["left"] == pytest.approx(100 / WIDTH * 100, abs=0.5)
    assert inside["top"] == pytest.approx(200 / HEIGHT * 100, abs=0.5)
    assert inside["width"] == pytest.approx(60 / WIDTH * 100, abs=1)
    outside = _box(tree, "commitment_number")
    assert outside["left"] == 0
    assert outside["left"] + outside["width"] <= 100
    assert outside["top"] + outside["height"] <= 100.01


def _box(tree, name):
    (style,) = tree.xpath(f"//a[@id='box-{name}']/@style")
    return {edge: float(percent) for edge, percent in re.findall(r"(\w+):([\d.]+)%", style)}


def test_confidence_is_a_number_and_a_word() -> None:
    """How far a value is trusted is told in words, and by the line of its box, never by a colour alone."""
    tree = tree_of(invoice(), pictures=shown())
    told = [row.xpath("string(td[last()])") for row in tree.xpath("//tr[starts-with(@id, 'read-')]")]
    assert [bool(re.search(r"confiance \d+\u00a0% : (sûre|probable|douteuse)", text)) for text in told] == [
        True, False, True, True,
    ]  # fmt: skip
    styles = [box.get("class").split()[-1] for box in tree.xpath("//a[starts-with(@id, 'box-')]")]
    assert styles == ["sure", "likely", "doubtful"]
    assert [item.text_content() for item in tree.xpath("//ul[@class='legend']/li")] == [
        "valeur sûre", "valeur probable", "valeur douteuse",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_can_be_read_without_seeing_it(language: str) -> None:
    """Language, title, headings without a gap; regions, pictures, boxes, tables and their heads have names."""
    tree = tree_of(invoice(), pictures=shown(1, 2), language=language)
    assert tree.get("lang") == language
    assert "FA-2026-17" in tree.xpath("string(//title)")
    levels = [int(heading.tag[1]) for heading in tree.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(image.get("alt") for image in tree.iter("img"))
    assert all(box.get("aria-label") and box.get("title") for box in tree.xpath("//a[starts-with(@id, 'box-')]"))
    assert all(table.find("caption").text_content() for table in tree.iter("table"))
    assert all(head.get("scope") for head in tree.iter("th"))
    assert all(link.text_content().strip() or link.get("aria-label") for link in tree.iter("a"))
    ids = set(tree.xpath("//@id"))
    assert len(ids) == len(tree.xpath("//@id"))
    assert {named for label in tree.xpath("//@aria-labelledby") for named in label.split()} <= ids
    assert {href[1:] for href in tree.xpath("//a/@href")} <= ids
    assert set(tree.xpath("//*[@tabindex]/@tabindex")) == {"0"}


def test_nothing_is_fetched_and_nothing_runs() -> None:
    """The file needs no other, holds no script, and forbids both to the browser."""
    text = text_of(invoice(), pictures=shown())
    tree = tree_of(invoice(), pictures=shown())
    assert tree.xpath("//script | //link | //iframe | //object | //form | //base") == []
    assert all(source.startswith("data:image/png;base64,") for source in tree.xpath("//@src"))
    assert all(href.startswith("#") for href in tree.xpath("//@href"))
    assert not tree.xpath("//@*[starts-with(name(), 'on')]")
    assert "url(" not in text
    assert "@import" not in text
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")


@pytest.mark.parametrize("value", HOSTILE, ids=count())
def test_what_a_document_holds_stays_text(value: str) -> None:
    """Markup of a document is shown as it is written, and its hidden characters are shown by their numbers."""
    field = Field(value, value, value, seen(value).seen)
    hostile = invoice(
        within=value, invoice_number=field, commitment_number=Field(value, value, value), contract_number=field,
        supplier_name=Field(value, value, "/x"),
    )  # fmt: skip
    findings = (
        finding(ReasonCode.INT_UNKNOWN_VALUE, field=value, value=value),
        finding(ReasonCode.ENG_NOT_FOUND_CANDIDATES, number=value, count="1"),
    )
    harmless = tree_of(invoice(contract_number=seen("1"), supplier_name=Field("1", "2", "3")), decision(*findings[:1]))
    text = text_of(hostile, decision(*findings, portal_reason=value, service_code=value), shown(), note=value)
    text.encode()
    tree = tree_of(hostile, decision(*findings, portal_reason=value, service_code=value), shown(), note=value)
    assert {element.tag for element in tree.iter()} <= {element.tag for element in harmless.iter()} | {
        "span", "img", "figure", "figcaption", "ul", "li",
    }  # fmt: skip
    assert len(tree.xpath("//h1 | //img | //style | //title")) == 4
    assert not _HIDDEN.search(text)
    assert len(text) < 100_000
    shown_value = tree.xpath("string(//tr[@id='read-contract_number']/td[2]/span)")
    assert shown_value.startswith(value[:3] if value[:3].isprintable() and not _HIDDEN.search(value[:3]) else "")
    for hidden in set(_HIDDEN.findall(value.strip())):
        assert f"U+{ord(hidden):04X}" in shown_value


def test_data_show_their_paths() -> None:
    """An invoice of data has no boxes: each row tells the path, within the file that it stands in."""
    data = invoice(
        syntax=Syntax.CII, within="factur-x.xml", invoice_number=Field("A", "A", "/rsm:X/ram:ID"),
        commitment_number=None, amount_incl_tax=None,
    )  # fmt: skip
    tree = tree_of(data, pictures=shown(), note="…")
    assert tree.xpath("string(//tr[@id='read-invoice_number']//code)") == "factur-x.xml#/rsm:X/ram:ID"
    assert tree.xpath("//a[starts-with(@id, 'box-')] | //ul[@class='legend']") == []
    assert len(tree.xpath("//figure//img")) == 1


def test_without_pictures_the_places_are_told() -> None:
    """Where the document is gone, a sentence says so; rows keep their places and lead nowhere."""
    tree = tree_of(invoice(), note=load_labels("fr").word("gone"))
    assert "conservation" in tree.xpath("string(//section[@id='document'])")
    assert "page 1" in tree.xpath("string(//tr[@id='read-invoice_number'])")
    assert tree.xpath("//img | //a[starts-with(@href, '#box-')]") == []


def test_records_from_before_there_were_places() -> None:
    """A record whose fields have no place on a page is shown with its sources."""
    plain = invoice(
        invoice_number=Field("A", "A", "page 1 [1 2 3 4]"), commitment_number=None, amount_incl_tax=None
    )  # fmt: skip
    tree = tree_of(plain, pictures=shown())
    assert tree.xpath("string(//tr[@id='read-invoice_number']//code)") == "page 1 [1 2 3 4]"


def test_what_the_page_says_otherwise_is_boxed_too() -> None:
    """A difference between page and data has a box of its own kind, numbered on, that leads to its finding."""
    tree = tree_of(invoice(), decision(DIFFERS), shown())
    (box,) = tree.xpath("//a[@class='box otherwise']")
    (row,) = tree.xpath(f"//tr[@id='{box.get('href')[1:]}']")
    assert box.xpath("string(span)") == "4"
    assert "Montant TTC" in row.text_content()
    assert row.xpath(".//a/@href") == [f"#{box.get('id')}"]


def test_boxes_on_pages_that_are_not_shown() -> None:
    """Of a long document some pages are left out: they are named, and rows that stand there lead nowhere."""
    tree = tree_of(invoice(invoice_number=seen("A", page=5)), pictures=shown(1, 2, 9, total=9))
    assert tree.xpath("//a[@href='#box-invoice_number']") == []
    assert "Pages non montrées : 3–8." in tree.text_content()
    assert "Page 9 sur 9" in tree.text_content()


def test_an_invoice_that_could_not_be_read() -> None:
    """A document in which nothing could be read has its page, its reason, and no row."""
    unread = decision(finding(ReasonCode.INT_MALFORMED, message="…"), reason=ReasonCode.INT_MALFORMED, candidates=())
    tree = tree_of(None, unread, shown())
    assert "Facture sans numéro lisible" in tree.xpath("string(//h1)")
    assert len(tree.xpath("//figure")) == 1
    assert tree.xpath("//tr[starts-with(@id, 'read-')]") == []


def test_findings_speak_of_fields_in_words() -> None:
    """Sentences name the fields as the table does, not as the code does."""
    told = finding(ReasonCode.INT_READ_FROM_PAGE, fields="invoice_number, amount_incl_tax")
    assert "Numéro de facture, Montant TTC." in tree_of(invoice(), decision(told)).text_content()


def test_numbers_of_boxes_do_not_cover_each_other() -> None:
    """Two values read from the same words have their numbers side by side."""
    both = invoice(commitment_number=seen("FA-2026-17"))
    asides = tree_of(both, pictures=shown()).xpath("//a[starts-with(@id, 'box-')]/span/@style")
    assert asides == ["--aside:0", "--aside:1", "--aside:0"]


def test_the_same_words_in_both_languages() -> None:
    """French and English have the same words with the same places to fill in, and a word for each field."""
    fr, en = load_labels("fr").tables, load_labels("en").tables
    assert {table: set(words) for table, words in fr.items()} == {table: set(words) for table, words in en.items()}
    filled = re.compile(r"\{\w+\}")
    for name, text in fr["words"].items():
        assert sorted(filled.findall(text)) == sorted(filled.findall(en["words"][name])), name
