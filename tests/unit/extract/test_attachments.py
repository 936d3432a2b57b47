"""The attachments of a pivot: what comes out of one, and what is said where nothing does."""

import base64
import hashlib

import pytest
from lxml import etree

from rules.findings import ReasonCode
from rules.model import Attachment
from tests.fixture_maker.pivot import zipped
from tests.unit.extract.samples import LIMITS
from tests.unit.extract.test_archives import packed
from worker.errors import LimitExceeded
from worker.extract.archives import ArchiveBomb
from worker.extract.attachments import open_attachment
from worker.extract.limits import MEBIBYTE, Limits

PDF = b"%PDF-1.7 facture"


def piece(content=None, **fields):
    """A PJ; bytes are encoded, a text stands as it is."""
    element = etree.Element("PJ")
    text = base64.b64encode(content).decode() if isinstance(content, bytes) else content
    for name, value in {"Contenu": text, "NomPJ": "facture.pdf", "TypePJ": "01", **fields}.items():
        if value is not None:
            etree.SubElement(element, name).text = value
    return element


def opened(content=None, limits=LIMITS, **fields):
    """A PJ after opening."""
    return open_attachment(piece(content, **fields), limits)


@pytest.mark.parametrize(
    "content",
    [
        PDF,
        zipped("facture.pdf", PDF),
        zipped("another name.pdf", PDF),
        f"\n  {base64.b64encode(PDF).decode()[:9]}\r\n\t {base64.b64encode(PDF).decode()[9:]}  \n",
    ],
    ids=["bare", "zipped", "other entry name", "blanks"],
)
def test_content(content):
    """The same file comes out bare or zipped, under any entry name and with any line breaks."""
    found = opened(content)
    assert (found.data, found.finding) == (PDF, None)
    assert found.attachment.size == len(PDF)
    assert found.digest == hashlib.sha256(PDF).hexdigest()
    assert found.is_original


def test_description():
    """Name, category, media type and kind are told, trimmed at both ends."""
    found = opened(PDF, NomPJ="facture.pdf ", CategoriePJ="Facture PDF", MimeTypePJ="application/pdf", TypePJ="02")
    assert found.attachment == Attachment("facture.pdf", "Facture PDF", "application/pdf", "02", len(PDF))
    assert not found.is_original


def test_original_name():
    """Without a category the supplier's own name of the file describes it."""
    assert opened(PDF, NomPJOrigine="F 12.pdf").attachment.description == "F 12.pdf"
    assert opened(PDF).attachment.description is None


@pytest.mark.parametrize("content", [None, "", "  \n"])
def test_no_content(content):
    """A PJ without content is described, has no size, and is no fault."""
    found = opened(content)
    assert (found.data, found.attachment.size, found.finding, found.is_original) == (None, None, None, False)


def test_nothing_but_an_element():
    """A PJ without anything in it is nothing worse than undescribed."""
    assert open_attachment(etree.Element("PJ"), LIMITS).attachment == Attachment(None, None, None, None, None)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("QUJD*", "not valid base64"),
        ("QUJ", "not valid base64"),
        ("QQ==QQ==", "not valid base64"),
        ("=", "not valid base64"),
        ("é", "not valid base64"),
        (b"PK\x03\x04 no archive", "a ZIP that cannot be opened"),
        (packed(("a", b"1"), ("b", b"2")), "a ZIP of 2 files"),
        (packed(), "a ZIP of 0 files"),
        (packed(("../a", b"1")), "file name is a path"),
    ],
)
def test_damaged(content, says):
    """What cannot be opened is a finding that names the attachment, and its text still counts in the digest."""
    found = opened(content)
    assert (found.data, found.attachment.size, found.is_original) == (None, None, False)
    assert found.finding.code is ReasonCode.INT_ATTACHMENT_UNREADABLE
    assert found.finding.value("name") == "facture.pdf"
    assert says in found.finding.value("message")
    assert found.digest != opened(PDF).digest
    assert found.digest == opened(content).digest


@pytest.mark.parametrize("name", ["pieces.zip", "PIECES.ZIP"])
@pytest.mark.parametrize("files", [(), (("a", b"1"), ("b", b"2"))])
def test_archive_of_the_supplier(name, files):
    """An archive that the supplier attached as such is passed on as it is."""
    archive = packed(*files)
    found = opened(archive, NomPJ=name)
    assert (found.data, found.finding) == (archive, None)


def test_bomb():
    """A bomb is no mere finding."""
    with pytest.raises(ArchiveBomb):
        opened(packed(("a", b"\0" * 20 * MEBIBYTE)))


def test_limit():
    """An attachment above the limit is refused before it is decoded."""
    assert opened(b"x" * 99, Limits(attachment_bytes=99)).attachment.size == 99
    with pytest.raises(LimitExceeded, match="more than 99 bytes"):
        opened(b"x" * 102, Limits(attachment_bytes=99))
