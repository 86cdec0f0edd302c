"""`file_search`: answers from uploaded files, with results and citations."""

from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types.responses import (
    FileSearchToolParam,
    Response,
    ResponseFileSearchToolCall,
    ResponseIncludable,
    ResponseOutputMessage,
)

from tests.openai_standin.documents import pdf

MODEL = "gpt-6-luna"
HANDBOOK = """# Opening hours
Monday to Friday 9 to 17, Saturday 10 to 14.

The annual fee is 120 euros. Members under 18 pay half.
"""


def store_with(client: OpenAI, name: str, content: bytes, **attributes: Any) -> str:
    store = client.vector_stores.create()
    file = client.files.create(file=(name, content), purpose="assistants")
    client.vector_stores.files.create_and_poll(
        file.id, vector_store_id=store.id, attributes=attributes, poll_interval_ms=10
    )
    return store.id


def ask(
    client: OpenAI,
    question: str,
    *stores: str,
    filters: Any = None,
    include: list[ResponseIncludable] | None = None,
) -> Response:
    tool: FileSearchToolParam = {
        "type": "file_search",
        "vector_store_ids": list(stores),
        "filters": filters,
    }
    return client.responses.create(model=MODEL, input=question, tools=[tool], include=include)


def search_of(response: Response) -> ResponseFileSearchToolCall:
    (call,) = [item for item in response.output if item.type == "file_search_call"]
    return call


def message_of(response: Response) -> ResponseOutputMessage:
    (message,) = [item for item in response.output if item.type == "message"]
    return message


def test_an_answer_quotes_the_file_and_cites_it(client: OpenAI) -> None:
    store = store_with(client, "handbook.md", HANDBOOK.encode())
    response = ask(client, "How much is the annual fee?", store)

    text = response.output_text
    assert text.startswith("handbook.md says: “The annual fee is 120 euros.”")
    content = message_of(response).content[0]
    assert content.type == "output_text"
    (citation,) = content.annotations
    assert citation.type == "file_citation"
    assert citation.filename == "handbook.md"
    assert text[: citation.index].endswith("”")
    assert client.files.retrieve(citation.file_id).filename == "handbook.md"


def test_results_come_only_when_asked_for(client: OpenAI) -> None:
    store = store_with(client, "handbook.md", HANDBOOK.encode(), year=2026)
    silent = ask(client, "How much is the annual fee?", store)
    telling = ask(client, "What is the fee?", store, include=["file_search_call.results"])

    assert search_of(silent).results is None
    (result,) = search_of(telling).results or []
    assert result.text
    assert "120 euros" in result.text
    assert result.attributes == {"year": 2026.0}
    later = client.responses.retrieve(silent.id, include=["file_search_call.results"])
    assert search_of(later).results


def test_a_pdf_answers_too(client: OpenAI) -> None:
    store = store_with(client, "club.pdf", pdf("The club was founded in 1921 by Hjalmar Nilsen."))

    response = ask(client, "Who founded the club?", store)

    assert "“The club was founded in 1921 by Hjalmar Nilsen.”" in response.output_text


def test_two_stores_are_searched_and_filtered(client: OpenAI) -> None:
    old = store_with(client, "old.txt", b"The annual fee is 90 euros.", year=2020)
    new = store_with(client, "new.txt", b"The annual fee is 120 euros.", year=2026)
    condition = {"type": "gt", "key": "year", "value": 2021}

    both = ask(client, "annual fee?", old, new, include=["file_search_call.results"])
    recent = ask(client, "annual fee?", old, new, filters=condition)

    assert {result.filename for result in search_of(both).results or ()} == {"old.txt", "new.txt"}
    assert recent.output_text.startswith("new.txt says")


def test_what_no_file_says_is_not_made_up(client: OpenAI) -> None:
    store = store_with(client, "handbook.md", HANDBOOK.encode())

    response = ask(client, "Who painted the Mona Lisa?", store)

    assert response.output_text.startswith("I found no answer to that")
    content = message_of(response).content[0]
    assert content.type == "output_text"
    assert content.annotations == []


def test_files_in_a_message_are_read(client: OpenAI) -> None:
    file = client.files.create(file=("a.txt", b"The code is tangerine."), purpose="user_data")
    parts = [
        {"type": "input_text", "text": "What is the code?"},
        {"type": "input_file", "file_id": file.id},
    ]

    response = client.responses.create(
        model=MODEL,
        input=[{"role": "user", "content": parts}],  # type: ignore[list-item, misc]
    )

    assert "“The code is tangerine.”" in response.output_text


def test_at_most_two_stores_that_exist(client: OpenAI) -> None:
    ids = [client.vector_stores.create().id for _ in range(3)]

    with pytest.raises(openai.BadRequestError, match="maximum length 2"):
        ask(client, "Hello", *ids)
    with pytest.raises(openai.NotFoundError, match="vs_unknown"):
        ask(client, "Hello", "vs_unknown")
