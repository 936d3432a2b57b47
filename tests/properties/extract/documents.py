"""Valid documents of every kind, and what chance makes of them."""

from hypothesis import strategies as st

from tests.fixture_maker import pivot
from tests.unit.extract.samples import BILL, PAGE, PIVOT, SINGLE, UBL, flow, pdf_with

XML = {**SINGLE, "pivot": PIVOT, "two invoices": flow(BILL, BILL, pieces=(pivot.Piece("f.xml", UBL),))}
PDF = {"pdf": pdf_with({"factur-x.xml": UBL}), "pdf /AF": pdf_with({"a.XML": UBL}, name_tree=False), "page": PAGE}
ZIP = {"zip": pivot.zipped("facture.xml", UBL), "zipped pivot": pivot.zipped("PivotS.xml", PIVOT)}
ALL = {**XML, **PDF, **ZIP}

# what breaks parsers: delimiters of XML, of PDF and of ZIP, and numbers that are too large
_TOKENS = (
    *(b"<", b">", b"/>", b"&", b"&e;", b"<!DOCTYPE a>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"\0", b"\xff"),
    *(b"<<", b">>", b"[", b"]", b"/AF", b"/EF", b"/UF", b"/Root", b" R", b"null", b"endobj", b"stream", b"-1"),
    *(b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"\xff\xff\xff\xff", b"9" * 40, b" ", b""),
)
_CHANGE = st.tuples(
    st.floats(0, 1, exclude_max=True),
    st.sampled_from([0, 0, 1, 2, 4, 30, 400]),
    st.one_of(st.sampled_from(_TOKENS), st.binary(max_size=6)),
)


def _changed(document: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """Put other bytes in the place of some: each change is a place, how many bytes go, and what comes."""
    for place, length, new in changes:
        begin = int(place * len(document))
        document = document[:begin] + new + document[begin + length :]
    return document


def damaged(documents: dict[str, bytes]) -> st.SearchStrategy[bytes]:
    """Documents with a few changes anywhere."""
    return st.builds(_changed, st.sampled_from(list(documents.values())), st.lists(_CHANGE, min_size=1, max_size=5))
