"""Hardened parsing: what is refused, and that nothing is ever fetched or expanded."""

import io
import socket
from itertools import pairwise

import pytest

from worker.errors import DocumentMalformed, DocumentUnsafe, LimitExceeded
from worker.extract.limits import Limits
from worker.extract.xml import parse, stream

LIMITS = Limits()


def streamed(data):
    """The texts of the elements `u`, as a pivot's units are read."""
    return [element.text for element in stream(io.BytesIO(data), "u")]


def both(data):
    """The text of the first `u`, by either way of reading."""
    root = parse(data, LIMITS)
    assert [root.findtext("u")] == streamed(data)
    return root.findtext("u")


@pytest.mark.parametrize("read", [lambda data: parse(data, LIMITS), streamed], ids=["whole", "streamed"])
class TestRefused:
    """Both ways of reading refuse the same things."""

    @pytest.mark.parametrize(
        "doctype",
        [
            "<!DOCTYPE a>",
            "<!DOCTYPE a [<!ENTITY e 'x'>]>",
            "<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'>",
            "<!DOCTYPE a PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'xhtml1-strict.dtd'>",
        ],
    )
    def test_doctype(self, read, doctype):
        """A DOCTYPE is refused, whatever it declares."""
        with pytest.raises(DocumentUnsafe, match="DOCTYPE"):
            read(f"{doctype}<a><u>x</u></a>".encode())

    def test_file_behind_an_entity(self, read, tmp_path):
        """A local file is never read through an entity."""
        (tmp_path / "secret").write_text("SECRET")
        attack = f"<!DOCTYPE a [<!ENTITY e SYSTEM '{(tmp_path / 'secret').as_uri()}'>]><a><u>&e;</u></a>"
        with pytest.raises(DocumentUnsafe) as caught:
            read(attack.encode())
        assert "SECRET" not in str(caught.value)

    def test_network(self, read):
        """No connection is made, neither for a DTD nor for a schema that the document points to."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.setblocking(False)
            place = f"http://127.0.0.1:{server.getsockname()[1]}/a"
            schema = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:noNamespaceSchemaLocation"
            read(f"<a {schema}='{place}.xsd'><u>x</u></a>".encode())
            with pytest.raises(DocumentUnsafe):
                read(f"<!DOCTYPE a SYSTEM '{place}.dtd' [<!ENTITY e SYSTEM '{place}'>]><a><u>&e;</u></a>".encode())
            with pytest.raises(BlockingIOError):
                server.accept()

    def test_entities_that_multiply(self, read):
        """An entity bomb is unsafe, and stops at once."""
        names = "abcdefghij"
        layers = "".join(f"<!ENTITY {new} '{f'&{old};' * 10}'>" for old, new in pairwise(names))
        bomb = f"<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>{layers}]><a><u>&j;</u></a>"
        with pytest.raises(DocumentUnsafe):
            read(bomb.encode())

    @pytest.mark.parametrize(
        "data",
        [b"", b"<a><u>x</a>", b"<a>", b"<a/><b/>", b"<a>&undeclared;</a>", b"<a>\0</a>", b"<a b='1' b='2'/>", b"x"],
    )
    def test_not_well_formed(self, read, data):
        """XML that is not well-formed is malformed, and the fault is told."""
        with pytest.raises(DocumentMalformed, match=r"not well-formed: .+"):
            read(data)

    def test_depth(self, read):
        """Elements nested without end are refused."""
        with pytest.raises(DocumentMalformed):
            read(b"<a>" * 5000 + b"</a>" * 5000)


def test_place_of_the_fault():
    """The message says on which line the fault is."""
    with pytest.raises(DocumentMalformed, match="line 3"):
        parse(b"<a>\n<b>\n</a>", LIMITS)


def test_size_limit():
    """A document as large as the limit is read, one byte more is not."""
    assert parse(b"<a></a>", Limits(xml_bytes=7)).tag == "a"
    with pytest.raises(LimitExceeded, match="8 bytes; the limit is 7"):
        parse(b"<a> </a>", Limits(xml_bytes=7))


@pytest.mark.parametrize("before", [b"\n", b" \r\n\t", b"\xef\xbb\xbf"])
def test_before_the_declaration(before):
    """A blank line or a byte order mark before the XML declaration harms nobody."""
    assert both(before + "<?xml version='1.0' encoding='UTF-8'?><a><u>é</u></a>".encode()) == "é"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252", "iso-8859-15", "us-ascii"])
def test_encodings(encoding):
    """The declared encoding is the one that is read."""
    text = "Chêne à 5 €" if encoding != "us-ascii" else "Chene"
    assert both(f"<?xml version='1.0' encoding='{encoding}'?><a><u>{text}</u></a>".encode(encoding)) == text


def test_comments_and_sections():
    """Comments and processing instructions inside a value vanish, and a CDATA section is its text."""
    assert both(b"<a><u>F<!-- no -->-<![CDATA[1&2]]><?no no?>3</u><!-- no --></a>") == "F-1&23"


def test_characters_written_as_references():
    """The five entities of XML itself and character references are ordinary text."""
    assert both(b"<a><u>A&amp;B &lt; &#233;&#xE9;</u></a>") == "A&B < éé"


def test_long_text():
    """A text longer than libxml2's own limit of ten million characters is read."""
    assert len(both(b"<a><u>" + b"A" * 10_000_100 + b"</u></a>")) == 10_000_100


def test_stream_keeps_little():
    """An element is emptied once the next is asked for, and those before it leave the tree."""
    elements = stream(io.BytesIO(b"<a><h>head</h><u>1</u><u>2</u><u>3</u></a>"), "u")
    first = next(elements)
    assert first.text == "1"
    second = next(elements)
    assert (first.text, first.getprevious(), second.text) == (None, None, "2")
    assert [element.text for element in elements] == ["3"]


def test_stream_breaks_off():
    """The elements that were whole come before the fault."""
    elements = stream(io.BytesIO(b"<a><u>1</u><u>2</u><u>3"), "u")
    assert [next(elements).text, next(elements).text] == ["1", "2"]
    with pytest.raises(DocumentMalformed):
        next(elements)
