"""Texts: trimmed at both ends and nowhere else, and told where several differ."""

import pytest
from lxml import etree

from rules.findings import ReasonCode
from rules.model import Field
from worker.extract.values import Values, plain_text, text_of


def values(*texts):
    """The reader of one field `number` with some elements."""
    elements = [etree.fromstring(f"<n>{text}</n>" if text is not None else "<n/>") for text in texts]
    return Values({"number": elements} if elements else {}, {"number": "/a/n", "other": "/b"})


@pytest.mark.parametrize(
    ("written", "value"),
    [("F-1", "F-1"), ("  F 1\t\n", "F 1"), ("007", "007"), ("\u00a0F\u00a01", "F\u00a01"), ("l’Œuf", "l’Œuf")],
)
def test_outer_blanks(written, value):
    """Outer blanks are trimmed, inner ones and leading zeros stay, and the text as written is kept beside."""
    assert values(written).text("number") == Field(written, value, "/a/n")


@pytest.mark.parametrize("texts", [(), (None,), ("",), ("  \n",), (None, " ")])
def test_absent(texts):
    """No element, an empty one and a blank one are all absence."""
    reader = values(*texts)
    assert reader.text("number") is None
    assert reader.texts("number") == ()
    assert reader.amount("number") is None
    assert reader.day("number") is None
    assert reader.findings == []


def test_too_long():
    """A text of more than 500 characters is no value; a finding shows how it begins."""
    reader = values("F" * 501, "F-1")
    assert values(" " * 600 + "F" * 500).text("number").value == "F" * 500
    assert reader.text("number").value == "F-1"
    assert values("F" * 501).text("number") is None
    (finding,) = reader.findings
    assert finding.code is ReasonCode.INT_VALUE_UNREADABLE
    assert dict(finding.values) == {"field": "number", "value": "F" * 40 + "…"}


def test_same_twice():
    """A value that is written twice is one value."""
    reader = values("F-1", " F-1 ")
    assert reader.text("number").value == "F-1"
    assert reader.findings == []


def test_several_differ():
    """Values that differ are told once with all of them, and the first is kept."""
    reader = values(None, "F-1", "F-2", "F-1")
    assert reader.text("number").value == "F-1"
    (finding,) = reader.findings
    assert finding.code is ReasonCode.INT_VALUE_REPEATED
    assert dict(finding.values) == {"field": "number", "values": "F-1, F-2", "kept": "F-1"}


def test_every_value():
    """A field that may repeat gives every value that is not blank, in order and without any finding."""
    reader = values("B", None, "A", "B")
    assert [text.value for text in reader.texts("number")] == ["B", "A", "B"]
    assert reader.findings == []


def test_taken_from_elsewhere():
    """A field taken from elsewhere says where it was taken from; one that stands nowhere else stays as it was."""
    reader = values("F-1")
    reader.replace("number", [], "/elsewhere")
    assert reader.text("number").source == "/a/n"
    reader.replace("number", [etree.fromstring("<m>F-2</m>")], "/elsewhere")
    assert reader.text("number") == Field("F-2", "F-2", "/elsewhere")
    assert reader.path("other") == "/b"
    assert reader.elements("other") == []


def test_of_scheme():
    """Of several values the one under a scheme is found; a blank one is none."""
    elements = [etree.fromstring(f"<n schemeID='{s}'>{t}</n>") for s, t in (("FC", "1"), ("VA", " "), ("VA", "2"))]
    reader = Values({"tax": elements}, {"tax": "/t"})
    assert reader.of_scheme("tax", "VA").value == "2"
    assert reader.of_scheme("tax", "XX") is None


def test_text_below_a_field():
    """A text found one step below a field tells both steps; no element is no text."""
    reader = values()
    assert reader.text_at(etree.fromstring("<c> x </c>"), "other", "c") == Field(" x ", "x", "/b/c")
    assert reader.text_at(None, "other", "c") is None


def test_plain_text():
    """A plain text is trimmed and never empty."""
    assert plain_text(etree.fromstring("<a> x </a>")) == "x"
    assert plain_text(etree.fromstring("<a> </a>")) is plain_text(etree.fromstring("<a/>")) is plain_text(None) is None
    assert text_of(etree.fromstring("<a> </a>"), "/a") is None


def test_required():
    """Each required field that is absent is told by its name."""
    reader = values()
    reader.require(number=None, day="2026-11-24", total=None)
    assert [dict(finding.values)["field"] for finding in reader.findings] == ["number", "total"]
