"""Models that the key cannot have, whatever words OpenAI finds for it."""

import time
from typing import Any

import pytest

from afterglow.adapters.openai.engine import OpenAIEngine
from afterglow.domain.errors import InvalidInputError
from afterglow.ports.engine import Reply, ReplyState
from local.openai.control_client import POLLS, RESPONSES, ControlClient
from tests.canaries import leaks
from tests.contract.thinkers import a_prompt, begun
from tests.contract.upstream_faults import THEIRS

GONE = "OpenAI does not offer the model gpt-4-turbo to the stored key"
REPLACED = f"{GONE}; OpenAI names gpt-6-luna as its replacement"
ADVICE = f"{THEIRS}: `gpt-4-turbo` is gone. Please use `gpt-6-luna` instead. {THEIRS}"


def refusal_of(engine: OpenAIEngine, model: str = "gpt-4-turbo") -> InvalidInputError:
    """Return the error of a start with this model."""
    with pytest.raises(InvalidInputError) as refused:
        begun(engine, a_prompt(model=model))
    assert refused.value.code == "model_not_found"
    shown = f"{refused.value.message} {refused.value.details} {refused.value!r}"
    assert not leaks(shown.replace(model, ""))
    return refused.value


def ended(engine: OpenAIEngine) -> Reply:
    """Return the reply of a run once it has ended."""
    reply, until = begun(engine, a_prompt()), time.monotonic() + 5
    while reply.state is ReplyState.WORKING and time.monotonic() < until:
        time.sleep(0.02)
        reply = engine.get(reply.response_id)
    return reply


@pytest.mark.parametrize("model", ["gpt-4-turbo", "gpt-3.5-turbo-0125", "no-such-model"])
def test_a_model_that_is_gone_is_named(
    openai_engine: OpenAIEngine, openai: ControlClient, model: str
) -> None:
    error = refusal_of(openai_engine, model)

    assert error.message == f"OpenAI does not offer the model {model} to the stored key"
    assert len(openai.journal("POST", RESPONSES)) == 1


def test_a_model_that_is_gone_is_named_with_its_replacement(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    openai.configure(names_replacements=True)

    error = refusal_of(openai_engine)

    assert error.message == REPLACED
    assert error.details == (
        {"code": "model_not_found", "field": "model", "message": "Use gpt-6-luna"},
    )


@pytest.mark.parametrize("status", [400, 403, 404])
@pytest.mark.parametrize(
    "words",
    [
        {"code": "model_not_found"},
        {"code": "model_not_available"},
        {"code": None, "param": "model"},
        {"code": "unsupported_model", "param": "model"},
    ],
)
def test_whatever_the_status_it_is_about_the_model(
    openai_engine: OpenAIEngine, openai: ControlClient, status: int, words: dict[str, Any]
) -> None:
    openai.fail(status, words | {"message": ADVICE})
    assert refusal_of(openai_engine).message == REPLACED

    openai.fail(status, words | {"message": THEIRS})
    assert refusal_of(openai_engine).message == GONE


@pytest.mark.parametrize("message", [None, 7, ["gpt-6-luna"], {"use": "gpt-6-luna"}])
def test_a_refusal_without_words_names_no_replacement(
    openai_engine: OpenAIEngine, openai: ControlClient, message: object
) -> None:
    openai.fail(404, {"code": "model_not_found", "message": message})

    assert refusal_of(openai_engine).message == GONE


def test_a_code_that_is_no_text_is_a_refusal(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    openai.fail(400, {"code": {"model_not_found": []}, "param": ["model"], "message": THEIRS})

    with pytest.raises(InvalidInputError) as refused:
        begun(openai_engine, a_prompt())

    assert refused.value.code == "openai_refused"


def test_a_poll_is_refused_as_a_start_is(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    reply = begun(openai_engine, a_prompt())
    openai.fail(404, {"code": "model_not_found", "message": THEIRS}, path=POLLS, method="GET")

    with pytest.raises(InvalidInputError) as refused:
        openai_engine.get(reply.response_id)

    assert refused.value.code == "model_not_found"


@pytest.mark.parametrize("code", ["model_not_found", "model_not_available"])
@pytest.mark.parametrize(
    ("message", "replacement"),
    [("Please use gpt-6.1-sol instead.", "gpt-6.1-sol"), ("Please use gpt-6-luna.", None)],
    ids=["another", "the same"],
)
def test_a_model_that_ends_in_the_background_is_told_from_other_failures(
    openai_engine: OpenAIEngine,
    openai: ControlClient,
    code: str,
    message: str,
    replacement: str | None,
) -> None:
    openai.plan(status="failed", error={"code": code, "message": message}, seconds=0)

    reply = ended(openai_engine)

    assert (reply.state, reply.error_code) == (ReplyState.FAILED, "model_not_found")
    assert reply.replacement_model == replacement


def test_another_failure_names_no_replacement(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    error = {"code": "server_error", "message": "Please use gpt-6.1-sol instead."}
    openai.plan(status="failed", error=error, seconds=0)

    reply = ended(openai_engine)

    assert (reply.error_code, reply.replacement_model) == ("server_error", None)
