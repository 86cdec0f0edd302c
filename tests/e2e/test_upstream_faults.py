"""Whatever OpenAI does, the caller gets a clear answer and the thread goes on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.openai.control_client import ControlClient
from tests.e2e.visitor import Visitor

Fault = Callable[[ControlClient], object]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (lambda o: o.fail(401, {"code": "invalid_api_key"}), 400, "openai_key_invalid"),
        (lambda o: o.missing_scope("api.responses.write"), 400, "openai_key_refused"),
        (lambda o: o.rate_limit(retry_after=70), 429, "openai_rate_limited"),
        (lambda o: o.no_credit(), 429, "openai_insufficient_quota"),
        (lambda o: o.fail(500, count=3), 500, "openai_unavailable"),
        (lambda o: o.html_502(count=3), 500, "openai_unavailable"),
        (lambda o: o.drop_before(count=3), 500, "openai_unavailable"),
        (lambda o: o.drop_after(count=3), 500, "openai_unavailable"),
        (lambda o: o.damage("malformed", count=3), 500, "openai_bad_answer"),
        (lambda o: o.redirect("http://127.0.0.1:1/", count=3), 500, "openai_unavailable"),
    ],
    ids=lambda value: value if isinstance(value, str | int) else "",
)
def test_a_fault_ends_the_run_and_frees_the_thread(
    visitor: Visitor, openai: ControlClient, fault: Fault, status: int, code: str
) -> None:
    fault(openai)

    failed = visitor.chat("Is anybody there?")
    after = visitor.chat("And now?")

    assert (failed.status_code, failed.json()["details"]) == (status, [{"code": code}])
    assert failed.headers.get("Retry-After") == ("70" if code == "openai_rate_limited" else None)
    assert after.status_code == 200, after.text
    assert [m["role"] for m in visitor.messages()] == ["user", "user", "assistant"]
    assert visitor.api_key[-12:] not in failed.text


def test_a_dead_model_is_the_callers_to_change(visitor: Visitor, openai: ControlClient) -> None:
    openai.configure(names_replacements=True)
    visitor.post("/api/assistants", {"name": "Old", "model": "gpt-3.5-turbo-0125"})
    visitor.post("/api/thread/new", {"assistantId": 2})

    answer = visitor.chat("Hello!", 2)

    assert answer.status_code == 400
    assert answer.json() == {
        "error": "OpenAI does not offer the model gpt-3.5-turbo-0125 to the stored key; "
        "OpenAI names gpt-6-luna as its replacement",
        "details": [{"code": "model_not_found", "field": "model", "message": "Use gpt-6-luna"}],
    }


def test_of_two_messages_at_once_one_is_taken(visitor: Visitor, openai: ControlClient) -> None:
    # Long enough for the second to come in time on a busy machine.
    openai.configure(response_seconds=8)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(visitor.chat, ["One", "Two"]))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    busy = next(answer for answer in answers if answer.status_code == 409)
    assert busy.json() == {"error": "A message is already being processed in this thread"}
    assert [m["role"] for m in visitor.messages()] == ["user", "assistant"]
    assert len(openai.journal("POST", "/v1/responses")) == 1


def test_a_new_key_of_another_project_does_not_break_a_thread(visitor: Visitor) -> None:
    visitor.chat("My name is Grace.")
    visitor.post("/api/settings/apikey", {"apiKey": "sk-" + "another" * 5})

    answer = visitor.chat("What is my name?")

    assert answer.status_code == 200
    assert "Grace" in answer.json()["content"][0]["text"]
