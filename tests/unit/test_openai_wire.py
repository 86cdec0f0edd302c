"""What we read of OpenAI's bodies."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.adapters.openai.models import takes_temperature
from afterglow.adapters.openai.wire import read_reply
from afterglow.domain.errors import OperationFailedError
from afterglow.domain.models import Usage
from afterglow.ports.engine import Reply, ReplyState


def a_message(*texts: str, kind: str = "output_text", message_id: str = "msg_1") -> dict[str, Any]:
    """Return an output item."""
    field = "refusal" if kind == "refusal" else "text"
    content = [{"type": kind, field: text, "annotations": []} for text in texts]
    return {"type": "message", "id": message_id, "role": "assistant", "content": content}


def a_response(**facts: object) -> bytes:
    """Return a body of OpenAI's."""
    body = {
        "id": "resp_1",
        "object": "response",
        "status": "completed",
        "output": [a_message("Gladly.")],
        "usage": {"input_tokens": 11, "output_tokens": 7, "total_tokens": 18},
        "error": None,
        "incomplete_details": None,
    }
    return json.dumps(body | facts).encode()


def test_an_answer_is_read() -> None:
    assert read_reply(a_response()) == Reply(
        "resp_1", ReplyState.DONE, "Gladly.", "msg_1", Usage(11, 7)
    )


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ([a_message("One", " and two.")], "One and two."),
        ([a_message("One."), a_message("Two.", message_id="msg_2")], "One.\n\nTwo."),
        ([a_message(), a_message("Two.")], "Two."),
        ([a_message("I will not.", kind="refusal")], "I will not."),
        ([{"type": "reasoning", "id": "rs_1", "summary": []}, a_message("Hm.")], "Hm."),
        ([{"type": "file_search_call", "queries": ["x"], "content": None}, a_message("Y")], "Y"),
    ],
)
def test_the_text_of_all_messages_is_the_answer(output: list[object], text: str) -> None:
    reply = read_reply(a_response(output=output))

    assert (reply.state, reply.text) == (ReplyState.DONE, text)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("queued", ReplyState.WORKING),
        ("in_progress", ReplyState.WORKING),
        ("incomplete", ReplyState.INCOMPLETE),
        ("failed", ReplyState.FAILED),
        ("cancelled", ReplyState.CANCELLED),
    ],
)
def test_a_state_needs_no_text(status: str, state: ReplyState) -> None:
    assert read_reply(a_response(status=status, output=[], usage=None)) == Reply("resp_1", state)


def test_the_reason_of_a_bad_end_is_read() -> None:
    failed = a_response(status="failed", error={"code": "server_error", "message": "secret"})
    cut = a_response(status="incomplete", incomplete_details={"reason": "max_output_tokens"})

    assert read_reply(failed).error_code == "server_error"
    assert read_reply(cut).error_code == "max_output_tokens"
    assert "secret" not in repr(read_reply(failed))


@pytest.mark.parametrize(
    "code", ["Incorrect key: sk-abc", "x" * 65, "", "sk-proj-AbCdEf", "a\nb", "\u00fc"]
)
def test_a_reason_that_is_no_code_is_not_passed_on(code: str) -> None:
    failed = a_response(status="failed", error={"code": code, "message": "secret"})
    cut = a_response(status="incomplete", incomplete_details={"reason": code})

    assert read_reply(failed).error_code is None
    assert read_reply(cut).error_code is None


@pytest.mark.parametrize("output", [[], [a_message("")], [{"type": "reasoning"}]])
def test_an_empty_answer_is_the_end_without_one(output: list[Any]) -> None:
    reply = read_reply(a_response(output=output))

    # Not an error of this one call, to be asked again: it will never be another.
    assert (reply.state, reply.error_code) == (ReplyState.FAILED, "openai_bad_answer")
    assert reply.text == ""


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'"resp_1"',
        b"<html><body>502 Bad Gateway</body></html>",
        b"\xff\xfe",
        a_response()[:-20],
        a_response(id=None),
        a_response(id=""),
        a_response(id="r" * 257),
        a_response(id=7),
        a_response(id="../models"),
        a_response(id="resp 1\n"),
        a_response(status="thinking"),
        a_response(status=None),
        a_response(output=[a_message("Hi.", message_id="m" * 257)]),
        a_response(output=["text"]),
        a_response(output="text"),
        a_response(output=[{"type": "message", "content": [{"type": "output_text", "text": 1}]}]),
        a_response(usage={"input_tokens": "many"}),
        a_response(error="it broke"),
        a_response(output=[a_message("\ud800")]),
        b'{"id":"resp_1","status":"completed","output":' + b"[" * 100_000,
    ],
    ids=lambda body: body[:40].decode(errors="replace") + f" {len(body)}",
)
def test_what_is_no_response_is_a_failure_without_words_of_theirs(body: bytes) -> None:
    with pytest.raises(OperationFailedError) as bad:
        read_reply(body)

    assert (bad.value.message, bad.value.code) == (
        "OpenAI answered unintelligibly",
        "openai_bad_answer",
    )
    assert bad.value.__cause__ is None


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_at_all_are_a_failure(body: bytes) -> None:
    with pytest.raises(OperationFailedError):
        read_reply(body)


def test_an_answer_to_another_question_is_a_failure() -> None:
    with pytest.raises(OperationFailedError):
        read_reply(a_response(id="resp_2"), expected_id="resp_1")

    assert read_reply(a_response(id="resp_1"), expected_id="resp_1").text == "Gladly."


@pytest.mark.parametrize(
    ("model", "takes_it"),
    [
        ("gpt-4o", True),
        ("gpt-4o-mini-2024-07-18", True),
        ("gpt-4.1-nano", True),
        ("gpt-3.5-turbo-0125", True),
        ("ft:gpt-4o-mini:acme::abc", True),
        ("gpt-6-luna", False),
        ("gpt-5.6-sol", False),
        ("ft:gpt-6-luna:acme::abc", False),
        ("o3", False),
        ("something-new", False),
    ],
)
def test_a_temperature_is_for_the_models_known_to_take_one(model: str, *, takes_it: bool) -> None:
    assert takes_temperature(model) is takes_it
