"""Which assistant answers a message of dialect B."""

import pytest

from tests.browser import Browser
from tests.fakes.engine import ScriptedEngine, done
from tests.integration.people import question, say_v1
from tests.tables import fingerprint


@pytest.mark.parametrize("reference", [2, "2", "asst_"])
def test_a_message_may_choose_its_assistant(
    user: Browser, engine: ScriptedEngine, thread: str, reference: object
) -> None:
    user.post("/api/v1/assistant", {"name": "Second"})
    if reference == "asst_":
        reference = user.get("/api/v1/assistant/2").body["assistantId"]
    engine.then(done("I am second."), done("I am first."))

    assert say_v1(user, thread, assistantId=reference).body == {
        "message": "Message added successfully"
    }
    assert say_v1(user, thread).status == 201

    assert [prompt.run.assistant_id for prompt in engine.prompts] == [1, 2, 1]
    assert user.get("/api/v1/thread").body[0]["assistantId"] == 1


@pytest.mark.parametrize("route", ["/api/v1/thread", "/api/v1/thread/{}"])
@pytest.mark.parametrize("unknown", [999, "999", "asst_" + "x" * 24])
def test_an_unknown_assistant_is_not_found_and_nothing_is_stored(
    user: Browser, engine: ScriptedEngine, thread: str, route: str, unknown: object
) -> None:
    before, calls = fingerprint(), list(engine.calls)

    answer = user.post(route.format(thread), {"assistantId": unknown, "content": question()})

    assert (answer.status, answer.body) == (404, {"error": "Assistant not found"})
    assert (fingerprint(), engine.calls) == (before, calls)
