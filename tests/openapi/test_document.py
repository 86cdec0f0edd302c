"""The description of the API: made from the code, whole, and true to the contract."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from afterglow.api.dialects import dialect_of
from afterglow.api.failure_texts import V1_FAILURES
from openapi.document import describe, to_text
from openapi.functions import DOCUMENT
from openapi.shapes import JSON, reachable
from tests.openapi.document import COMMITTED, OPERATIONS, followed, responses, validator

each_operation = pytest.mark.parametrize("name", OPERATIONS)
EVERYWHERE = {400, 429, 500}
TURNS = {"POST /api/chat", "POST /api/v1/thread", "POST /api/v1/thread/{gpt_id}"}
UPLOADS = {"POST /api/upload", "POST /api/upload-directory"}
REPEATABLE = (
    TURNS
    | UPLOADS
    | {
        "POST /api/uploads",
        "POST /api/assistants",
        "POST /api/thread/new",
        "POST /api/v1/assistant",
        "POST /api/v1/assistant/admin",
    }
)
AWAITED = {
    f"{method} {prefix}{tail}"
    for prefix in ("/api/runs/{run_id}", "/api/v1/runs/{run_id}", "/api/uploads/{upload_id}")
    for method, tail in (("GET", ""), ("POST", "/cancel"))
}


def is_v1(name: str) -> bool:
    return "/api/v1/" in name


def bodies(content: JSON) -> Iterator[Any]:
    """Every example of a body."""
    for media in content.values():
        yield from ([media["example"]] if "example" in media else [])
        yield from (example["value"] for example in media.get("examples", {}).values())


def test_what_is_committed_is_what_the_code_says() -> None:
    assert DOCUMENT.read_text() == to_text(describe()), "`make openapi` writes it anew"


def test_an_operation_has_a_name_of_its_own() -> None:
    names = Counter(operation["operationId"] for operation in OPERATIONS.values())

    assert names.most_common(1)[0][1] == 1
    assert all(name.isidentifier() and "_" not in name for name in names)


@each_operation
def test_an_operation_asks_for_the_credential_of_its_dialect(name: str) -> None:
    method, _, path = name.partition(" ")
    is_public = (method, path) in dialect_of(path).public
    scheme = "bearer" if is_v1(name) else "session"

    assert OPERATIONS[name]["security"] == ([] if is_public else [{scheme: []}])
    assert (401 in responses(OPERATIONS[name])) or is_public


def test_the_credentials_are_a_cookie_and_a_bearer_token() -> None:
    schemes = COMMITTED["components"]["securitySchemes"]

    assert (schemes["session"]["type"], schemes["session"]["in"]) == ("apiKey", "cookie")
    assert schemes["session"]["name"] == "__Host-sid"
    assert (schemes["bearer"]["type"], schemes["bearer"]["scheme"]) == ("http", "bearer")


@each_operation
def test_only_dialect_b_is_deprecated(name: str) -> None:
    assert OPERATIONS[name].get("deprecated", False) is is_v1(name)


@each_operation
def test_an_operation_tells_every_status_it_can_answer(name: str) -> None:
    method, _, path = name.partition(" ")
    operation = OPERATIONS[name]
    expected = set(EVERYWHERE)
    if "requestBody" in operation:
        expected |= {413, 415}
    if "_id}" in path:
        expected |= {404}
    if method != "GET" and not is_v1(name):
        expected |= {403}

    assert set(responses(operation)) > expected
    assert (422 in responses(operation)) is (name in REPEATABLE)
    assert (202 in responses(operation)) is (name in TURNS | UPLOADS)
    assert {200, 201} & set(responses(operation))


@each_operation
def test_an_error_has_its_dialects_shape(name: str) -> None:
    key = "message" if is_v1(name) and "/api/v1/thread" not in name else "error"

    for status, response in responses(OPERATIONS[name]).items():
        if status >= 400:
            schema = followed(response["content"]["application/json"]["schema"])
            assert set(schema["properties"]) == {key, "details"}
            assert schema["required"] == [key]


@pytest.mark.parametrize(("operation", "text"), V1_FAILURES.items())
def test_dialect_b_fails_in_words_of_its_own(operation: tuple[str, str], text: str) -> None:
    failure = responses(OPERATIONS[" ".join(operation)])[500]

    assert [list(body.values()) for body in bodies(failure["content"])] == [[text]]


def test_a_folder_may_be_missing_in_three_ways_and_be_too_much() -> None:
    refused = responses(OPERATIONS["POST /api/upload-directory"])
    texts = {
        status: {body["error"] for body in bodies(refused[status]["content"])}
        for status in (404, 429)
    }

    assert texts[404] == {"Assistant not found", "Directory not found", "Upload not found"}
    assert texts[429] == {"Rate limit exceeded", "File quota reached"}


@each_operation
def test_an_answer_has_no_field_but_those_it_declares(name: str) -> None:
    for response in responses(OPERATIONS[name]).values():
        for node in reachable(COMMITTED, response.get("content", {})):
            is_open = node.get("type") == "object" and "properties" in node
            assert not is_open or node["additionalProperties"] is False


@each_operation
def test_an_example_is_what_the_schema_says(name: str) -> None:
    operation = OPERATIONS[name]
    contents = [response["content"] for response in responses(operation).values()]
    if "requestBody" in operation:
        contents.append(operation["requestBody"]["content"])

    for content in contents:
        for media in content.values():
            for body in bodies({"": media}):
                validator(media["schema"]).validate(body)


def test_every_operation_of_json_has_an_example() -> None:
    silent = [
        name
        for name, operation in OPERATIONS.items()
        if "/api/" in name
        and not list(bodies(next(iter(responses(operation).values()))["content"]))
    ]

    assert not silent


@each_operation
def test_a_parameter_has_bounds(name: str) -> None:
    for parameter in OPERATIONS[name].get("parameters", ()):
        bounds = {"minimum", "maximum"} if parameter["schema"]["type"] == "integer" else None

        assert set(parameter["schema"]) & (bounds or {"pattern", "maxLength"})
        assert "null" not in str(parameter["schema"])


@each_operation
def test_a_request_that_creates_may_be_repeated_and_a_turn_answered_later(name: str) -> None:
    taken = {
        parameter["name"]
        for parameter in OPERATIONS[name].get("parameters", ())
        if parameter["in"] == "header"
    }

    expected = {"Idempotency-Key"} if name in REPEATABLE else set()
    assert taken == (expected | {"Prefer"} if name in TURNS else expected)


def test_integer_ids_end_where_javascripts_do() -> None:
    (parameter,) = OPERATIONS["DELETE /api/assistants/{assistant_id}"]["parameters"]

    assert parameter["schema"] == {"type": "integer", "minimum": 1, "maximum": 2**53 - 1}


@each_operation
def test_an_answer_declares_its_headers(name: str) -> None:
    is_list = "cursor" in {p["name"] for p in OPERATIONS[name].get("parameters", ())}

    for status, response in responses(OPERATIONS[name]).items():
        headers = response["headers"]
        assert "X-Request-Id" in headers
        assert ("Deprecation" in headers) is is_v1(name)
        is_later = status == 202 or (status == 200 and name in AWAITED)
        assert ("Retry-After" in headers) is (status == 429 or is_later)
        assert ("Location" in headers) is (status == 202)
        assert ("Preference-Applied" in headers) is (status == 202 and name in TURNS)
        assert ("Idempotent-Replayed" in headers) is (status < 400 and name in REPEATABLE)
        assert ("Link" in headers) is (is_v1(name) or (is_list and status == 200))
