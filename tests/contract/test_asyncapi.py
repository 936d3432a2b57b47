"""The AsyncAPI document: its structure is that of AsyncAPI 3.0.0, and every reference leads somewhere."""

import json
from collections.abc import Iterator
from typing import Any

from worker.contracts.asyncapi import EXCHANGE, QUEUE
from worker.contracts.files import held
from worker.events import EVENT_TYPES

FILES = held()
DOCUMENT = json.loads(FILES["asyncapi.json"])


def references(node: Any) -> Iterator[str]:
    """Every `$ref` in a document."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolve(reference: str) -> Any:
    """What a reference leads to, in the document or in a file beside it."""
    file, _, pointer = reference.partition("#")
    node = json.loads(FILES[file.removeprefix("./")]) if file else DOCUMENT
    for step in pointer.split("/")[1:]:
        node = node[step]
    return node


def bindings(node: Any) -> Iterator[dict[str, Any]]:
    """Every AMQP binding in a document."""
    if isinstance(node, dict):
        if "amqp" in node:
            yield node["amqp"]
        for value in node.values():
            yield from bindings(value)


def test_required_keys():
    """What AsyncAPI 3.0.0 requires is there: version, info, operations with action and channel."""
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert DOCUMENT["info"].keys() >= {"title", "version"}
    assert set(DOCUMENT["channels"]) == {"invoicesReceived", "invoiceEvents"}
    for operation in DOCUMENT["operations"].values():
        assert operation["action"] in {"send", "receive"}
        assert operation["channel"]["$ref"].startswith("#/channels/")


def test_references_resolve():
    """Every reference leads to something, inside the document or in a schema file beside it."""
    found = list(references(DOCUMENT))
    assert all(resolve(reference) for reference in found)
    assert {r.partition("#")[0].removeprefix("./") for r in found if r.startswith("./")} == set(FILES) - {
        "asyncapi.json"
    }


def test_operations_use_messages_of_their_channel():
    """An operation names messages through its channel, and all of them."""
    for operation in DOCUMENT["operations"].values():
        place = operation["channel"]["$ref"]
        named = {reference["$ref"] for reference in operation["messages"]}
        assert named == {f"{place}/messages/{name}" for name in resolve(place)["messages"]}


def test_channels_are_queue_and_exchange():
    """The service receives from the intake queue and sends to the topic exchange, by type, persistent and mandatory."""
    queue, exchange = DOCUMENT["channels"]["invoicesReceived"], DOCUMENT["channels"]["invoiceEvents"]
    assert (queue["address"], queue["bindings"]["amqp"]["queue"]["name"]) == (QUEUE, QUEUE)
    assert queue["bindings"]["amqp"]["is"] == "queue"
    assert exchange["bindings"]["amqp"]["is"] == "routingKey"
    assert exchange["bindings"]["amqp"]["exchange"]["name"] == EXCHANGE
    assert exchange["bindings"]["amqp"]["exchange"]["type"] == "topic"
    assert exchange["parameters"]["eventType"]["enum"] == list(EVENT_TYPES)
    sending = next(o for o in DOCUMENT["operations"].values() if o["action"] == "send")
    assert sending["channel"]["$ref"] == "#/channels/invoiceEvents"
    assert (sending["bindings"]["amqp"]["deliveryMode"], sending["bindings"]["amqp"]["mandatory"]) == (2, True)


def test_binding_version():
    """Every AMQP binding says the version it follows."""
    found = list(bindings(DOCUMENT))
    assert found
    assert {binding["bindingVersion"] for binding in found} == {"0.3.0"}


def test_payloads_say_their_format():
    """Every payload is a JSON Schema 2020-12 file, and says so, because AsyncAPI's own default is draft 07."""
    for message in DOCUMENT["components"]["messages"].values():
        assert message["payload"]["schemaFormat"] == "application/schema+json;version=draft-2020-12"
        assert message["contentType"] in {"application/json", "application/cloudevents+json"}
