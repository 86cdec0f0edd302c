"""Listening to an upstream at its worst: what is heard, and that it ends in time."""

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import repeat

import pytest

from afterglow.adapters.openai import transport
from afterglow.adapters.openai.engine import OpenAIEngine
from afterglow.domain.errors import OperationFailedError
from afterglow.ports.engine import Reply, ReplyState
from tests.contract.raw_upstream import CREATED, KEY, RESPONSE, completed, event, upstream
from tests.contract.thinkers import a_prompt, begun
from tests.contract.upstream_faults import BAD_ANSWER, check

DELTA = event("response.output_text.delta", delta="light", item_id="msg_1", sequence_number=7)
# What the parsing of one read of 64 KiB may take on a busy machine.
SLACK = 0.3
OTHERS = completed("Not yours.", response_id="resp_2")


def followed(chunks: Iterable[bytes], seconds: float) -> tuple[Reply, float]:
    """Return what is heard of an upstream within that time, and how long it was listened to."""
    with upstream(chunks) as url, OpenAIEngine(KEY, url).start(a_prompt()) as live:
        assert (live.reply.response_id, live.reply.state) == ("resp_1", ReplyState.WORKING)
        began = time.monotonic()
        reply = live.follow(datetime.now(UTC) + timedelta(seconds=seconds))
        took = time.monotonic() - began
        assert live.reply == reply
        return reply, took


def told(*chunks: bytes, then: float = 0) -> Iterator[bytes]:
    """Yield a stream's beginning and these; hang up after that many seconds."""
    yield CREATED
    yield from chunks
    time.sleep(then)


def test_the_answer_is_there_when_it_is_told() -> None:
    reply, took = followed(told(DELTA, DELTA, completed("Dawn: \u2028 ☀"), then=1), 5)

    assert (reply.state, reply.text, reply.message_id) == (
        ReplyState.DONE,
        "Dawn: \u2028 ☀",
        "msg_1",
    )
    assert took < 0.5


def trickling() -> Iterator[bytes]:
    """Yield a comment byte by byte."""
    yield CREATED
    for _ in range(60):
        time.sleep(0.02)
        yield b":"


@pytest.mark.parametrize(
    "chunks",
    [told(then=1.2), trickling(), told(*repeat(DELTA * 400, 40_000)), told(CREATED[:90], then=1.2)],
    ids=["silence", "trickle", "flood", "half an event"],
)
def test_listening_ends_at_its_moment(chunks: Iterator[bytes]) -> None:
    reply, took = followed(chunks, 0.6)

    assert reply.state is ReplyState.WORKING
    assert 0.6 <= took < 0.6 + SLACK


@pytest.mark.parametrize(
    "chunks",
    [
        told(),
        told(DELTA, DELTA[:40]),
        told(b"data: [DONE]\n\n"),
        told(*repeat(b"x" * 2**20, 12)),
        told(*repeat(b"data: " + b"x" * 2**20 + b"\n", 12)),
        told(b": " + b"x" * 9 * 2**20 + b"\n\n", completed()),
    ],
    ids=[
        "no end",
        "half an event",
        "done without an end",
        "endless line",
        "endless event",
        "nine megabytes",
    ],
)
def test_what_tells_no_more_is_left_at_once(chunks: Iterator[bytes]) -> None:
    reply, took = followed(chunks, 8)

    assert reply.state is ReplyState.WORKING
    assert took < 4


def test_nine_megabytes_of_events_are_listened_to() -> None:
    count = 9 * 2**20 // len(DELTA)

    reply, _ = followed(told(DELTA * count, completed()), 20)

    assert reply.state is ReplyState.DONE


def test_there_is_a_limit_to_what_is_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_STREAM_BYTES", 2**20)

    reply, took = followed(told(DELTA * 10_000, completed()), 8)

    assert reply.state is ReplyState.WORKING
    assert took < 4


@pytest.mark.parametrize(
    "garbage",
    [
        b"data: {\n\n",
        b"data: \xff\xfe\n\n",
        b"data: null\n\n",
        b"data: " + b"[" * 50_000 + b"\n\n",
        b"event: response.completed\n\n",
        b": ping\n\nretry: 7\nid: 8\n\n",
        event("error", code="server_error", message="A slip.", param=None),
        event("error", error="A slip."),
        event("response.completed", response=None),
        event("response.completed", response=RESPONSE | {"status": "paused"}),
        event("response.completed", response=RESPONSE | {"id": "../resp_1"}),
        OTHERS,
    ],
)
def test_what_cannot_be_read_says_nothing(garbage: bytes) -> None:
    reply, _ = followed(told(garbage, completed()), 5)

    assert (reply.state, reply.text) == (ReplyState.DONE, "Gladly.")


def test_a_completed_response_without_a_text_has_failed() -> None:
    empty = event("response.completed", response=RESPONSE | {"status": "completed"})

    reply, _ = followed(told(empty, then=1), 5)

    assert (reply.state, reply.error_code) == (ReplyState.FAILED, "openai_bad_answer")


def test_a_second_listening_says_what_the_first_did() -> None:
    with upstream(told(DELTA, then=0.5)) as url, OpenAIEngine(KEY, url).start(a_prompt()) as live:
        first = live.follow(datetime.now(UTC) + timedelta(seconds=0.2))
        assert live.follow(datetime.now(UTC) + timedelta(seconds=5)) == first


@pytest.mark.parametrize(
    "until", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
def test_no_moment_is_too_far(until: datetime) -> None:
    with (
        upstream(told(then=0.2)) as url,
        OpenAIEngine(KEY, url).start(a_prompt()) as live,
    ):
        assert live.follow(until) == live.reply


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"data: {\n\n",
        b"data: [DONE]\n\n",
        b": ping\n\n",
        DELTA,
        event("error", error="A slip."),
        event("response.created", response=RESPONSE | {"status": "paused"}),
        event("response.created", response=RESPONSE | {"id": None}),
    ],
)
def test_a_stream_that_names_no_response_is_no_answer(first: bytes) -> None:
    with upstream([first]) as url, pytest.raises(OperationFailedError) as raised:
        begun(OpenAIEngine(KEY, url), a_prompt())

    check(raised.value, BAD_ANSWER)


@pytest.mark.parametrize("before", [b": ping\n\n", b"retry: 7\n\n", event("ping"), DELTA])
def test_the_first_event_that_names_it_begins_the_work(before: bytes) -> None:
    reply, _ = followed([before, *told(completed())], 5)

    assert reply.state is ReplyState.DONE
