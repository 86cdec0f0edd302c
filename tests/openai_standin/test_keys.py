"""Keys: who is let in, and that each sees only its own."""

import httpx2
import openai
import pytest
from openai import OpenAI

from tests.openai_standin.conftest import NewClient
from tests.openai_standin.description import check_component

MODEL = "gpt-6-luna"


@pytest.mark.parametrize("header", [None, "", "Basic c2stOnNr", "Bearer"])
def test_a_call_without_a_key_is_refused(url: str, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header}
    answer = httpx2.get(f"{url}/v1/models", headers=headers)

    assert answer.status_code == 401
    check_component("ErrorResponse", answer.json())
    assert "You didn't provide an API key" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "key",
    [
        "sk-invalid-0123456789abcdef",
        "sk-tooshort",
        "pk-0123456789abcdef0123",
        "sk-0123456789 abcdef0",
    ],
)
def test_a_wrong_key_is_refused_and_shown_masked(url: str, key: str) -> None:
    answer = httpx2.get(f"{url}/v1/models", headers={"authorization": f"Bearer {key}"})

    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (401, "invalid_api_key")
    assert "****" in error["message"]
    assert key not in error["message"]


def test_the_sdk_knows_the_refusal(new_client: NewClient) -> None:
    wrong = new_client().with_options(api_key="sk-invalid-0123456789abcdef")
    with pytest.raises(openai.AuthenticationError) as caught:
        wrong.models.list()

    assert caught.value.code == "invalid_api_key"
    assert (caught.value.request_id or "").startswith("req_")


def test_every_call_carries_openai_s_headers(http: httpx2.Client) -> None:
    answers = [http.get("/v1/models"), http.get("/v1/models/gone"), http.get("/v1/nowhere")]

    assert [answer.status_code for answer in answers] == [200, 404, 404]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 3
    assert all(int(answer.headers["openai-processing-ms"]) >= 0 for answer in answers)


def test_a_key_sees_nothing_of_another(client: OpenAI, new_client: NewClient) -> None:
    response = client.responses.create(model=MODEL, input="My name is Ada.", background=True)
    file = client.files.create(file=("a.txt", b"The fee is 5 euros."), purpose="assistants")
    store = client.vector_stores.create(name="mine", file_ids=[file.id])
    stranger = new_client()

    for call in (
        lambda: stranger.responses.retrieve(response.id),
        lambda: stranger.responses.cancel(response.id),
        lambda: stranger.responses.delete(response.id),
        lambda: stranger.responses.input_items.list(response.id),
        lambda: stranger.files.retrieve(file.id),
        lambda: stranger.files.delete(file.id),
        lambda: stranger.vector_stores.retrieve(store.id),
        lambda: stranger.vector_stores.search(store.id, query="fee"),
        lambda: stranger.vector_stores.files.list(store.id),
    ):
        with pytest.raises(openai.NotFoundError):
            call()
    with pytest.raises(openai.BadRequestError, match="not found"):
        stranger.responses.create(
            model=MODEL, input="What is my name?", previous_response_id=response.id
        )
    with pytest.raises(openai.NotFoundError):
        stranger.vector_stores.create(file_ids=[file.id])
    with pytest.raises(openai.NotFoundError):
        stranger.responses.create(
            model=MODEL,
            input="What is the fee?",
            tools=[{"type": "file_search", "vector_store_ids": [store.id]}],
        )
    assert list(stranger.files.list()) == []
    assert list(stranger.vector_stores.list()) == []
    assert client.files.retrieve(file.id).filename == "a.txt"
