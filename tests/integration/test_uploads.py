"""A file in a request, `POST /api/upload`: what becomes of it, and what is refused."""

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from afterglow.api.multipart import MAX_FILE_BYTES
from afterglow.bootstrap import ports
from afterglow.domain.errors import (
    InvalidInputError,
    LimitExceededError,
    OperationFailedError,
    RateLimitError,
)
from tests.browser import Browser
from tests.canaries import canary
from tests.delivery import deliver
from tests.events import Answer
from tests.fakes.upstream_files import InMemoryUpstream
from tests.ingests import uploading_to
from tests.integration.people import user_id_of
from tests.tables import fingerprint
from tests.uploading import TEXT, form_event, upload
from tests.wiretap import Wiretap, refusing

SEARCH = [{"type": "file_search"}]
CODE = [{"type": "code_interpreter"}]
# So little is left of the request's time that it can wait for nothing.
LATE = timedelta(seconds=23.5)


@pytest.fixture
def upstream() -> Iterator[InMemoryUpstream]:
    """Return where files go."""
    upstream = InMemoryUpstream()
    with uploading_to(upstream.opened_with):
        yield upstream


@pytest.fixture
def reader(user: Browser, upstream: InMemoryUpstream) -> Browser:
    """Return a user with an assistant that searches."""
    assert upstream is not None
    user.create_assistant(tools=SEARCH)
    return user


def late(event: dict[str, Any]) -> dict[str, Any]:
    """Return the event of a request that came a while ago."""
    event["requestContext"]["requestTimeEpoch"] -= LATE // timedelta(milliseconds=1)
    return event


def code_of(answer: Any) -> str:
    (detail,) = answer.body["details"]
    return str(detail["code"])


def test_a_file_is_its_assistants_and_indexed(reader: Browser, upstream: InMemoryUpstream) -> None:
    first = upload(reader, assistant_id=1).body
    second = upload(reader, "valve.md", b"# Valves", assistant_id=1).body

    assert first["fileIds"] == [first["fileId"]]
    assert second["fileIds"] == [first["fileId"], second["fileId"]]
    assert second["message"] == "Successfully uploaded 1 file(s)"
    assert reader.get("/api/assistants/1").body["fileIds"] == second["fileIds"]
    (project,) = upstream.projects.values()
    assert {sent.content for sent in project.files.values()} == {TEXT, b"# Valves"}
    assert [len(store) for store in project.stores.values()] == [2]
    # What was staged is ours now.
    assert ports.copies().source(
        ports.files().get(user_id_of(reader), first["fileId"])
    ).size == len(TEXT)


def test_without_an_assistant_it_is_the_default_assistants(reader: Browser) -> None:
    refused = upload(reader)
    reader.post("/api/settings/default-assistant", {"assistantId": 1})
    taken = upload(reader)

    assert (refused.status, refused.body["error"]) == (
        400,
        "No assistant was given and there is no default assistant",
    )
    assert (taken.status, taken.body["assistantId"]) == (200, 1)


def test_the_same_file_again_is_sent_nowhere(reader: Browser, upstream: InMemoryUpstream) -> None:
    first, again = (upload(reader, assistant_id=1).body for _ in range(2))

    assert again["fileIds"] == [again["fileId"]] == [first["fileId"]]
    assert again["uploadId"] != first["uploadId"]
    assert upstream.called("upload") == 1


@pytest.mark.parametrize(
    "number", ["0", "01", "+1", " 1", "1 ", "1.0", "", "x", "9" * 17, "\u0661"]
)
def test_an_assistant_is_named_by_its_number(reader: Browser, number: str) -> None:
    before = fingerprint()

    answer = upload(reader, assistant_id=number)

    assert (answer.status, answer.body["details"][0]["field"]) == (400, "assistantId")
    assert fingerprint() == before


def test_a_foreign_assistant_is_none(reader: Browser) -> None:
    other = Browser().enter()
    for _ in range(2):
        other.create_assistant()
    before = fingerprint()

    answer = upload(reader, assistant_id=2)

    assert (answer.status, answer.body) == (404, {"error": "Assistant not found"})
    assert fingerprint() == before


def test_four_megabytes_are_taken_and_no_byte_more(reader: Browser) -> None:
    largest = b"a" * MAX_FILE_BYTES

    assert upload(reader, content=largest, assistant_id=1).status == 200
    answer = upload(reader, content=largest + b"a", assistant_id=1)

    assert answer.status == 413
    assert "POST /api/uploads" in answer.body["error"]


def test_json_is_no_form_and_a_form_no_json(reader: Browser) -> None:
    form = form_event(cookie=reader.cookie)

    assert reader.post("/api/upload", {"file": "x"}).status == 415
    for path in ("/api/uploads", "/api/upload-directory", "/api/assistants", "/api/chat"):
        assert deliver(form | {"path": path}).status == 415


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("data.csv", b"a,b\n1,2\n", "unsupported_type"),
        ("picture.png", b"\x89PNG\r\n\x1a\n", "unsupported_type"),
        ("report.pdf.exe", b"%PDF-1.7", "unsupported_type"),
        ("report.pdf", b"<html></html>", "content_mismatch"),
        ("notes.txt", b"\xff\xfe\x00", "not_utf8"),
        ("empty.txt", b"", "empty_file"),
    ],
)
def test_what_no_tool_reads_is_refused_with_what_is_accepted(
    reader: Browser, upstream: InMemoryUpstream, name: str, content: bytes, code: str
) -> None:
    answer = upload(reader, name, content, assistant_id=1)

    assert (answer.status, code_of(answer)) == (400, code)
    if code == "unsupported_type":
        assert ".pdf" in answer.body["error"]
        assert ".csv" in answer.body["error"]
    assert upstream.calls == []
    assert reader.get("/api/files").body == []
    (told,) = reader.get("/api/uploads").body
    assert (told["status"], told["failed"]) == ("failed", 1)


def test_tables_go_to_who_reads_code(user: Browser, upstream: InMemoryUpstream) -> None:
    user.create_assistant(tools=CODE)

    answer = upload(user, "data.csv", b"a,b\n1,2\n", assistant_id=1)

    assert answer.status == 200
    assert upstream.called("create_store") == 0
    assert [file["use"] for file in user.get("/api/files").body] == ["code_interpreter"]


def test_a_file_is_listed_with_the_hash_of_its_content(reader: Browser) -> None:
    upload(reader, assistant_id=1)

    (file,) = reader.get("/api/files").body

    assert (file["size"], file["sha256"]) == (len(TEXT), hashlib.sha256(TEXT).hexdigest())


def test_a_name_that_hides_what_it_is_is_refused(reader: Browser) -> None:
    for name in ("..", "a\u202etxt.exe", "a\x00.txt", "a" * 256 + ".txt", ""):
        answer = upload(reader, name, assistant_id=1)
        assert answer.status == 400, name
    assert upload(reader, "../../etc/pump.txt", assistant_id=1).status == 200
    assert [file["path"] for file in reader.get("/api/files").body] == ["pump.txt"]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidInputError("No", code="openai_key_invalid"), 400, "openai_key_invalid"),
        (InvalidInputError("No", code="openai_refused"), 400, "openai_refused"),
        (LimitExceededError("No", code="openai_insufficient_quota"), 429, None),
    ],
)
def test_openais_refusals_are_told_in_our_statuses(
    reader: Browser, upstream: InMemoryUpstream, error: Exception, status: int, code: str | None
) -> None:
    upstream.fail("upload", error)

    answer = upload(reader, assistant_id=1)

    assert answer.status == status
    assert code is None or code_of(answer) == code
    assert reader.get("/api/files").body == []


@pytest.mark.parametrize(
    "error",
    [RateLimitError("Slow", code="openai_rate_limited", retry_after=7), OperationFailedError("No")],
)
def test_what_may_pass_is_answered_later(
    reader: Browser, upstream: InMemoryUpstream, error: Exception
) -> None:
    upstream.fail("upload", error)

    answer = deliver(late(form_event(assistant_id=1, cookie=reader.cookie)))

    upload_id = answer.body["uploadId"]
    assert answer.status == 202
    (file,) = reader.get("/api/files").body
    assert answer.body == {
        "uploadId": upload_id,
        "assistantId": 1,
        "status": "in_progress",
        "fileId": file["id"],
    }
    assert answer.headers["Location"] == [f"/local/api/uploads/{upload_id}"]
    assert int(answer.headers["Retry-After"][0]) >= 1


def test_what_takes_its_time_is_answered_later_and_done_all_the_same(
    reader: Browser, upstream: InMemoryUpstream
) -> None:
    upstream.holds = True
    answer = deliver(late(form_event(assistant_id=1, cookie=reader.cookie)))
    path = f"/api/uploads/{answer.body['uploadId']}"
    waiting = reader.get(path)

    assert answer.status == 202
    assert (waiting.body["status"], waiting.body["files"][0]["status"]) == (
        "in_progress",
        "in_progress",
    )
    assert int(waiting.headers["Retry-After"][0]) >= 1
    cancelled = reader.post(f"{path}/cancel")
    assert (cancelled.body["status"], cancelled.body["cancelled"]) == ("cancelled", 1)
    assert "Retry-After" not in cancelled.headers
    (file,) = reader.get(path).body["files"]
    assert (file["status"], file["error"]["code"]) == ("cancelled", "upload_cancelled")
    assert reader.get("/api/files").body == []


def test_until_its_bytes_are_the_users_a_file_has_no_id(reader: Browser, aws: Wiretap) -> None:
    def sent() -> Answer:
        headers = {"Idempotency-Key": "k1"}
        return deliver(late(form_event(assistant_id=1, cookie=reader.cookie, headers=headers)))

    with aws.breaking("GetObject", refusing("AccessDenied", 403)):
        assert sent().status == 500

    again = sent()

    assert (again.status, again.body["fileId"]) == (202, None)
    assert reader.get("/api/files").body == []


def test_a_request_that_comes_again_is_done_once(
    reader: Browser, upstream: InMemoryUpstream
) -> None:
    # Under another boundary each time.
    first, again = (upload(reader, assistant_id=1, Idempotency_Key="k1") for _ in range(2))

    assert (first.status, first.body) == (again.status, again.body)
    assert again.headers["Idempotent-Replayed"] == ["true"]
    assert "Idempotent-Replayed" not in first.headers
    assert len(reader.get("/api/uploads").body) == 1
    assert upstream.called("upload") == 1


def test_a_failure_that_comes_again_is_told_again(reader: Browser) -> None:
    first, again = (
        upload(reader, "a.csv", b"a,b", assistant_id=1, Idempotency_Key="k1") for _ in range(2)
    )

    assert (first.status, first.body) == (again.status, again.body)
    assert first.status == 400
    assert again.headers["Idempotent-Replayed"] == ["true"]


@pytest.mark.parametrize(
    "other", [{"content": TEXT + b"!"}, {"name": "valve.txt"}, {"assistant_id": 2}]
)
def test_a_key_is_for_one_file_to_one_assistant(reader: Browser, other: dict[str, Any]) -> None:
    reader.create_assistant(tools=SEARCH)
    upload(reader, assistant_id=1, Idempotency_Key="k1")

    answer = upload(reader, **({"assistant_id": 1} | other), Idempotency_Key="k1")

    assert (answer.status, code_of(answer)) == (422, "idempotency_key_reused")


def test_nothing_of_a_file_is_told_to_anybody(reader: Browser) -> None:
    content = canary("file").encode()

    answer = upload(reader, f"{canary('name')}.txt", content, assistant_id=1)

    # What is logged and what errors say is looked through by whoever delivers.
    assert answer.status == 200
    assert content.decode() not in json.dumps(answer.body)
    assert content.decode() not in json.dumps(reader.get("/api/files").body)


def test_nobody_else_sees_an_upload(reader: Browser, upstream: InMemoryUpstream) -> None:
    upload_id = upload(reader, assistant_id=1).body["uploadId"]
    other = Browser().enter()

    for method, tail in (("GET", ""), ("POST", "/cancel")):
        answer = other.request(method, f"/api/uploads/{upload_id}{tail}")
        assert (answer.status, answer.body) == (404, {"error": "Upload not found"})
    assert other.get("/api/uploads").body == other.get("/api/files").body == []
    assert len(upstream.projects) == 1
