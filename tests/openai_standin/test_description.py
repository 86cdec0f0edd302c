"""The judge itself: it must be able to say no."""

import httpx2
import jsonschema
import pytest

from tests.openai_standin.description import check_component, check_event, check_response

FILE = {
    "id": "file-1",
    "object": "file",
    "bytes": 1,
    "created_at": 1,
    "filename": "a",
    "purpose": "assistants",
    "status": "processed",
}


def response(body: object, path: str = "/v1/files/file-1") -> httpx2.Response:
    request = httpx2.Request("GET", f"http://127.0.0.1{path}")
    return httpx2.Response(200, json=body, request=request)


def test_a_right_body_passes() -> None:
    check_response(response(FILE))


@pytest.mark.parametrize("change", [{"purpose": "fun"}, {"bytes": "1"}, {"status": None}])
def test_a_wrong_body_does_not(change: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        check_response(response({**FILE, **change}))


def test_a_path_openai_does_not_have_is_noticed() -> None:
    with pytest.raises(LookupError):
        check_response(response({}, "/v1/nowhere"))


def test_an_event_is_held_against_its_own_schema() -> None:
    delta = {
        "type": "response.output_text.delta",
        "item_id": "msg_1",
        "output_index": 0,
        "content_index": 0,
        "delta": "x",
        "logprobs": [],
        "sequence_number": 1,
    }
    check_event(delta)
    for name in delta.keys() - {"type"}:
        with pytest.raises(jsonschema.ValidationError):
            check_event({key: value for key, value in delta.items() if key != name})


def test_an_error_needs_all_four_fields() -> None:
    with pytest.raises(jsonschema.ValidationError):
        check_component("ErrorResponse", {"error": {"message": "x", "type": "y"}})
