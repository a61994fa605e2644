"""One AsyncAPI document for all topics, made from the event classes and their stored examples.

Source: AsyncAPI 3.1.0; AsyncAPI Kafka bindings 0.5.0.
"""

from collections.abc import Mapping
from typing import Any, Final

from contracts.event import Event
from contracts.schemas import schema
from contracts.topics import STREAMS, TOPICS, Stream, Topic

Json = dict[str, Any]
KAFKA: Final = "0.5.0"
INTERNAL_HEADERS: Final = ("ce_revision", "ce_correlationid", "ce_causationid", "traceparent")
_UUID: Final = {"type": "string", "format": "uuid"}
_HEADERS: Final[Json] = {
    "ce_specversion": {"type": "string", "const": "1.0"},
    "ce_id": {**_UUID, "description": "Id of the event; the same on every repeat"},
    "ce_source": {"type": "string", "pattern": "^urn:maerk:[a-z]+$", "description": "The service that it comes from"},
    "ce_subject": {**_UUID, "description": "Id of the aggregate that it happened to"},
    "ce_time": {"type": "string", "format": "date-time", "description": "When it happened, UTC"},
    "ce_partitionkey": {**_UUID, "description": "Equals ce_subject; the key of the message"},
    "ce_sequence": {
        "type": "string",
        "pattern": "^[0-9]{20}$",
        "description": "Rises within a partition; a message whose number is not above the last one read is a repeat",
    },
    "ce_dataclassification": {"type": "string", "enum": ["public", "internal", "restricted"]},
    "ce_provenance": {
        "type": "string",
        "enum": ["actual", "synthetic"],
        "description": "Whether it is true or made for a demonstration",
    },
    "content-type": {"type": "string", "const": "application/json"},
}
_INTERNAL: Final[Json] = {
    "ce_revision": {"type": "string", "pattern": "^[1-9][0-9]*$", "description": "Counts the aggregate's events"},
    "ce_correlationid": {**_UUID, "description": "The flow that it belongs to"},
    "ce_causationid": {**_UUID, "description": "The event that led to it"},
    "traceparent": {"type": "string", "description": "W3C trace context of the sender"},
}


def document(events: Mapping[str, type[Event]], examples: Mapping[str, Json]) -> Json:
    """The AsyncAPI document of these events.

    `examples` holds headers and data of a message by event type.
    """
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "MÆRK events",
            "version": "1.0.0",
            "description": (
                "What MÆRK's five services tell. Partners read the public channels; internal channels are for the "
                "services. Messages are CloudEvents 1.0 in Kafka's binary mode, kept for ever. Fields and values of "
                "extensible enumerations may be added, so readers ignore what they do not know."
            ),
        },
        "defaultContentType": "application/json",
        "servers": {
            "services": _server("Reached by the five services alone.", "127.0.0.1:19092", "kafka"),
            "partners": _server("Reached by partners, who read public topics.", "127.0.0.1:19094", "kafka")
            | {"security": [{"$ref": "#/components/securitySchemes/scram"}]},
        },
        "channels": {_id(topic): _channel(topic, events, examples) for topic in TOPICS},
        "operations": {
            f"send_{_id(topic)}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{_id(topic)}"},
                "summary": f"The service {topic.service} alone writes to this topic.",
            }
            for topic in TOPICS
        },
        "components": {
            "schemas": {type_: schema(cls) for type_, cls in events.items()},
            "messageTraits": {stream: _trait(stream) for stream in STREAMS},
            "securitySchemes": {"scram": {"type": "scramSha512", "description": "User and password per partner"}},
        },
    }


def _id(topic: Topic) -> str:
    return f"{topic.service}_{topic.stream}"


def _server(description: str, example: str, protocol: str) -> Json:
    return {
        "host": "{bootstrap}",
        "protocol": protocol,
        "description": description,
        "variables": {"bootstrap": {"description": "Host and port of a broker", "default": example}},
        "bindings": {"kafka": {"bindingVersion": KAFKA}},
    }


def _channel(topic: Topic, events: Mapping[str, type[Event]], examples: Mapping[str, Json]) -> Json:
    sent = {type_: cls for type_, cls in events.items() if cls.service == topic.service and topic.stream in cls.streams}
    return {
        "address": topic.name,
        "title": topic.name,
        "servers": [{"$ref": "#/servers/services"}]
        + ([{"$ref": "#/servers/partners"}] if topic.stream == "public" else []),
        "messages": {type_: _message(cls, topic.stream, examples.get(type_)) for type_, cls in sent.items()},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": [topic.config["cleanup.policy"]],
                    "retention.ms": int(topic.config["retention.ms"]),
                    "retention.bytes": int(topic.config["retention.bytes"]),
                },
                "bindingVersion": KAFKA,
            }
        },
    }


def _message(cls: type[Event], stream: Stream, example: Json | None) -> Json:
    message: Json = {
        "name": cls.type,
        "title": cls.__name__,
        "summary": cls.__doc__,
        "traits": [{"$ref": f"#/components/messageTraits/{stream}"}],
        "headers": {
            "type": "object",
            "properties": {
                "ce_type": {"type": "string", "const": cls.type},
                "ce_dataschema": {"type": "string", "const": cls.dataschema},
            },
        },
        "payload": {"$ref": f"#/components/schemas/{cls.type}"},
    }
    if example is not None:
        hidden = () if stream == "internal" else INTERNAL_HEADERS
        headers = {name: value for name, value in example["headers"].items() if name not in hidden}
        message["examples"] = [{"headers": headers, "payload": example["data"]}]
    return message


def _trait(stream: Stream) -> Json:
    internal = stream == "internal"
    required = ["ce_type", "ce_dataschema", *_HEADERS, *(["ce_revision"] if internal else [])]
    trait: Json = {
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "properties": {**_HEADERS, **(_INTERNAL if internal else {})},
            "required": sorted(required),
        },
        "bindings": {"kafka": {"key": _UUID, "bindingVersion": KAFKA}},
    }
    return trait | ({"correlationId": {"location": "$message.header#/ce_correlationid"}} if internal else {})
