"""Files upstream, at their worst: one call, our words, nothing of theirs."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from afterglow.adapters.openai.files import OpenAIFiles
from afterglow.adapters.openai.patience import Patience
from afterglow.domain.errors import DomainError, OperationFailedError
from local.openai.control_client import ControlClient
from tests.contract.sources import BytesSource
from tests.contract.test_openai_keys import another_host
from tests.contract.upstream_faults import (
    BAD_ANSWER,
    FAULTS,
    THEIRS,
    UNAVAILABLE,
    Expected,
    check,
    error,
)

FILE = BytesSource("a.txt", b"Gladly. " * 50)
FILE_LOST: Expected = (OperationFailedError, "upstream_file_lost")
HASTY = Patience(ask=0.5, change=0.5, join=0.5, send=0.5)
UNREAD = {"empty", "malformed", "200 HTML", "200 null", "unknown status", "no id", "deep"}
UNREAD |= {"1 MB of nothing", "404"}
Call = Callable[[OpenAIFiles, str, str], object]
# Nothing here is about a model.
HERE = sorted(set(FAULTS) - {"404 model"})


@dataclass(frozen=True)
class Operation:
    """A call, and where it goes. `missing` is what a 404 means, None if it is an answer.

    `ignored` are the faults that do it no harm.
    """

    call: Call
    method: str
    path: str
    missing: Expected | None = None
    ignored: set[str] = field(default_factory=set)

    @property
    def at(self) -> dict[str, Any]:
        """Return which calls are meant."""
        return {"method": self.method, "path": self.path}


STORE_FILES = "/v1/vector_stores/*/files"
OPERATIONS = {
    # Nothing depends on the status of a file.
    "upload": Operation(
        lambda files, _store, _file: files.upload(FILE),
        "POST",
        "/v1/files",
        UNAVAILABLE,
        {"unknown status"},
    ),
    "create_store": Operation(
        lambda files, _store, _file: files.create_store("A"),
        "POST",
        "/v1/vector_stores",
        UNAVAILABLE,
    ),
    "has_store": Operation(
        lambda files, store, _: files.has_store(store),
        "GET",
        "/v1/vector_stores/vs_*",
        None,
        {"404"},
    ),
    "index": Operation(
        lambda files, store, file: files.index(store, file), "POST", STORE_FILES, FILE_LOST
    ),
    "delete": Operation(
        lambda files, _store, file: files.delete(file), "DELETE", "/v1/files/*", None, UNREAD
    ),
    "delete_store": Operation(
        lambda files, store, _file: files.delete_store(store),
        "DELETE",
        "/v1/vector_stores/vs_*",
        None,
        UNREAD,
    ),
    "unindex": Operation(
        lambda files, store, file: files.unindex(store, file),
        "DELETE",
        f"{STORE_FILES}/*",
        None,
        UNREAD,
    ),
}
each_operation = pytest.mark.parametrize("name", OPERATIONS)


@pytest.fixture
def files(openai_url: str, key: str) -> OpenAIFiles:
    """Return the files of a project of the test's own."""
    return OpenAIFiles(key, openai_url)


@pytest.fixture
def ids(files: OpenAIFiles) -> tuple[str, str]:
    """Return a store and a file."""
    return files.create_store("A"), files.upload(FILE)


@each_operation
@pytest.mark.parametrize("fault", HERE)
def test_what_goes_wrong_is_told_in_our_words_after_one_call(
    files: OpenAIFiles, ids: tuple[str, str], openai: ControlClient, name: str, fault: str
) -> None:
    operation = OPERATIONS[name]
    arrange, expected = FAULTS[fault]
    arrange(openai, {**operation.at, "count": None})
    before = len(openai.journal(operation.method))
    if fault in operation.ignored:
        operation.call(files, *ids)
        return

    with pytest.raises(DomainError) as raised:
        operation.call(files, *ids)

    check(raised.value, operation.missing or expected if fault == "404" else expected)
    if fault != "404":
        assert len(openai.journal(operation.method)) == before + 1


@pytest.mark.parametrize("fault", HERE)
@pytest.mark.parametrize("ask", ["index", "indexing"])
def test_asking_how_far_a_file_is_goes_wrong_in_our_words(
    files: OpenAIFiles, ids: tuple[str, str], openai: ControlClient, fault: str, ask: str
) -> None:
    files.index(*ids)
    openai.fail(404, error(), method="POST", path=STORE_FILES, count=None)
    arrange, expected = FAULTS[fault]
    arrange(openai, {"method": "GET", "path": f"{STORE_FILES}/*", "count": None})

    with pytest.raises(DomainError) as raised:
        getattr(files, ask)(*ids)

    check(raised.value, FILE_LOST if fault == "404" else expected)


def test_what_is_missing_is_not_guessed_at(
    files: OpenAIFiles, ids: tuple[str, str], openai: ControlClient
) -> None:
    openai.patch({"status": THEIRS}, **OPERATIONS["has_store"].at, count=None)

    with pytest.raises(OperationFailedError) as raised:
        files.indexing(*ids)

    check(raised.value, BAD_ANSWER)


@each_operation
def test_no_redirect_is_followed(
    files: OpenAIFiles, ids: tuple[str, str], openai: ControlClient, name: str
) -> None:
    operation = OPERATIONS[name]
    with another_host() as (address, seen):
        openai.redirect(f"{address}/v1/files", 307, **operation.at)
        with pytest.raises(OperationFailedError) as raised:
            operation.call(files, *ids)

    check(raised.value, UNAVAILABLE)
    assert seen == []


@each_operation
@pytest.mark.parametrize(
    "arrange", [lambda o, **at: o.slow(5, **at), lambda o, **at: o.damage("stalled", **at)]
)
def test_patience_ends(
    ids: tuple[str, str],
    openai: ControlClient,
    openai_url: str,
    key: str,
    name: str,
    arrange: Callable[..., object],
) -> None:
    operation = OPERATIONS[name]
    arrange(openai, **operation.at)
    began = time.monotonic()

    with pytest.raises(OperationFailedError) as raised:
        operation.call(OpenAIFiles(key, openai_url, patience=HASTY), *ids)

    check(raised.value, UNAVAILABLE)
    assert 0.5 <= time.monotonic() - began < 1.2


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("has_store", {"id": "vs_other"}),
        ("create_store", {"id": "vs/../files"}),
        ("upload", {"id": "file-" + "x" * 300}),
        ("index", {"id": "file-other"}),
        ("index", {"vector_store_id": "vs_other"}),
    ],
)
def test_what_is_somebody_elses_is_not_taken_for_ours(
    files: OpenAIFiles,
    ids: tuple[str, str],
    openai: ControlClient,
    name: str,
    fields: dict[str, str],
) -> None:
    operation = OPERATIONS[name]
    openai.patch(fields, **operation.at)

    with pytest.raises(OperationFailedError) as raised:
        operation.call(files, *ids)

    check(raised.value, BAD_ANSWER)


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ({"code": "unheard_of", "message": THEIRS}, "unheard_of"),
        ({"code": THEIRS, "message": THEIRS}, None),
        ({"code": 7}, None),
        (None, None),
    ],
)
def test_why_a_file_cannot_be_indexed_is_passed_on_if_it_is_a_code(
    files: OpenAIFiles, ids: tuple[str, str], openai: ControlClient, reason: Any, code: str | None
) -> None:
    files.index(*ids)
    openai.patch({"status": "failed", "last_error": reason}, method="GET", path=f"{STORE_FILES}/*")

    assert files.indexing(*ids).error_code == code


def test_a_store_that_has_expired_is_none(
    files: OpenAIFiles, ids: tuple[str, str], openai: ControlClient
) -> None:
    openai.patch({"status": "expired"}, **OPERATIONS["has_store"].at)

    assert not files.has_store(ids[0])


def test_a_store_is_to_last(openai: ControlClient, files: OpenAIFiles) -> None:
    files.create_store("A")

    assert openai.journal("POST", "/v1/vector_stores")[0].body == {"name": "A"}
