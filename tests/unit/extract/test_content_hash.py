"""The hash of an invoice's content: the writing does not matter, every value does."""

import pytest
from lxml import etree

from tests.fixture_maker import pivot
from tests.fixture_maker.xmlkit import with_prefixes
from tests.unit.extract.samples import BILL, CII_REFORM, PAGE, PIVOT, SINGLE, flow, invoice
from worker.extract.content_hash import content_hash


def hashed(data):
    """The hash of a whole document, as extraction computes it."""
    return invoice(data).content_hash


def flat(data):
    """The same document on one line."""
    return etree.tostring(etree.fromstring(data, etree.XMLParser(remove_blank_text=True)))


@pytest.mark.parametrize("data", [*SINGLE.values(), PIVOT], ids=[*SINGLE, "pivot"])
def test_writing(data):
    """Layout, encoding, comments and outer blanks of values do not count."""
    assert hashed(flat(data)) == hashed(data)
    assert hashed(etree.tostring(etree.fromstring(data), encoding="utf-16")) == hashed(data)
    assert hashed(data.replace(BILL.number.encode(), f"\n {BILL.number}<!-- x --> ".encode())) == hashed(data)


def test_prefixes():
    """The prefixes of namespaces do not count, the namespaces do."""
    assert hashed(with_prefixes(CII_REFORM, {"ram": "", "rsm": "x", "udt": "ram"})) == hashed(CII_REFORM)
    assert content_hash(etree.fromstring("<a xmlns='urn:1'/>")) != content_hash(etree.fromstring("<a xmlns='urn:2'/>"))


@pytest.mark.parametrize("data", SINGLE.values(), ids=SINGLE)
def test_every_value_counts(data):
    """Another value anywhere gives another hash, and no two such changes agree."""
    root = etree.fromstring(data)
    leaves = [element for element in root.iter(etree.Element) if not len(element)]
    hashes = {content_hash(root)}
    for leaf in leaves:
        text, leaf.text = leaf.text, f"{leaf.text or ''}1"
        hashes.add(content_hash(root))
        leaf.text = text
    assert len(hashes) == len(leaves) + 1


def test_elements_count():
    """An element that is added, taken away or renamed gives another hash."""
    forms = ("<a/>", "<a><b/></a>", "<a><b/><b/></a>", "<a><c/></a>", "<b/>", "<a>b</a>")
    assert len({content_hash(etree.fromstring(form)) for form in forms}) == len(forms)


def test_packing_of_attachments():
    """An attachment counts by what is inside: zipped or bare, the name of its entry is no difference."""
    bare, zipped, renamed = (
        flow(BILL, pieces=(pivot.Piece("facture.pdf", PAGE, zip_entry=entry),)) for entry in (None, "", "x.pdf")
    )
    assert hashed(bare) == hashed(zipped) == hashed(renamed)


def test_content_of_attachments():
    """Another content, another name or another order of attachments is another invoice."""
    one, two = pivot.Piece("a.txt", b"1"), pivot.Piece("b.txt", b"2")
    orders = ((one,), (two,), (one, two), (two, one), (pivot.Piece("a.txt", b"2"),), (pivot.Piece("c.txt", b"1"),))
    assert len({hashed(flow(BILL, pieces=pieces)) for pieces in orders}) == len(orders)


def test_damaged_attachments():
    """Two attachments that cannot be opened differ by their text."""
    damaged = (pivot.Piece("a.pdf", b"", raw=raw) for raw in ("QUJD*", "QUJE*"))
    assert len({hashed(flow(BILL, pieces=(piece,))) for piece in damaged}) == 2
