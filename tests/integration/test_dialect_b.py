"""What dialect B adds to an answer, and what a route may add."""

import pytest
from aws_lambda_powertools.event_handler import Response

from afterglow.api.app import Api
from afterglow.domain.errors import OperationFailedError
from tests.browser import Browser
from tests.events import Answer, Context, event
from tests.fakes.engine import ScriptedEngine
from tests.wiretap import Wiretap, refusing

QUESTION = {"content": "What is the least number that is no sum of two squares?"}


@pytest.mark.parametrize(
    ("method", "path", "successor"),
    [
        ("GET", "/api/v1/assistant", "/local/api/assistants"),
        ("GET", "/api/v1/assistant/77", "/local/api/assistants"),
        ("GET", "/api/v1/threads", "/local/api/threads"),
        ("POST", "/api/v1/thread/thread_x", "/local/api/chat"),
        ("GET", "/api/v1/config/assistant/limit", "/local/docs"),
    ],
)
def test_an_obsolete_route_names_its_successor(
    user: Browser, method: str, path: str, successor: str
) -> None:
    link = [f'<{successor}>; rel="successor-version"']

    for answer in (user.request(method, path), Browser().request(method, path)):
        assert answer.headers["Deprecation"] == ["@1787702400"]
        assert answer.headers["Link"] == link


@pytest.mark.parametrize(
    ("method", "path", "text"),
    [
        ("GET", "/api/v1/assistant", "Failed to get assistants"),
        ("GET", "/api/v1/assistant/1", "Failed to get the assistant"),
        ("GET", "/api/v1/assistant/1/instructions", "Failed to get assistant instructions"),
        ("DELETE", "/api/v1/assistant", "Failed to delete all assistants"),
        ("DELETE", "/api/v1/assistant/1", "Failed to delete the assistant"),
        ("GET", "/api/v1/thread", "Failed to get threads"),
        ("GET", "/api/v1/thread/thread_x", "Failed to get the messages"),
        ("DELETE", "/api/v1/thread", "Failed to delete all threads"),
        ("GET", "/api/v1/config/assistant/limit", "Failed to get assistant limit"),
    ],
)
def test_what_nobody_foresaw_is_told_in_the_operations_words(
    user: Browser, aws: Wiretap, method: str, path: str, text: str
) -> None:
    key = "error" if path.startswith("/api/v1/thread") else "message"
    with aws.breaking("BatchGetItem", refusing("AccessDeniedException")):
        answer = user.request(method, path)

    assert (answer.status, answer.body) == (500, {key: text})


def test_a_failure_upstream_has_its_code_beside_those_words(
    user: Browser, engine: ScriptedEngine
) -> None:
    user.create_assistant()
    engine.then(*[OperationFailedError("Unavailable", code="openai_unavailable")] * 3)

    answer = user.post("/api/v1/thread", {"assistantId": 1, **QUESTION})

    (kept,) = user.get("/api/v1/thread").body
    details = [
        {"code": "openai_unavailable"},
        {"code": "thread_kept", "message": kept["openaiThreadId"]},
    ]
    assert (answer.status, answer.body) == (
        500,
        {"error": "Failed to create thread", "details": details},
    )


def test_a_bad_field_is_named_as_in_dialect_a(user: Browser) -> None:
    v1, web = (user.post(path, {"name": 7}) for path in ("/api/v1/assistant", "/api/assistants"))

    assert v1.status == web.status == 400
    assert v1.body == {"message": web.body["error"], "details": web.body["details"]}


def test_a_route_adds_headers_and_links_add_up(user: Browser) -> None:
    app = Api()

    @app.get("/api/v1/assistant")
    def _list() -> Response[str]:
        app.context["response_headers"]["Link"] = '</next>; rel="next"'
        app.context["response_headers"]["Location"] = "/api/runs/1"
        return Response(200, "application/json", "[]")

    @app.get("/api/v1/threads")
    def _fail() -> str:
        app.context["response_headers"]["Link"] = '</next>; rel="next"'
        raise OperationFailedError("No")

    headers = {"Authorization": f"Bearer {user.token}"}
    listed, failed, again = (
        Answer.of(app.resolve(event("GET", path, headers=headers), Context()))  # type: ignore[arg-type] # as much of it as is used
        for path in ("/api/v1/assistant", "/api/v1/threads", "/api/v1/nothing")
    )

    successor = '</local/api/assistants>; rel="successor-version"'
    assert listed.headers["Link"] == [f'</next>; rel="next", {successor}']
    assert listed.headers["Location"] == ["/api/runs/1"]
    assert failed.headers["Link"] == ['</local/api/threads>; rel="successor-version"']
    assert again.status == 404
    assert "Location" not in again.headers
