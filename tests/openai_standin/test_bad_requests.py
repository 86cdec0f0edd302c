"""What the server refuses, in OpenAI's words."""

from typing import Any

import httpx2
import pytest

from tests.openai_standin.description import check_component

MODEL = "gpt-6-luna"
URL = "/v1/responses"


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        ({}, "model", "missing_required_parameter"),
        ({"model": MODEL}, None, "missing_required_parameter"),
        ({"model": 7, "input": "x"}, "model", "invalid_type"),
        ({"model": MODEL, "input": "x", "colour": 1}, "colour", "unknown_parameter"),
        ({"model": MODEL, "input": "x", "store": "yes"}, "store", "invalid_type"),
        ({"model": MODEL, "input": "x", "max_output_tokens": 15}, "max_output_tokens", None),
        ({"model": MODEL, "input": [{"type": "nonsense"}]}, "input[0].type", "invalid_value"),
        (
            {"model": MODEL, "input": [{"role": "user", "content": "x", "status": None}]},
            "input[0].status",
            None,
        ),
        (
            {
                "model": MODEL,
                "input": [{"role": "assistant", "content": [{"type": "input_text", "text": "x"}]}],
            },
            "input[0].content[0]",
            "invalid_value",
        ),
        (
            {"model": MODEL, "input": [{"role": "user", "content": [{"type": "input_text"}]}]},
            "input[0].content[0].text",
            "missing_required_parameter",
        ),
        ({"model": MODEL, "input": "x", "tools": [{"type": "magic"}]}, "tools[0]", "invalid_value"),
        (
            {"model": MODEL, "input": "x", "tools": [{"type": "file_search"}]},
            "tools[0].vector_store_ids",
            "missing_required_parameter",
        ),
        (
            {"model": MODEL, "input": "x", "conversation": "conv_1"},
            "conversation",
            "unsupported_parameter",
        ),
        (
            {"model": MODEL, "input": "x", "metadata": {str(n): "" for n in range(17)}},
            "metadata",
            "object_above_max_properties",
        ),
        (
            {"model": MODEL, "input": "x", "metadata": {"k": "v" * 513}},
            "metadata.k",
            "string_above_max_length",
        ),
        (
            {"model": MODEL, "input": "x" * 10_485_761},
            "input",
            "string_above_max_length",
        ),
    ],
)
def test_a_bad_request_is_refused_in_openai_s_words(
    http: httpx2.Client, body: dict[str, Any], param: str | None, code: str | None
) -> None:
    answer = http.post(URL, json=body)

    assert answer.status_code == 400
    check_component("ErrorResponse", answer.json())
    error = answer.json()["error"]
    assert error["type"] == "invalid_request_error"
    assert error["param"] == param
    assert code in {None, error["code"]}


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b'{"model":"\\ud800"}', b"\xff\xfe", b'{"model":NaN}']
)
def test_what_is_no_json_object_is_refused(http: httpx2.Client, raw: bytes) -> None:
    answer = http.post(URL, content=raw, headers={"content-type": "application/json"})

    assert answer.status_code == 400
    check_component("ErrorResponse", answer.json())


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/assistants", 404), ("POST", "/v1/threads", 404), ("PUT", URL, 405)],
)
def test_other_paths_and_methods_are_refused(
    http: httpx2.Client, method: str, path: str, status: int
) -> None:
    answer = http.request(method, path)

    assert answer.status_code == status
    check_component("ErrorResponse", answer.json())
