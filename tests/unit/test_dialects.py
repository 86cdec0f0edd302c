"""Which status stands for which error."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest

from afterglow.api.dialects import DIALECTS, STATUS, V1, V1_THREADS, WEB, Dialect, dialect_of
from afterglow.api.failure_texts import V1_FAILURES
from afterglow.domain import errors
from afterglow.domain.models import SessionKind

CREATE = ("POST", "/api/v1/assistant")


def kinds(parent: type[errors.DomainError] = errors.DomainError) -> Iterator[type]:
    """Return every kind of error there is."""
    for kind in parent.__subclasses__():
        yield kind
        yield from kinds(kind)


@pytest.mark.parametrize("kind", list(kinds()))
def test_every_error_has_a_status_in_every_dialect(kind: type[errors.DomainError]) -> None:
    # Some say more than others: here only the kind matters.
    error = kind.__new__(kind)
    errors.DomainError.__init__(error, "Something")
    for dialect in DIALECTS:
        assert dialect.status_of(error) in set(STATUS.values())


def test_the_statuses_are_the_contracts() -> None:
    assert {kind.__name__: status.value for kind, status in STATUS.items()} == {
        "InvalidInputError": 400,
        "AuthenticationError": 401,
        "PermissionDeniedError": 403,
        "NotFoundError": 404,
        "ConflictError": 409,
        "ReusedKeyError": 422,
        "PayloadTooLargeError": 413,
        "UnsupportedFormatError": 415,
        "LimitExceededError": 429,
        "RateLimitError": 429,
        "OperationFailedError": 500,
    }


def test_an_error_of_a_finer_kind_has_its_parents_status() -> None:
    finer = type("FinerError", (errors.ConflictError,), {})

    assert DIALECTS[-1].status_of(finer("Something")) is HTTPStatus.CONFLICT


def test_who_may_not_is_refused_in_each_dialects_way() -> None:
    error = errors.PermissionDeniedError("Admin privileges required")

    assert WEB.status_of(error) is HTTPStatus.FORBIDDEN
    assert V1.status_of(error) is V1_THREADS.status_of(error) is HTTPStatus.UNAUTHORIZED
    assert V1.status_of(errors.NotFoundError("No")) is HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("dialect", "key"), [(WEB, "error"), (V1, "message"), (V1_THREADS, "error")]
)
def test_an_error_is_told_under_the_dialects_key(dialect: Dialect, key: str) -> None:
    bare = errors.NotFoundError("Thread not found")
    coded = errors.InvalidInputError("No", code="openai_key_missing")

    assert dialect.body_of(bare, CREATE) == {key: "Thread not found"}
    assert dialect.body_of(coded, CREATE) == {
        key: "No",
        "details": [{"code": "openai_key_missing"}],
    }


def test_a_failure_of_dialect_b_is_told_in_the_operations_own_words() -> None:
    error = errors.OperationFailedError("OpenAI is unavailable", code="openai_unavailable")
    details = [{"code": "openai_unavailable"}]

    assert V1.body_of(error, CREATE) == {
        "message": "Failed to create assistant",
        "details": details,
    }
    assert V1_THREADS.body_of(error, ("POST", "/api/v1/thread")) == {
        "error": "Failed to create thread",
        "details": details,
    }
    assert WEB.body_of(error, CREATE)["error"] == "OpenAI is unavailable"
    assert V1.body_of(error, ("GET", "/api/v1/new"))["message"] == "OpenAI is unavailable"


def test_only_failures_have_those_words() -> None:
    assert V1.body_of(errors.LimitExceededError("Assistant limit reached"), CREATE) == {
        "message": "Assistant limit reached"
    }


def test_the_words_are_the_documents() -> None:
    assert {
        (method, path): V1_FAILURES[method, path]
        for method, path in [
            ("POST", "/api/v1/assistant"),
            ("POST", "/api/v1/assistant/admin"),
            ("GET", "/api/v1/assistant"),
            ("GET", "/api/v1/assistant/{assistant_id}"),
            ("PUT", "/api/v1/assistant/{assistant_id}/instructions"),
            ("DELETE", "/api/v1/assistant/{assistant_id}"),
            ("DELETE", "/api/v1/assistant"),
            ("POST", "/api/v1/thread"),
            ("POST", "/api/v1/thread/{gpt_id}"),
        ]
    } == {
        ("POST", "/api/v1/assistant"): "Failed to create assistant",
        ("POST", "/api/v1/assistant/admin"): "Failed to create assistant",
        ("GET", "/api/v1/assistant"): "Failed to get assistants",
        ("GET", "/api/v1/assistant/{assistant_id}"): "Failed to get the assistant",
        ("PUT", "/api/v1/assistant/{assistant_id}/instructions"): (
            "Failed to update assistant instructions"
        ),
        ("DELETE", "/api/v1/assistant/{assistant_id}"): "Failed to delete the assistant",
        ("DELETE", "/api/v1/assistant"): "Failed to delete all assistants",
        ("POST", "/api/v1/thread"): "Failed to create thread",
        ("POST", "/api/v1/thread/{gpt_id}"): "Failed to create message or thread",
    }


def test_only_these_ask_for_no_credential() -> None:
    assert WEB.public == {
        ("POST", "/api/register"),
        ("POST", "/api/login"),
        ("GET", "/openapi.json"),
        ("GET", "/docs"),
    }
    assert V1.public == {("POST", "/api/v1/auth/token")}
    assert V1_THREADS.public == set()


@pytest.mark.parametrize(
    ("path", "dialect"),
    [
        ("/api/chat", WEB),
        ("/", WEB),
        ("", WEB),
        ("//", WEB),
        ("nowhere", WEB),
        ("/nowhere", WEB),
        ("/docs", WEB),
        ("/api/v1x", WEB),
        ("/api/v10/thread", WEB),
        ("//api/v1/thread", WEB),
        ("/API/V1/thread", WEB),
        ("/api/v1", V1),
        ("/api/v1/", V1),
        ("/api/v1/assistant/1", V1),
        ("/api/v1/config/assistant/limit", V1),
        ("/api/v1/threadx", V1),
        ("/api/v1//thread", V1),
        ("/api/v1/thread", V1_THREADS),
        ("/api/v1/thread/", V1_THREADS),
        ("/api/v1/thread/thread_1", V1_THREADS),
        ("/api/v1/threads", V1_THREADS),
        ("/api/v1/threads/x", V1_THREADS),
    ],
)
def test_a_path_has_one_dialect(path: str, dialect: Dialect) -> None:
    assert dialect_of(path) is dialect


def test_each_dialect_takes_one_kind_of_credential() -> None:
    assert [dialect.credential for dialect in (WEB, V1, V1_THREADS)] == [
        SessionKind.COOKIE,
        SessionKind.BEARER,
        SessionKind.BEARER,
    ]
