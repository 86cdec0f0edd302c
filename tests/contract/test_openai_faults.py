"""OpenAI at its worst: one call, our words, nothing of theirs."""

import time
from collections.abc import Callable

import pytest

from afterglow.adapters.openai.engine import CANCEL_TIMEOUT, POLL_TIMEOUT, TIMEOUT, OpenAIEngine
from afterglow.domain.errors import DomainError, OperationFailedError, RateLimitError
from afterglow.ports.engine import ReplyState
from local.openai.control_client import POLLS, RESPONSES, ControlClient
from tests.canaries import canary_key
from tests.contract.thinkers import a_prompt, begun
from tests.contract.upstream_faults import BAD_ANSWER, FAULTS, UNAVAILABLE, check, error
from tests.template.document import TEMPLATE

each_fault = pytest.mark.parametrize("fault", FAULTS)


@each_fault
@pytest.mark.parametrize("streams", [True, False], ids=["streamed", "plain"])
def test_a_start_that_goes_wrong_is_told_in_our_words_after_one_call(
    openai_engine: OpenAIEngine, openai: ControlClient, fault: str, *, streams: bool
) -> None:
    openai.configure(ignores_streams=not streams)
    arrange, expected = FAULTS[fault]
    arrange(openai, {"path": RESPONSES, "count": None})

    with pytest.raises(DomainError) as raised:
        begun(openai_engine, a_prompt())

    # What was never begun cannot be lost: a 404 is then a wrong address.
    check(raised.value, UNAVAILABLE if fault == "404" else expected)
    assert len(openai.journal("POST", RESPONSES)) == 1


@each_fault
def test_a_poll_that_goes_wrong_is_told_in_our_words_after_one_call(
    openai_engine: OpenAIEngine, openai: ControlClient, fault: str
) -> None:
    arrange, expected = FAULTS[fault]
    started = begun(openai_engine, a_prompt())
    arrange(openai, {"path": POLLS, "method": "GET", "count": None})

    with pytest.raises(DomainError) as raised:
        openai_engine.get(started.response_id)

    check(raised.value, expected)
    assert len(openai.journal("GET")) == 1


@pytest.mark.parametrize(
    "arrange", [lambda o: o.slow(5), lambda o: o.damage("stalled")], ids=["slow", "stalled"]
)
@pytest.mark.parametrize("streams", [True, False], ids=["streamed", "plain"])
def test_patience_ends(
    hasty_engine: OpenAIEngine,
    openai: ControlClient,
    arrange: Callable[[ControlClient], object],
    *,
    streams: bool,
) -> None:
    openai.configure(ignores_streams=not streams)
    arrange(openai)
    began = time.monotonic()

    with pytest.raises(OperationFailedError) as raised:
        begun(hasty_engine, a_prompt())

    check(raised.value, UNAVAILABLE)
    assert 0.5 <= time.monotonic() - began < 0.9
    assert len(openai.journal("POST", RESPONSES)) == 1


@pytest.mark.parametrize("ask", ["get", "cancel"])
def test_there_is_little_patience_for_what_is_asked_again(
    openai_engine: OpenAIEngine, openai: ControlClient, ask: str
) -> None:
    openai.configure(hold=True)
    reply = begun(openai_engine, a_prompt())
    openai.slow(8, path="/v1/responses/*", method=None)
    began = time.monotonic()

    with pytest.raises(OperationFailedError) as raised:
        getattr(openai_engine, ask)(reply.response_id)

    check(raised.value, UNAVAILABLE)
    # Seconds: 2.0 and 1.5.
    assert time.monotonic() - began < 2.4


def test_a_last_poll_and_a_cancel_fit_between_the_budget_and_the_functions_end() -> None:
    budget = TEMPLATE["Parameters"]["TurnBudgetSeconds"]["MaxValue"]
    end = TEMPLATE["Globals"]["Function"]["Timeout"]
    assert POLL_TIMEOUT.read is not None
    assert CANCEL_TIMEOUT.read is not None

    assert budget + POLL_TIMEOUT.read + CANCEL_TIMEOUT.read < end


def test_patience_is_ten_seconds_unless_told_otherwise() -> None:
    assert (TIMEOUT.connect, TIMEOUT.read, TIMEOUT.write) == (3.0, 10.0, 10.0)


def test_somebody_elses_answer_is_not_taken_for_ours(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    started = begun(openai_engine, a_prompt())
    openai.patch({"id": "resp_somebody_elses"}, path=POLLS, method="GET")

    with pytest.raises(OperationFailedError) as raised:
        openai_engine.get(started.response_id)

    check(raised.value, BAD_ANSWER)


def test_a_cancel_of_what_upstream_has_lost_says_so(openai_engine: OpenAIEngine) -> None:
    with pytest.raises(OperationFailedError) as raised:
        openai_engine.cancel("resp_never")

    check(raised.value, (OperationFailedError, "response_lost"))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("0", 0), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("9" * 5000, None), ("-1", None)],
)
def test_a_wait_is_passed_on_if_it_is_a_number_of_seconds(
    openai_engine: OpenAIEngine, openai: ControlClient, header: str, seconds: int | None
) -> None:
    openai.fail(429, error("rate_limit_exceeded"), headers={"retry-after": header})

    with pytest.raises(RateLimitError) as raised:
        begun(openai_engine, a_prompt())

    assert raised.value.retry_after == seconds


def test_an_answer_of_a_megabyte_is_read_whole(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    openai.plan("x", size=2**20, seconds=0)
    started = begun(openai_engine, a_prompt())
    while (reply := openai_engine.get(started.response_id)).state is ReplyState.WORKING:
        pass

    assert reply.state is ReplyState.DONE
    assert len(reply.text) >= 2**20


def test_work_of_another_project_is_lost_to_this_one(
    openai_engine: OpenAIEngine, openai_url: str
) -> None:
    foreign = begun(OpenAIEngine(canary_key(), openai_url), a_prompt())

    with pytest.raises(OperationFailedError) as raised:
        openai_engine.get(foreign.response_id)

    check(raised.value, (OperationFailedError, "response_lost"))


@pytest.mark.parametrize("port", [1, 9])
def test_nobody_at_the_other_end_is_an_outage(port: int, key: str) -> None:
    with pytest.raises(OperationFailedError) as raised:
        begun(OpenAIEngine(key, f"http://127.0.0.1:{port}/v1"), a_prompt())

    check(raised.value, UNAVAILABLE)
