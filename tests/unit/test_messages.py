"""The message that announces a delivery: what fits is read, everything else is refused by field and never quoted."""

import json

import pytest
from jsonschema import Draft202012Validator

from tests.contract import examples
from worker.contracts.files import schema
from worker.errors import MessageMalformed
from worker.messages import MAX_MESSAGE_BYTES, encode, parse

SECRET = "Jeanne Durand"
SCHEMA = Draft202012Validator(schema("invoice.received.v1"))


def body_of(content):
    """A message as bytes."""
    return json.dumps(content).encode()


def refusal(body, content_type=None):
    """Why a message is refused."""
    with pytest.raises(MessageMalformed) as caught:
        parse(body, content_type)
    return str(caught.value)


@pytest.mark.parametrize("content_type", [None, "", "application/json", "text/json", "Application/JSON; charset=UTF-8"])
def test_plain_json(content_type):
    """A plain message is read, its moments in UTC and its identifiers untouched."""
    message = parse(body_of(examples.delivery()), content_type)
    assert message.delivery_id == "chorus-pro:4712"
    assert message.document.size == 1234
    assert message.received_at.isoformat() == "2026-11-24T08:00:00.250000+00:00"


@pytest.mark.parametrize("content_type", [None, "application/json", "application/cloudevents+json; charset=utf-8"])
def test_cloudevent(content_type):
    """A CloudEvent gives the message that is its data, also where the broker lost its content type."""
    assert parse(body_of(examples.delivery_event()), content_type) == parse(body_of(examples.delivery()), None)


def test_optional_fields():
    """Without a portal a message has no portal fields; null says the same."""
    small = {name: value for name, value in examples.delivery().items() if "portal" not in name and "made" not in name}
    message = parse(body_of(small), None)
    assert message.portal_invoice_id is message.portal_status is message.made_available_at is None
    assert parse(body_of({**small, "portal_invoice_id": None}), None) == message


URIS = [
    ("2026/11/0a.xml", True),
    ("..a/.b/c..d", True),
    ("file:///srv/drop/facture%20n%C2%B0.pdf", True),
    ("s3://factures-2026/cpro/4712.xml", True),
    ("", False),
    ("/etc/passwd", False),
    ("../outside", False),
    ("a/../../outside", False),
    ("a/./b", False),
    ("a//b", False),
    ("a/", False),
    ("a\\b", False),
    ("C:\\facture.xml", False),
    ("a%2e%2e", False),
    ("a\n", False),
    ("file://host/a", False),
    ("file:/a", False),
    ("file:///a/%2e%2E/b", False),
    ("file:///a/.%2e/b", False),
    ("file:///a%2fb", False),
    ("file:///a%00", False),
    ("file:///a?b", False),
    ("file:///a#b", False),
    ("s3://b", False),
    ("s3://bucket", False),
    ("s3://bucket/../key", False),
    ("s3://user:pass@bucket/key", False),
    ("S3://bucket/key", False),
    ("http://host/a", False),
    ("https://host/a", False),
    ("ftp://host/a", False),
    ("data:,a", False),
    ("gopher://host/a", False),
    ("//host/a", False),
    ("a" * 1025, False),
]


@pytest.mark.parametrize(("uri", "admitted"), URIS)
def test_document_uri(uri, admitted):
    """Only the three kinds of place are admitted, and none that leads out of itself; the text alone tells."""
    content = examples.spoiled(examples.delivery(), "document.uri", uri)
    if admitted:
        assert parse(body_of(content), None).document.uri == uri
    else:
        assert refusal(body_of(content)).startswith("document.uri: wrong; expected file:///path, s3://bucket/key")


WRONG = [
    ("schema_version", ...),
    ("schema_version", True),
    ("schema_version", "1"),
    ("schema_version", 1.5),
    ("delivery_id", ...),
    ("delivery_id", ""),
    ("delivery_id", SECRET + "\u0000"),
    ("delivery_id", SECRET + "\u009f"),
    ("delivery_id", SECRET * 100),
    ("delivery_id", 4712),
    ("source", None),
    ("document", SECRET),
    ("document", []),
    ("document.uri", None),
    ("document.sha256", "A" * 64),
    ("document.sha256", "a" * 63),
    ("document.sha256", "a" * 64 + "\n"),
    ("document.size", -1),
    ("document.size", 2**31),
    ("document.size", "12"),
    ("document.size", 1.5),
    ("document.size", True),
    ("document.media_type", "pdf"),
    ("document.media_type", "text/xml; charset=utf-8"),
    ("portal_invoice_id", 4712),
    ("portal_status", "\u0007"),
    ("made_available_at", "2026-11-23"),
    ("received_at", ...),
    ("received_at", None),
    ("received_at", "2026-11-24T09:00:00"),
    ("received_at", "2026-11-24 09:00:00Z"),
    ("received_at", "2026-13-24T09:00:00Z"),
    ("received_at", "0001-01-01T00:00:00+14:00"),
    ("received_at", "1764000000"),
    ("received_at", 1764000000),
]


@pytest.mark.parametrize(("path", "value"), WRONG)
def test_wrong_fields_are_named(path, value):
    """A wrong field is named with what was expected, in both forms; what the message said is not quoted."""
    state = "missing" if value is ... else "wrong"
    content = examples.spoiled(examples.delivery(), path, value)
    told = refusal(body_of(content))
    assert told.startswith(f"{path}: {state}; expected ")
    assert SECRET not in told
    event = {**examples.delivery_event(), "data": content}
    assert refusal(body_of(event)) == f"data.{told}"


BEYOND_PATTERNS = (
    *("2026-13-24T09:00:00Z", "0001-01-01T00:00:00+14:00"),  # a pattern knows no calendar
    "a\n",  # in Python `$` also matches before a last line feed; in ECMA 262, which schemas mean, it does not
)
REFUSED = [*WRONG, *(("document.uri", uri) for uri, admitted in URIS if not admitted)]


@pytest.mark.parametrize(("path", "value"), [case for case in REFUSED if case[1] not in BEYOND_PATTERNS])
def test_schema_refuses_the_same(path, value):
    """The published schema refuses what the worker refuses."""
    assert not SCHEMA.is_valid(examples.spoiled(examples.delivery(), path, value))


@pytest.mark.parametrize("version", [0, 2, -1, 10**30])
def test_other_versions_are_refused_by_name(version):
    """A version that is not known is the one thing that is told, whatever else is new in it."""
    content = {**examples.delivery(), "schema_version": version, "brand_new": 1}
    told = refusal(body_of(content))
    assert told.startswith("schema_version: ")
    assert told.endswith("is unknown; this worker reads version 1")
    assert refusal(body_of({**examples.delivery_event(), "data": content})) == told


def test_unknown_fields_are_refused():
    """A field that the contract does not know is named, unless its name is no name."""
    assert refusal(body_of({**examples.delivery(), "extra": SECRET})) == "extra: no such field"
    told = refusal(body_of({**examples.delivery(), SECRET: 1}))
    assert told == "(a name that is not shown): no such field"


def test_only_the_first_faults_are_told():
    """A message that is wrong everywhere gives a message of bounded length."""
    told = refusal(body_of({f"x{number}": 1 for number in range(1000)}))
    assert told.endswith("more")
    assert len(told) < 1000


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("specversion", "0.3"),
        ("specversion", ...),
        ("id", ""),
        ("source", ...),
        ("type", "invoice.received.v2"),
        ("time", "yesterday"),
        ("datacontenttype", "text/xml"),
        ("data", ...),
        ("data", "e30="),
    ],
)
def test_wrong_envelopes_are_refused(path, value):
    """A CloudEvent whose attributes are wrong is refused by attribute."""
    content = examples.spoiled(examples.delivery_event(), path, value)
    assert refusal(body_of(content), "application/cloudevents+json").startswith(f"{path}: ")
    assert not SCHEMA.is_valid(content)


@pytest.mark.parametrize(
    "content_type",
    ["application/xml", "application/cloudevents-batch+json", "application/json; charset=utf-16", "x", ";"],
)
def test_other_content_types_are_refused(content_type):
    """Only JSON in UTF-8 is read."""
    assert refusal(body_of(examples.delivery()), content_type).startswith("content type: ")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"\xff\xfe", b"{", b'"\\ud800"', b"[" * 60_000, json.dumps("é").encode("utf-16")]
)
def test_what_is_no_object_is_refused(body):
    """What is no JSON object in UTF-8 is refused and not quoted."""
    assert "JSON" in refusal(body)


def test_size_limit():
    """A message over 64 KiB is refused before it is decoded; one of exactly that size is read."""
    body = body_of(examples.delivery())
    assert parse(body + b" " * (MAX_MESSAGE_BYTES - len(body)), None)
    assert "65,537" in refusal(body + b" " * (MAX_MESSAGE_BYTES + 1 - len(body)))


def test_encoding_leaves_out_what_is_not_given():
    """What is written is compact and holds no null, so that it stays within 2 KB."""
    small = examples.delivery() | {"portal_status": None}
    written = encode(parse(body_of(small), None))
    assert b"portal_status" not in written
    assert b"null" not in written
    assert len(written) < 2048
