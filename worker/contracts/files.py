"""The files of `worker/schemas`: what they must hold, by the models, and what they do hold."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from worker.contracts.asyncapi import document
from worker.messages import RECEIVED_TYPE, DeliveryMessage, ReceivedEvent
from worker.wire.envelopes import ENVELOPES

ASYNCAPI = "asyncapi.json"
_RECEIVED_TITLE = "A delivery"
_RECEIVED_DESCRIPTION = (
    "A message on the queue invoices.received: a delivery as plain JSON, or as a CloudEvent in structured mode whose "
    "data it is. At most 64 KiB; the bytes of the document travel by reference."
)


def made() -> dict[str, str]:
    """What every file must hold, by file name."""
    contents = {f"{kind}.json": _text(schema) for kind, schema in _schemas()}
    contents[ASYNCAPI] = _text(document())
    return contents


def held() -> dict[str, str]:
    """What the files in the tree, or in the installed wheel, hold."""
    folder = files("worker") / "schemas"
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".json")}


def schema(kind: str) -> dict[str, Any]:
    """The published JSON Schema of a type of event or message, such as `invoice.routed.v1`."""
    text = (files("worker") / "schemas" / f"{kind}.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def _schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    for envelope in ENVELOPES:
        kind = envelope.constant("type")
        yield kind, _published(kind, envelope, "serialization")
    received = _published(RECEIVED_TYPE, DeliveryMessage | ReceivedEvent, "validation")
    yield RECEIVED_TYPE, {**received, "title": _RECEIVED_TITLE, "description": _RECEIVED_DESCRIPTION}


def _published(kind: str, model: Any, mode: JsonSchemaMode) -> dict[str, Any]:
    body = TypeAdapter(model).json_schema(mode=mode, schema_generator=_Plain)
    return {"$schema": GenerateJsonSchema.schema_dialect, "$id": f"urn:aiguilleur:schema:{kind}", **body}


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


class _Plain(GenerateJsonSchema):
    """JSON Schema without a title on each property: it would only repeat the name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        _ = schema
        return False
