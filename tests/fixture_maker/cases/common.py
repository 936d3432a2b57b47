"""The ordinary delivery that most cases start from: a pivot whose first piece is the drawn invoice, zipped."""

import zlib

from lxml import etree

from tests.fixture_maker.bill import Bill
from tests.fixture_maker.pdf import page
from tests.fixture_maker.pivot import Piece, Unit, pivot
from tests.fixture_maker.xmlkit import document


def numbered(bill: Bill) -> Bill:
    """Give the bill the portal id that goes with its number (the last four digits are unique over all cases)."""
    return bill if bill.portal_id else bill.but(portal_id=f"90000{bill.number[-4:]}")


def drawn(bill: Bill) -> Piece:
    """Draw the invoice as a PDF; this is what the portal passes on as the original."""
    return Piece(f"{bill.number}.pdf", page(bill), category="Facture PDF")


def flow_of(bill: Bill) -> int:
    """Make a flow number that differs from one delivery to the next and stays the same from run to run."""
    return zlib.crc32(f"{bill.number}/{bill.portal_id}".encode())


def without(content: bytes, *tags: str) -> bytes:
    """Take optional elements out of a document, wherever they stand."""
    root = etree.fromstring(content)
    etree.strip_elements(root, *tags, with_tail=False)
    return document(root)


def delivered(*bills: Bill) -> bytes:
    """Deliver bills in one pivot of today's version, each with its drawn original."""
    known = [numbered(bill) for bill in bills]
    return pivot(*(Unit(bill, (drawn(bill),)) for bill in known), flow=flow_of(known[0]))


def with_pieces(bill: Bill, *pieces: Piece) -> bytes:
    """Deliver one bill with the pieces given."""
    known = numbered(bill)
    return pivot(Unit(known, pieces), flow=flow_of(known))
