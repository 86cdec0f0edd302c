"""Engines: what the fake and OpenAI's promise."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from afterglow.domain.errors import OperationFailedError
from afterglow.domain.models import Usage
from afterglow.ports.engine import KeyCheck, KeyVerdict, ReplyState
from local.openai.control_client import ControlClient
from tests.canaries import canary_key
from tests.contract.thinkers import OnTheWire, Scripted, Thinker, a_prompt


@pytest.fixture(params=["scripted", "on the wire"])
def thinker(request: pytest.FixtureRequest) -> Thinker:
    """Return one implementation."""
    if request.param == "scripted":
        return Scripted()
    control: ControlClient = request.getfixturevalue("openai")
    url: str = request.getfixturevalue("openai_url")
    return OnTheWire(control, url, canary_key())


def test_work_goes_on_until_there_is_an_answer(thinker: Thinker) -> None:
    started = thinker.start()
    halfway = thinker.look(started)
    thinker.finish(started, "Gladly.")
    answer = thinker.engine.get(started.response_id)

    assert started.response_id == halfway.response_id == answer.response_id
    assert (started.state, halfway.state) == (ReplyState.WORKING, ReplyState.WORKING)
    assert (started.text, started.usage) == ("", None)
    assert (answer.state, answer.text) == (ReplyState.DONE, "Gladly.")
    assert answer.message_id is not None
    assert isinstance(answer.usage, Usage)
    assert answer.usage.output_tokens > 0


def test_listening_ends_at_its_moment_and_leaves_the_work_alone(thinker: Thinker) -> None:
    began = time.monotonic()
    with thinker.engine.start(a_prompt()) as live:
        heard = live.follow(datetime.now(UTC) + timedelta(seconds=0.2))

    assert heard == live.reply
    assert heard.state is ReplyState.WORKING
    assert time.monotonic() - began < 1
    thinker.finish(heard, "Gladly.")
    assert thinker.engine.get(heard.response_id).text == "Gladly."


def test_work_can_be_stopped(thinker: Thinker) -> None:
    started = thinker.start()
    thinker.be_cancelled(started)

    assert thinker.engine.cancel(started.response_id).state is ReplyState.CANCELLED


def test_work_that_is_done_cannot_be_stopped(thinker: Thinker) -> None:
    started = thinker.start()
    thinker.finish(started, "Gladly.")

    stopped = thinker.engine.cancel(started.response_id)

    assert (stopped.state, stopped.text) == (ReplyState.DONE, "Gladly.")


def test_a_good_key_is_told_from_a_bad_one(thinker: Thinker) -> None:
    assert thinker.engine.check_key().verdict is KeyVerdict.GOOD
    assert thinker.engine_with_bad_key.check_key() == KeyCheck(KeyVerdict.REJECTED)


def test_a_good_key_tells_which_models_end(thinker: Thinker) -> None:
    shutdowns = {"gpt-4o": date(2027, 1, 14), "o3": date(2026, 12, 11)}
    thinker.list_models(shutdowns)

    assert thinker.engine.check_key() == KeyCheck(KeyVerdict.GOOD, shutdowns)


def test_what_is_deleted_is_lost_and_can_be_deleted_again(thinker: Thinker) -> None:
    started = thinker.start()
    thinker.finish(started, "Gladly.")

    thinker.engine.delete(started.response_id)
    thinker.engine.delete(started.response_id)

    with pytest.raises(OperationFailedError) as lost:
        thinker.engine.get(started.response_id)
    assert lost.value.code == "response_lost"


def test_what_never_was_can_be_deleted(thinker: Thinker) -> None:
    thinker.engine.delete("resp_never")
