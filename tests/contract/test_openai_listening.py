"""Listening to the stand-in: the answer comes without being asked for, and survives who listens."""

import gc
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openai import OpenAI

from afterglow.adapters.openai.engine import OpenAIEngine
from afterglow.ports.engine import ReplyState
from local.openai.control_client import RESPONSES, ControlClient
from local.openai.http.connections import TRANSPORTS
from tests.contract.thinkers import a_prompt
from tests.contract.upstream_faults import THEIRS


def soon(seconds: float = 5) -> datetime:
    """Return a moment that is so far ahead."""
    return datetime.now(UTC) + timedelta(seconds=seconds)


def creates(openai: ControlClient) -> list[Any]:
    """Return the bodies of the calls that would have made a Response."""
    return [call.body for call in openai.journal("POST", RESPONSES)]


@pytest.fixture
def held(openai: ControlClient) -> ControlClient:
    """Return the control of a stand-in that answers when it is told to."""
    openai.configure(hold=True)
    return openai


def test_the_answer_is_heard_as_soon_as_it_is_there(
    openai_engine: OpenAIEngine, held: ControlClient
) -> None:
    with openai_engine.start(a_prompt()) as live:
        release = threading.Timer(0.5, held.release, [live.reply.response_id], {"text": "Gladly."})
        release.start()
        began = time.monotonic()
        reply = live.follow(soon())
        took = time.monotonic() - began
        release.join()

    assert (reply.state, reply.text) == (ReplyState.DONE, "Gladly.")
    assert reply.usage is not None
    assert 0.5 <= took < 0.75
    assert held.journal("GET") == []
    assert reply == openai_engine.get(reply.response_id)


@pytest.mark.parametrize(
    ("plan", "state", "code"),
    [
        ({"status": "failed"}, ReplyState.FAILED, "server_error"),
        ({"status": "incomplete"}, ReplyState.INCOMPLETE, "max_output_tokens"),
    ],
)
def test_a_bad_end_is_heard_too(
    openai_engine: OpenAIEngine,
    openai: ControlClient,
    plan: dict[str, Any],
    state: ReplyState,
    code: str,
) -> None:
    openai.plan("Half of it.", seconds=0.2, **plan)

    with openai_engine.start(a_prompt()) as live:
        reply = live.follow(soon())

    assert (reply.state, reply.error_code) == (state, code)
    assert reply == openai_engine.get(reply.response_id)


def test_an_answer_of_a_megabyte_is_heard_whole(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    openai.plan("x", size=2**20, seconds=0)

    with openai_engine.start(a_prompt()) as live:
        assert len(live.follow(soon(10)).text) == 2**20


def test_an_empty_answer_is_none(openai_engine: OpenAIEngine, openai: ControlClient) -> None:
    openai.plan(empty=True, seconds=0.2)

    with openai_engine.start(a_prompt()) as live:
        reply = live.follow(soon())

    # Asked again, it would say the same for ever.
    assert (reply.state, reply.error_code) == (ReplyState.FAILED, "openai_bad_answer")
    assert openai_engine.get(reply.response_id) == reply


def test_what_is_cancelled_elsewhere_is_not_waited_for(
    openai_engine: OpenAIEngine, held: ControlClient
) -> None:
    with openai_engine.start(a_prompt()) as live:
        openai_engine.cancel(live.reply.response_id)
        began = time.monotonic()
        reply = live.follow(soon())

    assert time.monotonic() - began < 1
    assert held.objects()
    assert openai_engine.get(reply.response_id).state is ReplyState.CANCELLED


@pytest.mark.parametrize("drop", [True, False])
@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_cut_in_the_middle_leaves_the_work_alone(
    openai_engine: OpenAIEngine, openai: ControlClient, after: int, *, drop: bool
) -> None:
    openai.configure(response_seconds=0.3)
    openai.cut_stream(after, drop=drop)

    with openai_engine.start(a_prompt()) as live:
        reply = live.follow(soon())
    assert reply.state is ReplyState.WORKING

    until = time.monotonic() + 5
    while openai_engine.get(reply.response_id).state is not ReplyState.DONE:
        assert time.monotonic() < until
        time.sleep(0.02)


def connections() -> int:
    """Return how many connections the stand-in has open."""
    return len(TRANSPORTS)


def test_who_leaves_hangs_up_and_the_work_goes_on(
    openai_engine: OpenAIEngine, held: ControlClient
) -> None:
    before = connections()
    with openai_engine.start(a_prompt()) as live:
        assert connections() == before + 1

    until = time.monotonic() + 2
    while connections() > before:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert openai_engine.get(live.reply.response_id).state is ReplyState.WORKING
    held.release(live.reply.response_id, text="Gladly.")
    time.sleep(0.1)
    assert openai_engine.get(live.reply.response_id).text == "Gladly."
    assert live.follow(soon()) == live.reply


def test_a_failure_of_the_listener_passes_as_it_is_and_hangs_up(
    openai_engine: OpenAIEngine, held: ControlClient
) -> None:
    assert held
    before = connections()

    with pytest.raises(ZeroDivisionError), openai_engine.start(a_prompt()):
        raise ZeroDivisionError

    time.sleep(0.1)
    assert connections() == before


def test_no_client_is_left_over(openai_engine: OpenAIEngine, held: ControlClient) -> None:
    assert held
    others = clients()
    with openai_engine.start(a_prompt()) as live:
        live.follow(soon(0.05))

    assert [found for found in clients() if all(found is not other for other in others)] == []


def clients() -> list[OpenAI]:
    """Return every client that somebody still holds."""
    gc.collect()
    # By type: to be asked what they are makes lazy objects do things.
    return [found for found in gc.get_objects() if type(found) is OpenAI]


def test_where_streams_are_refused_it_is_done_without(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    refusal = {"message": THEIRS, "param": "stream", "code": "unsupported_value"}
    openai.fail(400, refusal, contains='"stream": true', count=None)
    openai.configure(hold=True)

    with openai_engine.start(a_prompt()) as live:
        began = time.monotonic()
        assert live.follow(soon()) == live.reply
        assert time.monotonic() - began < 0.2

    first, second = creates(openai)
    assert first.pop("stream") is True
    assert second == first
    openai.release(live.reply.response_id)


def test_where_streams_are_ignored_the_plain_answer_is_read(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    openai.configure(hold=True, ignores_streams=True)

    with openai_engine.start(a_prompt()) as live:
        began = time.monotonic()
        assert live.follow(soon()) == live.reply
        assert time.monotonic() - began < 0.2

    assert live.reply.state is ReplyState.WORKING
    assert len(creates(openai)) == 1
