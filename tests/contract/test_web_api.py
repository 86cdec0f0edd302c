"""Dialect A's examples, word for word, in process: all values are the documents' own."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.browser import Browser
from tests.contract.dialect_a import NOW, there
from tests.contract.user_42 import COOKIE_TOKEN, store
from tests.fakes.engine import ScriptedEngine, done
from tests.fakes.upstream_files import InMemoryUpstream
from tests.ingests import uploading_to
from tests.seeds import web, web_threads
from tests.seeds.example import Example, read
from tests.tables import empty_tables
from tests.uploading import announce, send, upload, worked_off_by_machines
from tests.wiretap import Wiretap

EXAMPLES = web.ABOUT_SETTINGS + web.ABOUT_ASSISTANTS + web_threads.ABOUT_THREADS


@pytest.fixture
def example(request: pytest.FixtureRequest) -> Example | None:
    """Return the example that a test is about, if it is about one."""
    found: Example | None = getattr(request, "param", None)
    return found


@pytest.fixture
def browser(aws: Wiretap, example: Example | None) -> Iterator[Browser]:
    """Return the browser of user 42 at the time of the examples, alone in the world."""
    assert aws is not None
    empty_tables()
    with time_machine.travel(NOW, tick=False):
        store(there(NOW, example))
        signed_in = Browser()
        signed_in.cookie = f"sid={COOKIE_TOKEN}"
        yield signed_in


@pytest.mark.parametrize("example", EXAMPLES, indirect=True, ids=lambda example: example.name)
def test_an_example_holds(browser: Browser, engine: ScriptedEngine, example: Example) -> None:
    if example is web_threads.CHAT:
        engine.then(done(example.shown["content"][0]["text"]))

    answer = browser.request(example.method, example.path, example.body)

    assert (answer.status, answer.body) == (example.status, example.shown)
    engine.assert_complete()


def test_a_key_that_is_set_is_asked_of_openai(browser: Browser, engine: ScriptedEngine) -> None:
    browser.post("/api/settings/apikey", web.SET_API_KEY.body)

    assert engine.keys == ["sk-your-openai-api-key"]


@pytest.mark.parametrize("example", [web.SET_DEFAULT_ASSISTANT], indirect=True)
def test_a_default_is_set_and_cleared(browser: Browser, example: Example) -> None:
    browser.post(example.path, example.body)
    assert browser.get("/api/user").body["defaultAssistantId"] == 123

    browser.post(example.path, web.CLEAR_DEFAULT_ASSISTANT.body)
    assert browser.get("/api/user").body["defaultAssistantId"] is None


def test_get_assistant_has_the_format_of_the_list(browser: Browser) -> None:
    answer = browser.get("/api/assistants/1")

    assert (answer.status, [answer.body]) == (200, web.LIST_ASSISTANTS.shown)


def test_update_assistant_answers_the_updated_assistant(browser: Browser) -> None:
    changes = read(web.UPDATE_ASSISTANT_REQUEST)

    answer = browser.request("PATCH", "/api/assistants/1", changes)

    (before,) = web.LIST_ASSISTANTS.shown
    after = before | changes | {"updatedAt": "2025-04-29T20:15:45.678Z"}
    assert (answer.status, answer.body) == (200, after)
    assert browser.get("/api/assistants").body == [after]


def test_an_uploaded_file_joins_those_of_its_assistant(browser: Browser) -> None:
    with uploading_to(InMemoryUpstream().opened_with):
        answer = upload(browser, assistant_id=1)

    assert (answer.status, answer.body) == (200, web.UPLOAD_FILE.shown)
    (assistant,) = browser.get("/api/assistants").body
    assert assistant["fileIds"] == answer.body["fileIds"]


def test_a_folder_of_files_joins_those_of_its_assistant(browser: Browser) -> None:
    names = ("documentation/a.md", "documentation/b.md", "documentation2/c.md")
    files = [{"path": name, "size": len(name)} for name in names]
    upload_id = announce(browser, *files).body["id"]
    example = web.UPLOAD_DIRECTORY
    with (
        uploading_to(InMemoryUpstream().opened_with),
        worked_off_by_machines(),
        time_machine.travel(NOW, tick=True),
    ):
        for number, name in enumerate(names):
            send(browser, upload_id, number, name.encode())
        answer = browser.request(example.method, example.path, example.body)

    assert (answer.status, answer.body) == (200, example.shown)


def test_an_updated_thread_has_its_title(browser: Browser) -> None:
    browser.request("PATCH", "/api/threads/1", web_threads.UPDATE_THREAD.body)

    (before,) = web_threads.LIST_THREADS.shown
    after = {"title": "Updated Thread Title", "updatedAt": "2025-04-29T20:15:45.678Z"}
    assert browser.get("/api/threads").body == [before | after]


def test_a_deleted_thread_has_no_messages(browser: Browser) -> None:
    browser.request("DELETE", "/api/threads/1")

    assert browser.get("/api/threads").body == []
    assert browser.get("/api/threads/1/messages").status == 404


def test_a_user_is_shown_as_the_product_rules(browser: Browser) -> None:
    assert browser.get("/api/user").body == {
        "id": 42,
        "username": "the-user",
        "role": "user",
        "defaultAssistantId": None,
        "hasApiKey": True,
        "apiKeyLast4": "-key",
        "createdAt": "2025-04-29T20:00:00.000Z",
    }


def test_errors_follow_the_format(browser: Browser) -> None:
    missing = browser.post("/api/assistants", {})
    unknown = browser.get("/api/assistants/999")

    assert missing.status == 400
    assert set(missing.body) == {"error", "details"}
    assert isinstance(missing.body["details"], list)
    assert (unknown.status, unknown.body) == (404, {"error": "Assistant not found"})
