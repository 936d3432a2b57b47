"""What bytes are, told by the bytes."""

import pytest

from worker.extract.detect import Kind, detect, name_of


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", Kind.EMPTY),
        (b" \r\n\t\0", Kind.EMPTY),
        (b"\xef\xbb\xbf", Kind.EMPTY),
        (b"<a/>", Kind.XML),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", Kind.XML),
        (b"\n  <a/>", Kind.XML),
        ("<a/>".encode("utf-16"), Kind.XML),
        ("<a/>".encode("utf-16-le"), Kind.XML),
        ("<a/>".encode("utf-16-be"), Kind.XML),
        (b"\xfe\xff\0<", Kind.XML),
        (b"<a>%PDF-1.7</a>", Kind.XML),
        (b"<!DOCTYPE html><html>", Kind.OTHER),
        (b" <HTML lang='fr'>", Kind.OTHER),
        (b"<!DOCTYPE a><a/>", Kind.XML),
        (b"%PDF-1.7", Kind.PDF),
        (b"x" * 1019 + b"%PDF-", Kind.PDF),
        (b"x" * 1020 + b"%PDF-", Kind.OTHER),
        (b"PK\x03\x04", Kind.ZIP),
        (b"PK\x05\x06", Kind.ZIP),
        (b"PK\x03\x04...facture.pdf%PDF-1.7", Kind.ZIP),
        (b"PK", Kind.OTHER),
        (b"Bonjour", Kind.OTHER),
        (b"{}", Kind.OTHER),
    ],
)
def test_kinds(head, kind):
    """The first bytes name the container, whatever blank or mark stands before them."""
    assert detect(head) is kind


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"BZh9", "a bzip2 archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
        (b"Rar!\x1a", "a RAR archive"),
        (b"\x89PNG\r\n", "a PNG image"),
        (b"\xff\xd8\xff\xe0", "a JPEG image"),
        (b"GIF89a", "a GIF image"),
        (b"II*\0", "a TIFF image"),
        (b"MM\0*", "a TIFF image"),
        (b"\xd0\xcf\x11\xe0", "an old Office document"),
        (b"{\\rtf1", "an RTF document"),
        (b"%!PS-Adobe", "a PostScript file"),
        (b"MZ\x90", "a program"),
        (b"\x7fELF", "a program"),
        (b'\xef\xbb\xbf {"a": 1}', "a JSON document"),
        (b"\n[1]", "a JSON document"),
        (b"<!doctype HTML>", "an HTML page"),
        (b"\n<html>", "an HTML page"),
        (b"Bonjour", None),
        (b"", None),
    ],
)
def test_names(head, name):
    """What is of no use is called by its name; plain text has none."""
    assert name_of(head) == name
