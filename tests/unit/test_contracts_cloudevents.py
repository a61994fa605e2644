"""An event as a message and back."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from contracts.advisory import PreparednessPlanPublished, PreparednessPlanRecorded, PreparednessPlanVerified
from contracts.cloudevents import Flow, Undecodable, UnknownType, decode, encode, sequence_header, type_of
from contracts.values import PartialDate

ID = UUID("296ec045-d273-40ba-8846-c253e0a17f01")
SUBJECT = UUID("6f1d8a52-7c0e-4a43-9a5e-0c1f6f3b2d01")
FLOW = Flow(
    UUID("f74cae23-b051-4e98-9624-a031ce8f5d07"),
    UUID("185dbf34-c162-4fa9-a735-b142df906e08"),
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
)
PUBLISHED = PreparednessPlanPublished(
    subject=SUBJECT,
    revision=3,
    at=datetime(2026, 11, 23, 9, 2, 1, 1001, tzinfo=UTC),
    provenance="synthetic",
    municipality_code="9901",
    version=2,
    adopted_on=PartialDate.parse("2026-04"),
    published_url="https://example.org/plan",
    next_revision_due=date(2030, 4, 30),
    covers=("children_youth", "adults"),
)
VERIFIED = PreparednessPlanVerified(
    subject=SUBJECT, revision=4, at=PUBLISHED.at, municipality_code="0851", version=1, verified_on=date(2026, 11, 23)
)


def message(flow: Flow | None = FLOW) -> tuple[dict[str, bytes], bytes]:
    encoded = encode(PUBLISHED, id=ID, stream="internal", flow=flow)
    return dict([*encoded.headers, sequence_header(7)]), encoded.value


def reason_of(headers: dict[str, bytes], value: bytes | None) -> str:
    with pytest.raises(Undecodable) as refused:
        decode(list(headers.items()), value)
    return refused.value.reason


@pytest.mark.parametrize("flow", [FLOW, Flow(ID, None, None), None])
def test_an_internal_message_reads_back_as_the_event_that_was_sent(flow: Flow | None):
    headers, value = message(flow)
    received = decode(list(headers.items()), value)
    assert received.event.model_dump() == PUBLISHED.model_dump()
    assert isinstance(received.event, PreparednessPlanPublished)
    assert (received.id, received.type, received.sequence, received.flow) == (ID, PUBLISHED.type, 7, flow)


def test_the_message_is_a_cloudevent_in_binary_mode():
    encoded = encode(PUBLISHED, id=ID, stream="internal", flow=FLOW)
    assert dict(encoded.headers) == {
        "ce_specversion": b"1.0",
        "ce_id": str(ID).encode(),
        "ce_type": b"dk.maerk.advisory.preparedness-plan-published.v1",
        "ce_source": b"urn:maerk:advisory",
        "ce_subject": str(SUBJECT).encode(),
        "ce_time": b"2026-11-23T09:02:01.001001Z",
        "ce_dataschema": b"urn:maerk:schema:dk.maerk.advisory.preparedness-plan-published.v1",
        "content-type": b"application/json",
        "ce_partitionkey": str(SUBJECT).encode(),
        "ce_dataclassification": b"public",
        "ce_provenance": b"synthetic",
        "ce_revision": b"3",
        "ce_correlationid": str(FLOW.correlation_id).encode(),
        "ce_causationid": str(FLOW.causation_id).encode(),
        "traceparent": b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    }
    assert encoded.key == str(SUBJECT).encode()
    assert encoded.timestamp_ms == 1795424521001
    assert encoded.value == (
        b'{"municipality_code":"9901","version":2,"adopted_on":"2026-04","published_url":"https://example.org/plan",'
        b'"next_revision_due":"2030-04-30","covers":["children_youth","adults"],"children_youth":"primary"}'
    )


def test_a_field_without_a_value_is_absent_and_reads_back_as_none():
    recorded = PreparednessPlanRecorded(
        subject=SUBJECT, revision=1, at=PUBLISHED.at, municipality_code="0851", version=1, covers=()
    )
    encoded = encode(recorded, id=ID, stream="internal", flow=None)
    assert b"adopted_on" not in encoded.value
    received = decode([*encoded.headers, sequence_header(1)], encoded.value)
    assert received.event.model_dump() == recorded.model_dump()


@pytest.mark.rule("a.12/public-stream")
def test_the_public_message_says_nothing_of_internal_traffic():
    public, internal = (encode(PUBLISHED, id=ID, stream=s, flow=FLOW) for s in ("public", "internal"))
    hidden = {"ce_revision", "ce_correlationid", "ce_causationid", "traceparent"}
    assert dict(public.headers) == {name: each for name, each in internal.headers if name not in hidden}
    assert public == encode(PUBLISHED.model_copy(update={"revision": 9}), id=ID, stream="public", flow=None)
    assert (public.key, public.value, public.timestamp_ms) == (internal.key, internal.value, internal.timestamp_ms)


def test_an_internal_event_cannot_be_put_on_the_public_stream():
    with pytest.raises(ValueError, match="does not belong on the public stream"):
        encode(VERIFIED, id=ID, stream="public", flow=None)


def test_sequences_sort_as_text_as_they_do_as_numbers():
    numbers = [0, 9, 10, 99, 2**63 - 1]
    written = [sequence_header(each)[1] for each in numbers]
    assert written == sorted(written)
    assert [int(each) for each in written] == numbers


@pytest.mark.parametrize(
    "name",
    ["ce_specversion", "ce_id", "ce_type", "ce_subject", "ce_time", "ce_provenance", "ce_revision", "ce_sequence"],
)
def test_a_message_without_a_needed_header_cannot_be_decoded(name: str):
    headers, value = message()
    assert reason_of({k: v for k, v in headers.items() if k != name}, value) == f"missing_header:{name}"
    assert reason_of(headers | {name: None}, value) == f"bad_header:{name}"  # type: ignore[dict-item]
    if name != "ce_type":
        assert reason_of(headers | {name: b"\xff"}, value) == f"bad_header:{name}"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ce_specversion": b"0.3"}, "bad_header:ce_specversion"),
        ({"ce_type": b"\xff"}, "bad_header:ce_type"),
        ({"ce_id": b"1"}, "bad_header:ce_id"),
        ({"ce_subject": b"x"}, "bad_header:ce_subject"),
        ({"ce_time": b"yesterday"}, "bad_header:ce_time"),
        ({"ce_time": b"2026-11-23T09:02:01"}, "schema_mismatch:at"),
        ({"ce_provenance": b"rumour"}, "schema_mismatch:provenance"),
        ({"ce_revision": b"-1"}, "bad_header:ce_revision"),
        ({"ce_revision": b"0"}, "schema_mismatch:revision"),
        ({"ce_sequence": b"1.5"}, "bad_header:ce_sequence"),
        ({"ce_sequence": b"9" * 5000}, "bad_header:ce_sequence"),
        ({"ce_correlationid": b"x"}, "bad_header:ce_correlationid"),
        ({"ce_causationid": b"x"}, "bad_header:ce_causationid"),
        ({"traceparent": b"\xff"}, "bad_header:traceparent"),
        ({"traceparent": b"abc"}, "bad_header:traceparent"),
        ({"ce_time": b"0001-01-01T00:00:00+14:00"}, "schema_mismatch:at"),
        ({"ce_time": b"9999-12-31T23:59:59Z"}, "schema_mismatch:at"),
    ],
)
def test_a_message_with_a_bad_header_cannot_be_decoded(change: dict[str, bytes], reason: str):
    headers, value = message()
    assert reason_of(headers | change, value) == reason


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda _: None, "bad_json"),
        (lambda _: b"", "bad_json"),
        (lambda value: value[:-1], "bad_json"),
        (lambda value: value.replace(b"9901", b"\xff\xff"), "bad_json"),
        (lambda _: b"[]", "bad_json"),
        (lambda _: b"null", "bad_json"),
        (lambda _: b"[" * 100_000, "bad_json"),
        (lambda _: b"{}", "schema_mismatch:municipality_code"),
        (lambda value: value.replace(b'"version":2', b'"version":0'), "schema_mismatch:version"),
        (lambda value: value.replace(b"2026-04", b"2026-13"), "schema_mismatch:adopted_on"),
        (lambda value: value.replace(b"2030-04-30", b"2030-04-31"), "schema_mismatch:next_revision_due"),
        (lambda value: value.replace(b"https:", b"file:"), "schema_mismatch:published_url"),
        (lambda value: value.replace(b'"adults"', b'"Someone Else"'), "schema_mismatch:covers"),
    ],
)
def test_a_message_with_a_bad_value_cannot_be_decoded(spoil: Callable[[bytes], bytes | None], reason: str):
    headers, value = message()
    assert reason_of(headers, spoil(value)) == reason


def test_why_a_message_cannot_be_decoded_says_nothing_of_its_content():
    headers, value = message()
    with pytest.raises(Undecodable) as refused:
        decode(list(headers.items()), value.replace(b"2026-04", b"MARKED VALUE"))
    shown = [str(refused.value), repr(refused.value), str(refused.value.args), str(refused.value.__context__)]
    assert shown[0] == "schema_mismatch:adopted_on"
    assert refused.value.__suppress_context__
    assert not any("MARKED" in each for each in shown[:3])


def test_data_cannot_speak_for_the_envelope():
    headers, value = message()
    forged = value[:-1] + b',"subject":"' + str(ID).encode() + b'","revision":99,"provenance":"actual"}'
    event = decode(list(headers.items()), forged).event
    assert (event.subject, event.revision, event.provenance) == (SUBJECT, 3, "synthetic")


def test_a_type_that_nobody_here_knows_can_be_told_apart():
    headers, value = message()
    unknown = headers | {"ce_type": b"dk.maerk.advisory.plan-folded.v9"}
    with pytest.raises(UnknownType):
        decode(list(unknown.items()), value)
    assert type_of(list(unknown.items())) == "dk.maerk.advisory.plan-folded.v9"


def test_the_type_is_read_without_reading_the_message():
    assert type_of([("ce_type", PUBLISHED.type.encode())]) == PUBLISHED.type
    with pytest.raises(Undecodable, match="missing_header:ce_type"):
        type_of([])
    with pytest.raises(Undecodable, match="bad_header:ce_type"):
        type_of([("ce_type", b"\xff")])
