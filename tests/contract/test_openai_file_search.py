"""Answers from files, on OpenAI's wire: what is searched, what is cited, and what is gone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from openai import OpenAI

from afterglow.adapters.openai.engine import OpenAIEngine
from afterglow.domain.errors import DomainError, FileLostError, OperationFailedError
from afterglow.domain.models import Citation, Tool
from afterglow.ports.engine import NO_FILES, Prompt, PromptFiles, Reply, ReplyState
from local.openai.control_client import RESPONSES, ControlClient
from tests.canaries import canary_key
from tests.contract.thinkers import a_prompt, begun
from tests.openai_standin.documents import indexed, upload

QUESTION = "How much is the annual fee?"
REFUSED = {"type": "invalid_request_error", "param": None, "code": None}


@pytest.fixture
def sdk(openai_url: str, key: str) -> Iterator[OpenAI]:
    """Return the official client with the engine's key."""
    with OpenAI(api_key=key, base_url=openai_url, max_retries=0) as client:
        yield client


def asking(files: PromptFiles, *tools: str) -> Prompt:
    """Return a question to an assistant with files."""
    kinds = tools or ("file_search",)
    return a_prompt(QUESTION, tools=tuple(map(Tool, kinds)), files=files)


def answered(engine: OpenAIEngine, prompt: Prompt) -> Reply:
    """Return the answer to a question."""
    with engine.start(prompt) as live:
        return live.follow(datetime.now(UTC) + timedelta(seconds=10))


def refused(engine: OpenAIEngine, files: PromptFiles, *tools: str) -> DomainError:
    """Return why work cannot begin."""
    with pytest.raises(DomainError) as error:
        begun(engine, asking(files, *tools))
    return error.value


def test_an_answer_rests_on_the_file_it_is_from(openai_engine: OpenAIEngine, sdk: OpenAI) -> None:
    store_id = indexed(sdk, "handbook.txt")
    (file,) = sdk.vector_stores.files.list(store_id)

    heard = answered(openai_engine, asking(PromptFiles(store_id), "retrieval"))
    asked = openai_engine.get(heard.response_id)

    assert heard == asked
    assert heard.state is ReplyState.DONE
    (citation,) = heard.citations
    assert citation == Citation(file.id, "handbook.txt", citation.index)
    assert heard.text[: citation.index].endswith("“The annual fee is 120 euros.”")


def test_without_a_store_nothing_is_searched(openai_engine: OpenAIEngine, sdk: OpenAI) -> None:
    indexed(sdk, "handbook.txt")

    reply = answered(openai_engine, asking(NO_FILES))

    assert "120 euros" not in reply.text
    assert reply.citations == ()


def test_a_store_that_is_gone_is_said_to_be_lost(
    openai_engine: OpenAIEngine, sdk: OpenAI, openai: ControlClient
) -> None:
    store_id = indexed(sdk, "handbook.txt")
    sdk.vector_stores.delete(store_id)

    lost = refused(openai_engine, PromptFiles(store_id))

    assert isinstance(lost, OperationFailedError)
    assert lost.code == "vector_store_lost"
    assert lost.message == "OpenAI no longer has the assistant's files: upload them again"
    assert lost.__cause__ is None
    assert len(openai.journal("POST", RESPONSES)) == 1


def test_so_is_one_of_another_project(sdk: OpenAI, openai_url: str) -> None:
    store_id = indexed(sdk, "handbook.txt")
    elsewhere = OpenAIEngine(canary_key(), openai_url)

    assert refused(elsewhere, PromptFiles(store_id)).code == "vector_store_lost"


@pytest.mark.parametrize(
    ("status", "message", "code"),
    [
        (400, "Vector store vs_1 is expired.", "vector_store_lost"),
        (400, "No such Vector Store.", "vector_store_lost"),
        (404, "The resource vs_1 was not found.", "vector_store_lost"),
        (404, "No such File object: file-b", "upstream_file_lost"),
        (400, "Invalid file id: file-a.", "upstream_file_lost"),
        (404, "No such File object: file-other", "openai_unavailable"),
        (400, "Unsupported value.", "openai_refused"),
        (500, "The vector store vs_1 is on fire.", "openai_unavailable"),
        (429, "Too many requests to vector store vs_1.", "openai_rate_limited"),
    ],
)
def test_what_is_lost_is_read_from_what_openai_says(
    openai_engine: OpenAIEngine, openai: ControlClient, status: int, message: str, code: str
) -> None:
    openai.fail(status, REFUSED | {"message": message})
    files = PromptFiles("vs_1", ("file-a", "file-b"))

    assert refused(openai_engine, files, "file_search", "code_interpreter").code == code


@pytest.mark.parametrize("file_id", ["file-a", "file-ab"])
def test_which_file_is_lost_is_said(
    openai_engine: OpenAIEngine, openai: ControlClient, file_id: str
) -> None:
    openai.fail(404, REFUSED | {"message": f"No such File object: {file_id}"})

    lost = refused(openai_engine, PromptFiles(None, ("file-a", "file-ab")), "code_interpreter")

    assert isinstance(lost, FileLostError)
    assert lost.upstream_id == file_id
    assert file_id not in str(lost.details)


def test_nothing_is_lost_that_was_not_asked_for(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    openai.fail(400, REFUSED | {"message": "Some vector store is not there."})

    assert refused(openai_engine, NO_FILES).code == "openai_refused"


def test_files_for_code_go_along(
    openai_engine: OpenAIEngine, sdk: OpenAI, openai: ControlClient
) -> None:
    file_id = upload(sdk, "fees.csv", b"fee\n120\n")

    begun(openai_engine, asking(PromptFiles(None, (file_id,)), "code_interpreter"))

    (call,) = openai.journal("POST", RESPONSES)
    assert call.status == 200
    assert call.body["tools"][0]["container"]["file_ids"] == [file_id]
