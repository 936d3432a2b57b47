"""ZIPs of one file: what is unpacked, and every way in which one can lie."""

import io
import struct
import zipfile

import pytest

from worker.errors import DocumentMalformed, DocumentUnsafe, LimitExceeded
from worker.extract.archives import ArchiveBomb, SeveralMembers, only_member
from worker.extract.limits import MEBIBYTE, Limits

LIMITS = Limits()
CENTRAL = b"PK\x01\x02"
# where a number stands in the central directory's entry, and how it is packed
FLAGS, METHOD, PACKED_SIZE, SIZE = (8, "<H"), (10, "<H"), (20, "<L"), (24, "<L")


def packed(*files, method=zipfile.ZIP_DEFLATED):
    """A ZIP of (name, content); a name that ends in a slash is a folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo("x")
            entry.filename, entry.compress_type = name, method
            archive.writestr(entry, content)
    return out.getvalue()


def lying(archive, place, number):
    """An archive whose central directory states another number."""
    offset, form = place
    changed = bytearray(archive)
    struct.pack_into(form, changed, archive.index(CENTRAL) + offset, number)
    return bytes(changed)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("name", ["facture.pdf", "Facture n° 12 – été.pdf", "...", " ", ".xml"])
def test_one_file(name, method):
    """The one file comes out with its name and its bytes."""
    assert only_member(packed((name, b"content"), method=method), LIMITS) == (name, b"content")


def test_folders_do_not_count():
    """A folder entry beside the one file is no file."""
    assert only_member(packed(("pieces/", b""), ("a.xml", b"<a/>")), LIMITS).name == "a.xml"


@pytest.mark.parametrize(("names", "count"), [([], 0), (["d/"], 0), (["a", "b"], 2), (["a", "a"], 2)])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_not_one_file(names, count):
    """No file and two files are refused, and counted."""
    with pytest.raises(SeveralMembers, match=f"a ZIP of {count} files"):
        only_member(packed(*((name, b"") for name in names)), LIMITS)


@pytest.mark.parametrize("name", ["a/b.xml", "../a.xml", "/etc/passwd", "a\\b.xml", "..\\a", "..", ".", ""])
def test_path_for_a_name(name):
    """A name that is a path, or none at all, is unsafe."""
    with pytest.raises(DocumentUnsafe, match="a path"):
        only_member(packed((name, b"x")), LIMITS)


def test_locked():
    """A ZIP with a password is named as one."""
    with pytest.raises(DocumentMalformed, match="a ZIP locked with a password; ask"):
        only_member(lying(packed(("a", b"x")), FLAGS, 0x1), LIMITS)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods(method):
    """Methods that cannot be unpacked within a bound are not unpacked at all."""
    with pytest.raises(DocumentMalformed, match="other than Deflate"):
        only_member(packed(("a", b"\0" * MEBIBYTE), method=method), LIMITS)


def test_unknown_method():
    """A method that nobody knows is refused like the known ones."""
    with pytest.raises(DocumentMalformed, match="other than Deflate"):
        only_member(lying(packed(("a", b"x")), METHOD, 99), LIMITS)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        b"PK\x03\x04" + b"\0" * 100,
        packed(("a.xml", b"<a/>" * 50))[:-30],
        packed(("a.xml", b"<a/>" * 50)).replace(b"PK\x03\x04", b"PK\x03\x05"),
        packed(("a.xml", b"<a/>" * 50)).replace(b"a.xml\xb3", b"a.xml\xff", 1),
    ],
    ids=["mark only", "zeros", "cut", "wrong local header", "wrong bits"],
)
def test_damaged(data):
    """A damaged ZIP is malformed."""
    with pytest.raises(DocumentMalformed, match="cannot be opened"):
        only_member(data, LIMITS)


def test_bomb():
    """A ZIP that unpacks to far more than its size explains is refused."""
    with pytest.raises(ArchiveBomb, match="unpacks to more than"):
        only_member(packed(("a", b"\0" * 20 * MEBIBYTE)), LIMITS)


def test_below_a_mebibyte():
    """Up to one mebibyte any ratio passes; one byte more is a bomb."""
    assert len(only_member(packed(("a", b"\0" * MEBIBYTE)), LIMITS).data) == MEBIBYTE
    with pytest.raises(ArchiveBomb):
        only_member(packed(("a", b"\0" * (MEBIBYTE + 1))), LIMITS)


def test_limit_of_an_attachment():
    """However well its size explains it, no file comes out above the limit of attachments."""
    with pytest.raises(LimitExceeded, match="more than 100 bytes"):
        only_member(packed(("a", bytes(range(101))), method=zipfile.ZIP_STORED), Limits(attachment_bytes=100))


def test_understated_size():
    """A size that is smaller than what unpacks does not cut the file silently."""
    with pytest.raises(DocumentMalformed, match="CRC"):
        only_member(lying(packed(("a", b"content")), SIZE, 3), LIMITS)


@pytest.mark.parametrize("place", [SIZE, PACKED_SIZE])
def test_overstated_size(place):
    """A size that is larger than what unpacks opens no room for a bomb."""
    bomb = lying(packed(("a", b"\0" * 3 * MEBIBYTE)), place, 2**31)
    with pytest.raises((ArchiveBomb, LimitExceeded, DocumentMalformed)):
        only_member(bomb, Limits(attachment_bytes=2 * MEBIBYTE))


def test_claimed_size():
    """A claim of more packed bytes than the archive has explains nothing."""
    bomb = lying(packed(("a", b"\0" * 3 * MEBIBYTE)), PACKED_SIZE, 2**31)
    with pytest.raises(ArchiveBomb):
        only_member(bomb, LIMITS)


def test_every_cut():
    """A ZIP cut anywhere is malformed, never something else."""
    whole = packed(("a.xml", b"<a/>"))
    for end in range(len(whole)):
        with pytest.raises(DocumentMalformed):
            only_member(whole[:end], LIMITS)
