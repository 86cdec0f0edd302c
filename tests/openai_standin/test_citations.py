"""Citations: the same place in the stream and in the answer, counted in characters."""

from typing import Any

import pytest
from openai import OpenAI
from openai.types.responses import Response
from openai.types.responses.response_output_text import AnnotationFileCitation

from local.openai.control_client import ControlClient
from tests.openai_standin.standin import MODEL, ended

NAME = "Gebühren 🦊.md"
FACT = "The annual 🦊 fee is 120 €."


@pytest.fixture
def asked(client: OpenAI) -> dict[str, Any]:
    store = client.vector_stores.create()
    file = client.files.create(file=(NAME, FACT.encode()), purpose="assistants")
    client.vector_stores.files.create_and_poll(
        file.id, vector_store_id=store.id, poll_interval_ms=10
    )
    tool = {"type": "file_search", "vector_store_ids": [store.id]}
    return {"model": MODEL, "input": "How much is the annual fee?", "tools": [tool]}


def cited(response: Response) -> tuple[str, AnnotationFileCitation]:
    (message,) = [item for item in response.output if item.type == "message"]
    content = message.content[0]
    assert content.type == "output_text"
    (annotation,) = content.annotations
    assert annotation.type == "file_citation"
    return content.text, annotation


def check(client: OpenAI, response: Response) -> None:
    text, annotation = cited(response)
    assert annotation.filename == NAME
    assert client.files.retrieve(annotation.file_id).filename == NAME
    # Right behind what it is for, before what else is said.
    assert text[: annotation.index] == f"{NAME} says: “{FACT}”"
    assert len(text) > annotation.index


def test_a_polled_answer(client: OpenAI, asked: dict[str, Any]) -> None:
    check(client, ended(client, client.responses.create(**asked, background=True).id))


def test_a_streamed_answer(client: OpenAI, asked: dict[str, Any]) -> None:
    events = list(client.responses.create(**asked, stream=True, background=True))

    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    (added,) = [e for e in events if e.type == "response.output_text.annotation.added"]
    last = events[-1]
    assert last.type == "response.completed"
    check(client, last.response)
    answer, annotation = cited(last.response)
    assert (text, added.annotation_index) == (answer, 0)
    assert added.to_dict()["annotation"] == annotation.to_dict()
    assert cited(client.responses.retrieve(last.response.id)) == cited(last.response)


def test_an_answer_cut_short_cites_nothing_beyond_its_end(
    client: OpenAI, asked: dict[str, Any]
) -> None:
    whole = client.responses.create(**asked)
    tokens = 16  # of four characters
    assert cited(whole)[1].index <= tokens * 4
    kept = client.responses.create(**asked, max_output_tokens=tokens)
    check(client, kept)

    long = client.files.create(file=("x" * 80 + ".md", FACT.encode()), purpose="assistants")
    (tool,) = asked["tools"]
    store_id = tool["vector_store_ids"][0]
    client.files.delete(cited(whole)[1].file_id)
    client.vector_stores.files.create_and_poll(
        long.id, vector_store_id=store_id, poll_interval_ms=10
    )
    cut = client.responses.create(**asked, max_output_tokens=tokens)

    (message,) = [item for item in cut.output if item.type == "message"]
    content = message.content[0]
    assert content.type == "output_text"
    assert (len(content.text), content.annotations) == (tokens * 4, [])


def test_what_is_cited_may_be_gone_by_now(
    client: OpenAI, control: ControlClient, asked: dict[str, Any]
) -> None:
    response = client.responses.create(**asked)
    _, annotation = cited(response)
    control.vanish(annotation.file_id)

    assert cited(client.responses.retrieve(response.id)) == cited(response)
    again = client.responses.create(**asked)
    assert FACT not in again.output_text
