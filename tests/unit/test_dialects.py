"""Which status stands for which error."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest

from afterglow.api.dialects import DIALECTS, STATUS, Dialect, dialect_of
from afterglow.domain import errors


def kinds(parent: type[errors.DomainError] = errors.DomainError) -> Iterator[type]:
    """Return every kind of error there is."""
    for kind in parent.__subclasses__():
        yield kind
        yield from kinds(kind)


@pytest.mark.parametrize("kind", list(kinds()))
def test_every_error_has_a_status_in_every_dialect(kind: type[errors.DomainError]) -> None:
    for dialect in DIALECTS:
        assert dialect.status_of(kind("Something")) in set(STATUS.values())


def test_the_statuses_are_the_contracts() -> None:
    assert {kind.__name__: status.value for kind, status in STATUS.items()} == {
        "InvalidInputError": 400,
        "AuthenticationError": 401,
        "PermissionDeniedError": 403,
        "NotFoundError": 404,
        "ConflictError": 409,
        "PayloadTooLargeError": 413,
        "UnsupportedFormatError": 415,
        "LimitExceededError": 429,
        "RateLimitError": 429,
        "OperationFailedError": 500,
    }


def test_an_error_of_a_finer_kind_has_its_parents_status() -> None:
    finer = type("FinerError", (errors.ConflictError,), {})

    assert DIALECTS[-1].status_of(finer("Something")) is HTTPStatus.CONFLICT


def test_a_dialect_may_disagree() -> None:
    v1 = Dialect(
        "/api/v1",
        "message",
        has_details=False,
        statuses={errors.PermissionDeniedError: HTTPStatus.UNAUTHORIZED},
    )

    assert v1.status_of(errors.PermissionDeniedError("No")) is HTTPStatus.UNAUTHORIZED
    assert v1.status_of(errors.NotFoundError("No")) is HTTPStatus.NOT_FOUND
    assert v1.body_of(errors.NotFoundError("No", code="gone")) == {"message": "No"}


def test_dialect_a_says_error_and_details() -> None:
    web = dialect_of("/api/chat")

    assert web.body_of(errors.NotFoundError("Thread not found")) == {"error": "Thread not found"}
    assert web.body_of(errors.InvalidInputError("No", code="openai_key_missing")) == {
        "error": "No",
        "details": [{"code": "openai_key_missing"}],
    }


def test_only_registering_and_logging_in_ask_for_no_credential() -> None:
    public = {route for dialect in DIALECTS for route in dialect.public}

    assert public == {("POST", "/api/register"), ("POST", "/api/login")}


@pytest.mark.parametrize("path", ["/api/chat", "/", "", "//", "/nowhere"])
def test_every_path_has_a_dialect(path: str) -> None:
    assert dialect_of(path or "/") in DIALECTS
