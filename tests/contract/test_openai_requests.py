"""What the adapter asks of OpenAI, and how often."""

import pytest

from afterglow.adapters.openai.engine import OpenAIEngine
from afterglow.domain.errors import InvalidInputError
from afterglow.domain.models import Tool
from afterglow.ports.engine import NO_FILES, PromptFiles, ReplyState
from local.openai.control_client import RESPONSES, Call, ControlClient, fingerprint
from tests.canaries import canary_key
from tests.contract.thinkers import a_prompt, begun
from tests.examples import a_question, a_run, a_thread, an_answer

CODE = {"type": "code_interpreter", "container": {"type": "auto"}}
CODE_WITH_FILES = {
    "type": "code_interpreter",
    "container": {"type": "auto", "file_ids": ["file-b", "file-a"]},
}
SEARCH = {"type": "file_search", "vector_store_ids": ["vs_1"]}
FILES = PromptFiles("vs_1", ("file-b", "file-a"))
REFUSED = {"message": "Unsupported parameter: 'temperature'.", "type": "invalid_request_error"}
ON_TEMPERATURE = REFUSED | {"param": "temperature"}
ON_CHAIN = REFUSED | {"param": "previous_response_id", "code": "previous_response_not_found"}


def creates(openai: ControlClient) -> list[Call]:
    """Return the calls that would have made a Response."""
    return openai.journal("POST", RESPONSES)


def test_a_message_becomes_a_background_response(
    openai_engine: OpenAIEngine, openai: ControlClient, key: str
) -> None:
    prompt = a_prompt(instructions="Be brief.")

    reply = begun(openai_engine, prompt)

    assert reply.state in {ReplyState.WORKING, ReplyState.DONE}
    (call,) = creates(openai)
    assert call.key == fingerprint(key)
    assert len(call.body.pop("safety_identifier")) == 64
    assert call.body == {
        "model": "gpt-6-luna",
        "instructions": "Be brief.",
        "input": [{"role": "user", "content": "Can you help me?"}],
        "tools": [],
        "background": True,
        "stream": True,
        "store": True,
        "truncation": "auto",
        "max_output_tokens": 32768,
        "prompt_cache_key": prompt.run.openai_assistant_id,
        "metadata": {"run_id": prompt.run.id, "attempt": "1"},
    }


@pytest.mark.parametrize(("model", "sent"), [("gpt-4o", 0.5), ("gpt-6-luna", None), ("o3", None)])
def test_a_temperature_goes_where_the_model_takes_it(
    openai_engine: OpenAIEngine, openai: ControlClient, model: str, sent: float | None
) -> None:
    begun(openai_engine, a_prompt(model=model, temperature=0.5))

    (call,) = creates(openai)
    assert call.body.get("temperature") == sent


def test_a_temperature_that_is_refused_is_dropped(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    openai.fail(400, ON_TEMPERATURE, contains='"temperature"')

    begun(openai_engine, a_prompt(model="gpt-4o", temperature=0.5))

    first, second = creates(openai)
    assert first.body.pop("temperature") == 0.5
    assert second.body == first.body


def test_a_temperature_is_dropped_once_only(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    openai.fail(400, ON_TEMPERATURE, count=None)

    with pytest.raises(InvalidInputError):
        begun(openai_engine, a_prompt(model="gpt-4o", temperature=0.5))

    assert len(creates(openai)) == 2


def test_another_refusal_is_final(openai_engine: OpenAIEngine, openai: ControlClient) -> None:
    openai.fail(400, REFUSED | {"param": "tools"})

    with pytest.raises(InvalidInputError) as refused:
        begun(openai_engine, a_prompt(model="gpt-4o", temperature=0.5, head="resp_gone"))

    assert refused.value.code == "openai_refused"
    assert len(creates(openai)) == 1


def test_a_chain_goes_on_where_it_is_there(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    openai.plan("One.", seconds=0)
    first = begun(openai_engine, a_prompt())
    while openai_engine.get(first.response_id).state is ReplyState.WORKING:
        pass

    begun(openai_engine, a_prompt(head=first.response_id))

    assert creates(openai)[1].body["previous_response_id"] == first.response_id
    assert len(creates(openai)) == 2


def test_a_chain_that_is_gone_is_rebuilt_from_the_history_once(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    run = a_run(a_thread())
    history = [a_question(run, "First?"), an_answer(run, "One.")]

    begun(openai_engine, a_prompt("Second?", head="resp_gone", history=history))

    lost, rebuilt = creates(openai)
    assert lost.status == 400
    assert lost.body.pop("previous_response_id") == "resp_gone"
    assert rebuilt.body.pop("input") == [
        {"role": "user", "content": "First?"},
        {"role": "assistant", "content": "One."},
        {"role": "user", "content": "Second?"},
    ]
    assert lost.body.pop("input") == [{"role": "user", "content": "Second?"}]
    assert rebuilt.body == lost.body


def test_a_chain_of_another_project_is_gone_too(
    openai_engine: OpenAIEngine, openai: ControlClient, openai_url: str
) -> None:
    foreign = begun(OpenAIEngine(canary_key(), openai_url), a_prompt("Secret?"))

    begun(openai_engine, a_prompt("Second?", head=foreign.response_id))

    assert [call.status for call in creates(openai)[1:]] == [400, 200]


def test_a_chain_is_rebuilt_once_only(openai_engine: OpenAIEngine, openai: ControlClient) -> None:
    openai.fail(400, ON_CHAIN, count=None)

    with pytest.raises(InvalidInputError):
        begun(openai_engine, a_prompt(head="resp_gone"))

    assert len(creates(openai)) == 2


def test_both_may_be_amended_in_one_start(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    openai.fail(400, ON_TEMPERATURE, contains='"temperature"')

    begun(openai_engine, a_prompt(model="gpt-4o", temperature=0.5, head="resp_gone"))

    assert [call.status for call in creates(openai)] == [400, 400, 200]


@pytest.mark.parametrize(
    ("kinds", "files", "sent"),
    [
        (["retrieval"], NO_FILES, []),
        (["file_search"], NO_FILES, []),
        (["file_search"], PromptFiles(None, ("file-a",)), []),
        (["code_interpreter"], NO_FILES, [CODE]),
        (["code_interpreter"], PromptFiles("vs_1"), [CODE]),
        (["retrieval"], FILES, [SEARCH]),
        (["file_search"], FILES, [SEARCH]),
        (["code_interpreter"], FILES, [CODE_WITH_FILES]),
        (["retrieval", "code_interpreter", "file_search"], FILES, [SEARCH, CODE_WITH_FILES]),
        (["code_interpreter", "file_search"], FILES, [CODE_WITH_FILES, SEARCH]),
        ([], FILES, []),
    ],
)
def test_a_tool_is_sent_once_as_the_responses_api_has_it(
    openai_engine: OpenAIEngine,
    openai: ControlClient,
    kinds: list[str],
    files: PromptFiles,
    sent: list[object],
) -> None:
    openai.html_502()

    with pytest.raises(Exception, match="OpenAI is unavailable"):
        begun(openai_engine, a_prompt(tools=tuple(map(Tool, kinds)), files=files))

    assert creates(openai)[0].body["tools"] == sent


def test_each_key_is_used_for_its_own_call_only(openai: ControlClient, openai_url: str) -> None:
    keys = [canary_key() for _ in range(3)]

    for key in keys * 3:
        begun(OpenAIEngine(key, openai_url), a_prompt())

    assert [call.key for call in creates(openai)] == [fingerprint(key) for key in keys * 3]


def test_what_upstream_has_not_answered_goes_along(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    run = a_run(a_thread())
    unseen = [a_question(run, "First?"), a_question(run, "Second?")]
    history = [a_question(run, "Zeroth?"), an_answer(run, "None."), *unseen]

    begun(openai_engine, a_prompt("Third?", unseen=unseen))
    begun(openai_engine, a_prompt("Third?", head="resp_gone", unseen=unseen, history=history))

    asked = [{"role": "user", "content": text} for text in ("First?", "Second?", "Third?")]
    zeroth = [{"role": "user", "content": "Zeroth?"}, {"role": "assistant", "content": "None."}]
    assert [call.body["input"] for call in creates(openai)] == [asked, asked, zeroth + asked]
