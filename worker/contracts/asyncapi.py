"""The AsyncAPI 3.0.0 document: which queue is read, which exchange is written, and what travels on each.

Payloads are references to the JSON Schema files beside the document. AMQP bindings are of version 0.3.0.
"""

from typing import Any

from worker.messages import RECEIVED_TYPE, DeliveryMessage, ReceivedEvent
from worker.tracing import TRACEPARENT
from worker.wire.envelopes import ENVELOPES, Envelope
from worker.wire.fields import EVENT_MEDIA_TYPE

CONTRACT_VERSION = "1.1.0"  # of the contracts, not of the software: it changes when a schema does
QUEUE = "invoices.received"
EXCHANGE = "invoice.events"
BINDING_VERSION = "0.3.0"
SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12"
_DESCRIPTION = """\
Aiguilleur reads the invoices that a French public body receives through Chorus Pro, decides which service and \
commitment each is for, and emits one event for each decision.

Delivery is at least once: drop events whose source and id you have seen. Decisions of one invoice are numbered; the \
highest number is in force. Schemas are exact for this version of the contracts: read them to know what is sent, and \
accept fields and codes that you do not know."""


def document() -> dict[str, Any]:
    """The whole document."""
    incoming = {"delivery": _delivery(), "deliveryEvent": _delivery_event()}
    outgoing = {_name(envelope): _decision(envelope) for envelope in ENVELOPES}
    return {
        "asyncapi": "3.0.0",
        "id": "urn:aiguilleur",
        "info": {
            "title": "Aiguilleur",
            "version": CONTRACT_VERSION,
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": EVENT_MEDIA_TYPE,
        "channels": {"invoicesReceived": _queue(incoming), "invoiceEvents": _exchange(outgoing)},
        "operations": {
            "receiveDelivery": _operation("receive", "invoicesReceived", incoming, {"ack": True}),
            "sendDecision": _operation("send", "invoiceEvents", outgoing, {"deliveryMode": 2, "mandatory": True}),
        },
        "components": {"messages": {**incoming, **outgoing}},
    }


def _queue(messages: dict[str, Any]) -> dict[str, Any]:
    queue = {"name": QUEUE, "durable": True, "exclusive": False, "autoDelete": False, "vhost": "/"}
    return {
        "address": QUEUE,
        "title": "Deliveries to decide",
        "description": "A delivery is acknowledged once it is recorded. One that does not fit the schema is recorded "
        "as refused and dead-lettered.",
        "messages": _references(messages),
        "bindings": _amqp({"is": "queue", "queue": queue}),
    }


def _exchange(messages: dict[str, Any]) -> dict[str, Any]:
    exchange = {"name": EXCHANGE, "type": "topic", "durable": True, "autoDelete": False, "vhost": "/"}
    types = [envelope.constant("type") for envelope in ENVELOPES]
    return {
        "address": "{eventType}",
        "title": "Decisions",
        "description": "The routing key is the type of the event. Bind a durable queue of your own, with the types you "
        "need or with invoice.#",
        "parameters": {"eventType": {"description": "The type of the event", "enum": types}},
        "messages": _references(messages),
        "bindings": _amqp({"is": "routingKey", "exchange": exchange}),
    }


def _operation(action: str, channel: str, messages: dict[str, Any], binding: dict[str, Any]) -> dict[str, Any]:
    place = f"#/channels/{channel}"
    return {
        "action": action,
        "channel": {"$ref": place},
        "messages": [{"$ref": f"{place}/messages/{name}"} for name in messages],
        "bindings": _amqp(binding),
    }


def _delivery() -> dict[str, Any]:
    return {
        "name": RECEIVED_TYPE,
        "title": "Delivery as plain JSON",
        "summary": DeliveryMessage.__doc__,
        "contentType": "application/json",
        "headers": _traced("The trace that the delivery belongs to; one that is not well-formed is ignored"),
        "payload": _payload(f"{RECEIVED_TYPE}.json#/$defs/{DeliveryMessage.__name__}"),
    }


def _delivery_event() -> dict[str, Any]:
    return {
        "name": RECEIVED_TYPE,
        "title": "Delivery as a CloudEvent",
        "summary": ReceivedEvent.__doc__,
        "contentType": EVENT_MEDIA_TYPE,
        "headers": _traced("The trace that the delivery belongs to, before the attribute of that name"),
        "payload": _payload(f"{RECEIVED_TYPE}.json#/$defs/{ReceivedEvent.__name__}"),
    }


def _decision(envelope: type[Envelope]) -> dict[str, Any]:
    kind = envelope.constant("type")
    return {
        "name": kind,
        "title": envelope.__name__,
        "summary": envelope.__doc__,
        "contentType": EVENT_MEDIA_TYPE,
        "headers": _traced("The trace of this publication, below that of the decision; absent where nothing is traced"),
        "payload": _payload(f"{kind}.json"),
        "bindings": _amqp({"messageType": kind}),
    }


def _traced(description: str) -> dict[str, Any]:
    """The header of W3C Trace Context."""
    return {"type": "object", "properties": {TRACEPARENT: {"type": "string", "description": description}}}


def _name(envelope: type[Envelope]) -> str:
    return envelope.__name__[0].lower() + envelope.__name__[1:]


def _references(messages: dict[str, Any]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in messages}


def _payload(file: str) -> dict[str, Any]:
    return {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": f"./{file}"}}


def _amqp(binding: dict[str, Any]) -> dict[str, Any]:
    return {"amqp": {**binding, "bindingVersion": BINDING_VERSION}}
