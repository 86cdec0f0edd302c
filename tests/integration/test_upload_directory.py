"""Folders of what was staged, `POST /api/upload-directory`, and the files that there are then."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
import time_machine

from afterglow import bootstrap
from afterglow.bootstrap import ports
from afterglow.domain.errors import OperationFailedError
from afterglow.settings import settings
from tests.browser import Browser
from tests.canaries import canary
from tests.delivery import deliver
from tests.events import Answer, event
from tests.fakes.upstream_files import InMemoryUpstream
from tests.ingests import uploading_to
from tests.integration.people import user_id_of
from tests.uploading import announce, send, worked_off_by_machines

DOCS = {"documentation/a.md": b"# A", "documentation/deep/b.md": b"# B"}


@pytest.fixture
def upstream() -> Iterator[InMemoryUpstream]:
    """Return where files go."""
    upstream = InMemoryUpstream()
    with uploading_to(upstream.opened_with):
        yield upstream


@pytest.fixture
def reader(user: Browser, upstream: InMemoryUpstream) -> Browser:
    """Return a user with two assistants that search, the first their default one."""
    assert upstream is not None
    for _ in range(2):
        user.create_assistant(tools=[{"type": "file_search"}])
    user.post("/api/settings/default-assistant", {"assistantId": 1})
    return user


def stage(browser: Browser, contents: dict[str, bytes]) -> dict[str, Any]:
    """Have files come without an assistant, those that are wanted; return their upload."""
    files = [
        {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in contents.items()
    ]
    opened: dict[str, Any] = announce(browser, *files).body
    for entry in opened["files"]:
        if entry["upload"] is not None:
            send(browser, opened["id"], entry["number"], contents[entry["path"]])
    return opened


def take(browser: Browser, directory: str = "./documentation", **facts: object) -> Answer:
    """Have a folder taken, its machine at work meanwhile."""
    with worked_off_by_machines():
        return browser.post("/api/upload-directory", {"dir": directory} | facts)


def test_a_folder_goes_to_its_assistant_and_no_other_folder_does(reader: Browser) -> None:
    stage(reader, DOCS | {"documentation2/c.md": b"# C", "d.md": b"# D"})

    answer = take(reader)

    assert answer.status == 200
    assert (answer.body["assistantId"], answer.body["message"]) == (
        1,
        "Successfully uploaded 2 file(s)",
    )
    assert (answer.body["skipped"], answer.body["failed"]) == (0, [])
    assert reader.get("/api/assistants/1").body["fileIds"] == answer.body["fileIds"]
    assert [file["path"] for file in reader.get("/api/files").body] == list(DOCS)
    told = reader.get(f"/api/uploads/{answer.body['uploadId']}").body
    assert (told["kind"], told["directory"], told["completed"]) == ("directory", "documentation", 2)


@pytest.mark.parametrize("directory", [".", "./", "", "documentation/", "./documentation/./"])
def test_a_folder_has_one_name(reader: Browser, directory: str) -> None:
    stage(reader, DOCS)

    assert len(take(reader, directory).body["fileIds"]) == 2


def test_taken_twice_nothing_is_sent_twice(reader: Browser, upstream: InMemoryUpstream) -> None:
    stage(reader, DOCS)
    first = take(reader).body
    staged = stage(reader, DOCS)

    again = take(reader).body

    assert [each["upload"] for each in staged["files"]] == [None, None]
    assert again["fileIds"] == first["fileIds"]
    assert (again["message"], again["skipped"]) == ("Successfully uploaded 0 file(s)", 2)
    assert upstream.called("upload") == 2
    # Another assistant gets them, and nothing is sent either.
    other = take(reader, assistantId=2).body
    assert (other["fileIds"], other["skipped"]) == (first["fileIds"], 2)
    assert upstream.called("upload") == 2


def test_a_file_that_fails_says_why_and_harms_no_other(reader: Browser) -> None:
    stage(reader, DOCS | {"documentation/bad.md": b"\xff\x00", "documentation/t.csv": b"a,b"})

    answer = take(reader)

    assert (answer.status, len(answer.body["fileIds"])) == (200, 2)
    assert [(each["path"], each["code"]) for each in answer.body["failed"]] == [
        ("documentation/bad.md", "not_utf8"),
        ("documentation/t.csv", "unsupported_type"),
    ]
    assert ".pdf" in answer.body["failed"][1]["message"]


@pytest.mark.parametrize("directory", ["doc", "documentation/a.md", "documentation2", "nowhere"])
def test_what_is_no_folder_of_ones_own_is_not_found(reader: Browser, directory: str) -> None:
    stage(reader, DOCS)
    stage(Browser().enter(), {f"{directory}/theirs.md": b"# Theirs"})

    answer = take(reader, directory)

    assert (answer.status, answer.body) == (404, {"error": "Directory not found"})


@pytest.mark.parametrize(
    "directory",
    ["../documentation", "/documentation", "~", "a\\b", "..%2f", "s3://x", "$(id)", "．．／", 7],  # noqa: RUF001 - full-width
)
def test_a_hostile_folder_is_refused(reader: Browser, directory: object) -> None:
    answer = reader.post("/api/upload-directory", {"dir": directory})

    assert (answer.status, answer.body["details"][0]["field"]) == (400, "dir")


def test_what_was_staged_yesterday_is_gone(reader: Browser) -> None:
    stage(reader, DOCS)
    user_id, now = user_id_of(reader), bootstrap.now()

    def staged_after(age: timedelta) -> int:
        # By then the session is over: look as the service does.
        with time_machine.travel(now + age, tick=True):
            return len(ports.uploads().staged(user_id, "documentation"))

    assert staged_after(timedelta(hours=23, minutes=59)) == 2
    assert staged_after(timedelta(days=1, minutes=1)) == 0


def test_a_foreign_assistant_is_none(reader: Browser) -> None:
    stage(reader, DOCS)

    answer = take(reader, assistantId=3)

    assert (answer.status, answer.body) == (404, {"error": "Assistant not found"})
    assert reader.get("/api/uploads", query={"limit": "1"}).body[0]["kind"] == "forms"


def test_what_takes_its_time_goes_on_without_the_request(reader: Browser) -> None:
    stage(reader, DOCS)
    asked = event("POST", "/api/upload-directory", {"dir": "documentation"}, cookie=reader.cookie)
    asked["requestContext"]["requestTimeEpoch"] -= 23_800

    answer = deliver(asked)

    upload_id = answer.body["uploadId"]
    assert answer.status == 202
    assert answer.body == {"uploadId": upload_id, "assistantId": 1, "status": "in_progress"}
    assert answer.headers["Location"] == [f"/local/api/uploads/{upload_id}"]
    machine = boto3.client("stepfunctions").list_executions(
        stateMachineArn=settings().directory_ingest_arn
    )
    assert [each["name"] for each in machine["executions"]] == [upload_id]
    # Chats wait for them meanwhile.
    assert ports.files().shelf(user_id_of(reader), 1).is_pending


def test_a_repeated_request_takes_a_folder_once(reader: Browser) -> None:
    stage(reader, DOCS)
    headers = {"Idempotency-Key": "k1"}

    with worked_off_by_machines():
        first, again = (
            reader.post("/api/upload-directory", {"dir": "documentation"}, headers=headers)
            for _ in range(2)
        )

    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["Idempotent-Replayed"] == ["true"]
    kinds = [each["kind"] for each in reader.get("/api/uploads").body]
    assert kinds.count("directory") == 1


def test_files_say_where_they_are_used_and_whether_they_move(
    reader: Browser, upstream: InMemoryUpstream
) -> None:
    stage(reader, DOCS)
    take(reader)
    take(reader, assistantId=2)

    files = reader.get("/api/files").body
    assert [(each["name"], each["path"], each["assistantIds"]) for each in files] == [
        ("a.md", "documentation/a.md", [1, 2]),
        ("b.md", "documentation/deep/b.md", [1, 2]),
    ]
    assert {(each["use"], each["status"], each["size"]) for each in files} == {
        ("file_search", "ready", 3)
    }
    first = reader.get("/api/files", query={"limit": "1"})
    assert [each["id"] for each in first.body] == [files[0]["id"]]
    assert 'rel="next"' in first.headers["Link"][0]

    upstream.fail("has_store", OperationFailedError("Down", code=canary("down")))
    bootstrap.mover().begin(user_id_of(reader))
    assert {each["status"] for each in reader.get("/api/files").body} == {"moving"}


@pytest.mark.parametrize("limit", [None, "1"])
def test_a_deleted_assistant_uses_no_file_before_anything_is_cleared_away(
    reader: Browser, limit: str | None
) -> None:
    stage(reader, DOCS)
    for assistant_id in (1, 2):
        take(reader, assistantId=assistant_id)

    assert reader.request("DELETE", "/api/assistants/2").status == 200

    files = reader.get("/api/files", query={"limit": limit} if limit else None).body
    assert [each["assistantIds"] for each in files] == [[1]] * (1 if limit else 2)
    assert reader.request("DELETE", f"/api/files/{files[0]['id']}").status == 200


def test_only_what_some_uploads_announced_goes_if_they_are_named(reader: Browser) -> None:
    stage(reader, {"documentation/secret.md": b"# Secret", "documentation/a.md": b"# Another A"})
    mine = [stage(reader, {path: content})["id"] for path, content in DOCS.items()]

    answer = take(reader, uploadIds=mine)

    assert answer.status == 200
    told = reader.get(f"/api/uploads/{answer.body['uploadId']}").body
    assert [each["path"] for each in told["files"]] == list(DOCS)
    assert len(reader.get("/api/files").body) == 2
    # Without their names, all of it.
    assert len(take(reader, uploadIds=None).body["fileIds"]) == 3


def test_uploads_of_others_are_no_uploads(reader: Browser) -> None:
    mine = stage(reader, DOCS)["id"]
    theirs = stage(Browser().enter(), DOCS)["id"]

    for ids in ([theirs], [mine, theirs], ["upload_unknown"]):
        answer = take(reader, uploadIds=ids)
        assert (answer.status, answer.body) == (404, {"error": "Upload not found"})
    assert reader.get("/api/files").body == []
