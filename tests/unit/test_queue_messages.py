"""What is read out of the ingest queue, whatever comes."""

import json
from typing import Any

import pytest

from afterglow.adapters.s3.staging import staging_key
from afterglow.api.jobs.queue_messages import (
    Arrival,
    Errand,
    Foreign,
    UnreadableMessageError,
    messages_in,
)
from afterglow.domain.identifiers import MAX_INTEGER_ID, new_ordered_id
from tests.contract.stores import an_entry
from tests.fakes.clock import NOON

BUCKET = "afterglow-staging"
KEY = "staging/0000000000000042/upload_a1/7"


def told(key: str, *, bucket: str = BUCKET, event: str = "ObjectCreated:Post") -> dict[str, Any]:
    """Return S3's record of an object."""
    return {"eventName": event, "s3": {"bucket": {"name": bucket}, "object": {"key": key}}}


def read(content: object) -> list[object]:
    """Return what a message says."""
    return list(messages_in(json.dumps(content), BUCKET))


@pytest.mark.parametrize("user_id", [1, MAX_INTEGER_ID])
@pytest.mark.parametrize("number", [0, 9, 99])
def test_what_staging_calls_a_place_is_found_again(user_id: int, number: int) -> None:
    upload_id = new_ordered_id("upload_", NOON)
    file = an_entry(user_id, upload_id=upload_id, number=number)

    assert read({"Records": [told(staging_key(file))]}) == [Arrival(user_id, upload_id, number)]


def test_a_key_may_be_spelled_as_addresses_are() -> None:
    key = KEY.replace("/", "%2F").replace("_", "%5F")

    assert read({"Records": [told(key)]}) == [Arrival(42, "upload_a1", 7)]


@pytest.mark.parametrize(
    "record",
    [
        told("files/0000000000000042/file-1"),
        told("staging/42/upload_a1/7"),
        told("staging/0000000000000042/upload_a1/07"),
        told("staging/0000000000000042/upload_a1/7/"),
        told("staging/0000000000000042/upload_a1/-7"),
        told("staging/0000000000000042/upload_a1/7%0A"),
        told("staging/0000000000000042/../7"),
        told("staging/0000000000000042/upload_a1/" + "9" * 40),
        told("staging/\u0660000000000000042/upload_a1/7"),
        told("Staging/0000000000000042/upload_a1/7"),
        told(KEY, bucket="somebody-elses"),
        told(KEY, event="ObjectRemoved:Delete"),
    ],
)
def test_what_is_none_of_ours_stops_nothing(record: dict[str, Any]) -> None:
    assert read({"Records": [record, told(KEY)]}) == [Foreign(), Arrival(42, "upload_a1", 7)]


def test_s3_tries_the_queue() -> None:
    assert read({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": BUCKET}) == []


@pytest.mark.parametrize("number", [0, 7, None])
def test_our_own_messages_are_read(number: int | None) -> None:
    message = {"user_id": 42, "upload_id": "upload_a1", "number": number}

    assert read(message) == [Errand(42, "upload_a1", number)]


OURS = {"user_id": 42, "upload_id": "upload_a1", "number": 7}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "[]",
        '"poison"',
        "7",
        "{}",
        "[" * 100_000,
        '{"Records": null}',
        '{"Records": [{}]}',
        '{"Records": [{"eventName": 1, "s3": {"object": {"key": "x"}}}]}',
        '{"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": 7}}}]}',
        *(
            json.dumps(OURS | changed)
            for changed in (
                {"user_id": "42"},
                {"user_id": True},
                {"upload_id": 7},
                {"upload_id": "upload_../x"},
                {"upload_id": "upload_a1\n"},
                {"number": "7"},
                {"number": -1},
                {"number": False},
                {"number": 7.0},
            )
        ),
        '{"user_id": 42, "upload_id": "upload_a1"}',
    ],
)
def test_anything_else_is_poison_and_is_not_quoted(body: str) -> None:
    with pytest.raises(UnreadableMessageError) as caught:
        messages_in(body, BUCKET)

    assert str(caught.value) == ""
    assert caught.value.__suppress_context__
