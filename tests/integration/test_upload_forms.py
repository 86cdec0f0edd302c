"""Forms for files, `POST /api/uploads`: who gets one, and what becomes of what is sent with it."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from afterglow import bootstrap
from afterglow.services.announcing import MOST_FORMS
from tests.audits import file_system_calls, mentioning
from tests.browser import Browser
from tests.fakes.upstream_files import InMemoryUpstream
from tests.hostile_paths import hostile_paths
from tests.ingests import uploading_to
from tests.integration.people import user_id_of
from tests.uploading import announce, send, upload, worked_off_by_machines

GUIDE, MANUAL = b"# The guide", b"# The manual"
MARK = "tell-tale-0a1b2c"


@pytest.fixture
def upstream() -> Iterator[InMemoryUpstream]:
    """Return where files go."""
    upstream = InMemoryUpstream()
    with uploading_to(upstream.opened_with), worked_off_by_machines():
        yield upstream


@pytest.fixture
def reader(user: Browser, upstream: InMemoryUpstream) -> Browser:
    """Return a user with an assistant that searches, their default one."""
    assert upstream is not None
    user.create_assistant(tools=[{"type": "file_search"}])
    user.post("/api/settings/default-assistant", {"assistantId": 1})
    return user


def a_file(path: str, content: bytes = GUIDE, **facts: Any) -> dict[str, Any]:
    """Return a file as it is announced."""
    told = {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return told | facts


def statuses(browser: Browser, upload_id: str) -> list[str]:
    return [file["status"] for file in browser.get(f"/api/uploads/{upload_id}").body["files"]]


def test_each_file_gets_a_form_of_its_own(reader: Browser) -> None:
    answer = announce(
        reader, a_file("docs/guide.md", contentType="text/markdown"), a_file("docs/b.md", MANUAL)
    )

    assert answer.status == 201
    upload_id, files = answer.body["id"], answer.body["files"]
    assert (answer.body["kind"], answer.body["status"], answer.body["total"]) == (
        "forms",
        "in_progress",
        2,
    )
    assert [(each["number"], each["path"], each["status"]) for each in files] == [
        (0, "docs/guide.md", "awaiting"),
        (1, "docs/b.md", "awaiting"),
    ]
    forms = [each["upload"]["fields"] for each in files]
    owner = f"{user_id_of(reader):016d}"
    assert [form["key"] for form in forms] == [f"staging/{owner}/{upload_id}/{n}" for n in (0, 1)]
    assert [form["Content-Type"] for form in forms] == [
        "text/markdown",
        "application/octet-stream",
    ]
    # Forms are for whoever asked: nobody is shown them again.
    (shown, _) = reader.get(f"/api/uploads/{upload_id}").body["files"]
    assert "upload" not in shown


def test_what_comes_goes_to_the_assistant_that_was_named(reader: Browser) -> None:
    upload_id = announce(reader, a_file("a.md"), a_file("b.md", MANUAL), assistant_id=1).body["id"]

    send(reader, upload_id, 1, MANUAL)

    assert statuses(reader, upload_id) == ["awaiting", "completed"]
    send(reader, upload_id, 0, GUIDE)
    told = reader.get(f"/api/uploads/{upload_id}").body
    assert (told["status"], told["completed"]) == ("completed", 2)
    assert len(reader.get("/api/assistants/1").body["fileIds"]) == 2


def test_without_an_assistant_it_waits_for_its_folder_to_be_taken(reader: Browser) -> None:
    upload_id = announce(reader, a_file("docs/a.md")).body["id"]
    assert reader.get(f"/api/uploads/{upload_id}").body["status"] == "in_progress"

    send(reader, upload_id, 0, GUIDE)

    told = reader.get(f"/api/uploads/{upload_id}", query={"wait": "20"})
    assert (told.body["status"], told.body["completed"]) == ("completed", 0)
    assert told.body["files"][0]["status"] == "staged"
    assert "Retry-After" not in told.headers
    assert [each["status"] for each in reader.get("/api/uploads").body] == ["completed"]
    assert reader.get("/api/files").body == []


def test_what_is_there_is_not_wanted_again(reader: Browser) -> None:
    first = announce(reader, a_file("docs/a.md")).body["id"]
    send(reader, first, 0, GUIDE)

    staged = announce(reader, a_file("docs/a.md"), a_file("docs/b.md", MANUAL)).body["files"]
    assert [(each["status"], each["upload"] is None) for each in staged] == [
        ("staged", True),
        ("awaiting", False),
    ]
    assert reader.post("/api/upload-directory", {"dir": "docs"}).status == 200
    known = announce(reader, a_file("docs/a.md"), assistant_id=1).body["files"]
    assert [(each["status"], each["upload"]) for each in known] == [("in_progress", None)]
    # Another content under its name is another file.
    (other,) = announce(reader, a_file("docs/a.md", b"# Other")).body["files"]
    assert other["status"] == "awaiting"


def test_what_is_not_what_was_announced_comes_to_nothing(reader: Browser) -> None:
    files = [a_file("a.md"), a_file("b.md"), a_file("c.csv"), a_file("d.md", sha256="0" * 64)]
    opened = announce(reader, *files, assistant_id=1).body

    assert [each["status"] for each in opened["files"]][2] == "failed"
    assert opened["files"][2]["upload"] is None
    send(reader, opened["id"], 0, GUIDE)
    send(reader, opened["id"], 1, b"\xff\x00")
    send(reader, opened["id"], 3, GUIDE)

    told = reader.get(f"/api/uploads/{opened['id']}").body
    assert [each["error"] and each["error"]["code"] for each in told["files"]] == [
        None,
        "checksum_mismatch",
        "unsupported_type",
        "checksum_mismatch",
    ]
    assert (told["status"], told["completed"], told["failed"]) == ("completed", 1, 3)


def test_what_never_comes_is_over_some_time(reader: Browser) -> None:
    opened = announce(reader, a_file("a.md"), a_file("b.md", MANUAL), assistant_id=1).body
    send(reader, opened["id"], 1, MANUAL)
    late = announce(reader, a_file("c.md"), assistant_id=1).body["id"]
    assert reader.get(f"/api/uploads/{opened['id']}").body["status"] == "in_progress"

    with time_machine.travel(bootstrap.now() + timedelta(hours=2), tick=True):
        told = reader.get(f"/api/uploads/{opened['id']}").body
        listed = reader.get("/api/uploads").body

    assert told["status"] == "completed"
    assert [each["status"] for each in told["files"]] == ["expired", "completed"]
    assert [(each["id"] == late, each["status"]) for each in listed] == [
        (True, "failed"),
        (False, "completed"),
    ]


def test_a_hundred_at_a_time_and_each_path_once(reader: Browser) -> None:
    many = [a_file(f"docs/{number}.md") for number in range(MOST_FORMS)]

    assert announce(reader, *many).status == 201
    assert announce(reader, *many, a_file("docs/one-more.md")).status == 400
    assert announce(reader).status == 400
    # Two spellings of one path.
    assert announce(reader, a_file("docs/a.md"), a_file("./docs//a.md")).status == 400


def test_nobody_else_has_the_assistant(reader: Browser) -> None:
    other = Browser().enter()
    for _ in range(2):
        other.create_assistant()

    answer = announce(reader, a_file("a.md"), assistant_id=2)

    assert (answer.status, answer.body) == (404, {"error": "Assistant not found"})


def test_a_repeated_request_gives_forms_for_the_same_upload(reader: Browser) -> None:
    body = {"files": [a_file("a.md")], "assistantId": 1}
    headers = {"Idempotency-Key": "k1"}

    first, again = (reader.post("/api/uploads", body, headers=headers) for _ in range(2))

    assert again.headers["Idempotent-Replayed"] == ["true"]
    assert again.body["id"] == first.body["id"]
    assert (
        again.body["files"][0]["upload"]["fields"]["key"]
        == (first.body["files"][0]["upload"]["fields"]["key"])
    )


def test_cancelling_leaves_what_is_staged(reader: Browser) -> None:
    upload_id = announce(reader, a_file("docs/a.md"), a_file("docs/b.md", MANUAL)).body["id"]
    send(reader, upload_id, 0, GUIDE)

    cancelled = reader.post(f"/api/uploads/{upload_id}/cancel").body

    assert (cancelled["status"], cancelled["cancelled"]) == ("completed", 1)
    assert statuses(reader, upload_id) == ["staged", "cancelled"]
    # Bytes that come now are nobody's.
    send(reader, upload_id, 1, MANUAL)
    assert statuses(reader, upload_id) == ["staged", "cancelled"]
    answer = reader.post("/api/upload-directory", {"dir": "docs"})
    assert (answer.status, len(answer.body["fileIds"])) == (200, 1)


def test_a_lists_pages_hold_together(reader: Browser) -> None:
    opened = [announce(reader, a_file(f"{n}.md"), assistant_id=1).body["id"] for n in range(3)]

    first = reader.get("/api/uploads", query={"limit": "2"})

    assert [each["id"] for each in first.body] == opened[:0:-1]
    assert 'rel="next"' in first.headers["Link"][0]
    many = announce(reader, *[a_file(f"docs/{n}.md") for n in range(3)]).body["id"]
    page = reader.get(f"/api/uploads/{many}", query={"limit": "2"})
    assert [each["number"] for each in page.body["files"]] == [0, 1]
    assert page.body["total"] == 3
    assert 'rel="next"' in page.headers["Link"][0]


def _is_unreadable(path: str) -> bool:
    """Tell whether a text is none that JSON as we take it may hold."""
    return "\x00" in path or any("\ud800" <= each <= "\udfff" for each in path)


def _batches(paths: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(paths), MOST_FORMS):
        yield paths[start : start + MOST_FORMS]


def test_no_text_of_a_user_reaches_the_file_system(reader: Browser) -> None:
    """S-62, C7: ten thousand hostile paths, to each route that takes one."""
    paths = list(hostile_paths(10_000))
    folders = [f"{path}/{MARK}" for path in paths[:150]]
    names = [f"{path}{MARK}" for path in paths[150:250]]
    announced = [f"{path}/{MARK}" for path in paths[250:]]
    unreadable = [path for path in announced if _is_unreadable(path)]
    readable = [path for path in announced if not _is_unreadable(path)]
    with file_system_calls() as calls:
        for batch in (*_batches(readable), *_batches(unreadable)):
            answer = announce(reader, *[a_file(path) for path in batch])
            assert answer.status == 400
            # Each was looked at, unless it was no JSON.
            told = {detail["field"] for detail in answer.body.get("details", ())}
            assert len(told) == (len(batch) if batch[0] in readable else 0)
        for path in folders:
            assert reader.post("/api/upload-directory", {"dir": path}).status in {400, 404}
        for path in names:
            assert upload(reader, path, assistant_id=1).status == 400

    assert mentioning(calls, MARK) == []
    assert reader.get("/api/files").body == []
