"""Files: uploaded, searched, cited, moved and gone, through every wall."""

import hashlib
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from local.deploy.client import client
from local.up import LocalCloud
from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor
from tests.openai_standin.documents import pdf

PUMP = b"The Zorblax pump delivers 42 litres a minute."
VALVE = "The Quux valve opens at seven bar."
ABOUT_PUMP = "How many litres a minute does the Zorblax pump deliver?"
ABOUT_VALVE = "At how many bar does the Quux valve open?"
PATIENCE = 120


@pytest.fixture(scope="module", autouse=True)
def _nothing_fails_unseen(cloud: LocalCloud) -> Iterator[None]:
    """See that no function failed at what is made up for later: a right that it lacks, say."""
    began = int(time.time() * 1000)
    yield
    logs = client("logs", cloud.cloud_url)
    groups = [each["logGroupName"] for each in logs.describe_log_groups()["logGroups"]]
    # The others look after what other tests have left, too.
    ours = ("Chat", "Directory", "Files", "Ingest", "Settings")
    lines = [
        event["message"]
        for group in groups
        if any(f"{name}LogGroup" in group for name in ours)
        for event in logs.filter_log_events(
            logGroupName=group, filterPattern="ERROR", startTime=began
        )["events"]
    ]
    assert [line for line in lines if '"level":"ERROR"' in line] == []


@pytest.fixture
def reader(new_visitor: NewVisitor) -> Visitor:
    """Someone whose assistant 1 searches, with thread 1."""
    someone = new_visitor()
    someone.register()
    someone.post("/api/settings/apikey", {"apiKey": someone.api_key})
    someone.post("/api/assistants", {"name": "Reader", "tools": [{"type": "retrieval"}]})
    someone.post("/api/thread/new", {"assistantId": 1})
    return someone


def upload(reader: Visitor, name: str, content: bytes, **fields: str) -> httpx2.Response:
    """Send a file as a browser's form does."""
    return reader.http.post("/api/upload", files={"file": (name, content)}, data=fields)


def announced(path: str, content: bytes) -> dict[str, object]:
    """What is said of a file before it comes."""
    digest = hashlib.sha256(content).hexdigest()
    return {"path": path, "size": len(content), "sha256": digest}


def send(entry: Mapping[str, Any], content: bytes) -> None:
    """Send the bytes of a file with its form."""
    form = entry["upload"]
    answer = httpx2.post(form["url"], data=form["fields"], files={"file": ("file", content)})
    assert answer.status_code == 204, answer.text


def finished(reader: Visitor, upload_id: str) -> dict[str, Any]:
    """An upload, once nothing of it is on its way."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        answer = reader.http.get(f"/api/uploads/{upload_id}", params={"wait": "20"})
        found: dict[str, Any] = answer.json()
        if found["status"] != "in_progress":
            return found
    raise AssertionError("the upload has no end")


def answered(reader: Visitor, question: str) -> dict[str, Any]:
    """The answer to a question, however long it takes; a message of the thread."""
    taken = reader.chat(question)
    if taken.status_code == 202:
        for _ in range(PATIENCE // 20):
            run = reader.http.get(taken.headers["Location"], params={"wait": "20"}).json()
            if run["endedAt"] is not None:
                break
    answer: dict[str, Any] = reader.messages()[-1]
    assert answer["role"] == "assistant", taken.text
    return answer


def test_an_answer_that_only_the_files_contain_and_which_says_so(reader: Visitor) -> None:
    first = upload(reader, "pump.txt", PUMP, assistantId="1")
    second = upload(reader, "valve.pdf", pdf(VALVE), assistantId="1")

    assert (first.status_code, second.status_code) == (200, 200), second.text
    assert second.json()["assistantId"] == 1
    assert second.json()["message"] == "Successfully uploaded 1 file(s)"
    file_ids = second.json()["fileIds"]
    assert file_ids[:1] == first.json()["fileIds"]
    assert reader.get("/api/assistants/1").json()["fileIds"] == file_ids
    for question, word, name, file_id in (
        (ABOUT_PUMP, "42", "pump.txt", file_ids[0]),
        (ABOUT_VALVE, "seven", "valve.pdf", file_ids[1]),
    ):
        answer = answered(reader, question)
        assert word in answer["content"]
        (citation,) = answer["citations"]
        assert (citation["fileName"], citation["fileId"]) == (name, file_id)
        assert 0 < citation["index"] <= len(answer["content"])


def test_what_is_refused_says_why(reader: Visitor) -> None:
    table = upload(reader, "data.csv", b"a,b\n1,2\n", assistantId="1")
    liar = upload(reader, "report.pdf", b"<html></html>", assistantId="1")
    big = upload(reader, "big.txt", b"x" * (4 * 1024 * 1024 + 1), assistantId="1")

    assert (table.status_code, table.json()["details"][0]["code"]) == (400, "unsupported_type")
    assert ".pdf" in table.text
    assert (liar.status_code, liar.json()["details"][0]["code"]) == (400, "content_mismatch")
    assert big.status_code == 413
    assert "/api/uploads" in big.json()["error"]
    assert reader.get("/api/files").json() == []


def test_what_comes_with_a_form_starts_its_own_ingest(reader: Visitor) -> None:
    body = {"files": [announced("docs/pump.txt", PUMP)], "assistantId": 1}
    opened = reader.post("/api/uploads", body)
    assert opened.status_code == 201, opened.text
    (entry,) = opened.json()["files"]

    send(entry, PUMP)
    upload_ended = finished(reader, opened.json()["id"])

    assert upload_ended["files"][0]["status"] == "completed"
    assert "42" in answered(reader, ABOUT_PUMP)["content"]


def test_a_staged_folder_goes_to_the_assistant_and_twice_is_once(reader: Visitor) -> None:
    folder = {f"documentation/{n}.txt": f"Unit {n} weighs {n} stone.".encode() for n in range(30)}
    opened = reader.post("/api/uploads", {"files": [announced(*each) for each in folder.items()]})
    entries = opened.json()["files"]
    for entry in entries:
        send(entry, folder[entry["path"]])
    until = time.monotonic() + PATIENCE
    where = f"/api/uploads/{opened.json()['id']}"
    while time.monotonic() < until:
        if {each["status"] for each in reader.get(where).json()["files"]} == {"staged"}:
            break
        time.sleep(0.5)

    bodies = []
    for _ in range(2):
        taken = reader.post("/api/upload-directory", {"dir": "./documentation", "assistantId": 1})
        assert taken.status_code in {200, 202}, taken.text
        bodies.append(finished(reader, taken.json()["uploadId"]))

    assert [(each["completed"], each["known"]) for each in bodies] == [(30, 0), (30, 30)]
    assert len(reader.get("/api/assistants/1").json()["fileIds"]) == 30
    hostile = reader.post("/api/upload-directory", {"dir": "../../etc", "assistantId": 1})
    unknown = reader.post("/api/upload-directory", {"dir": "document", "assistantId": 1})
    assert (hostile.status_code, unknown.status_code) == (400, 404)


def test_files_follow_the_key_to_another_project(reader: Visitor) -> None:
    before = upload(reader, "pump.txt", PUMP, assistantId="1").json()["fileIds"]
    first = answered(reader, ABOUT_PUMP)

    another = "sk-" + secrets.token_hex(20)
    assert reader.post("/api/settings/apikey", {"apiKey": another}).status_code == 200
    again = answered(reader, "Once more: " + ABOUT_PUMP)

    assert "42" in first["content"]
    assert "42" in again["content"]
    assert again["citations"] == [first["citations"][0] | {"index": again["citations"][0]["index"]}]
    assert reader.get("/api/assistants/1").json()["fileIds"] == before
    assert [each["kind"] for each in reader.get("/api/uploads").json()] == ["move", "direct"]


def test_a_deleted_file_is_not_found_any_more(reader: Visitor) -> None:
    (file_id,) = upload(reader, "pump.txt", PUMP, assistantId="1").json()["fileIds"]

    gone = reader.http.delete(f"/api/files/{file_id}")

    assert (gone.status_code, gone.json()) == (200, {"message": "File deleted successfully"})
    assert reader.http.delete(f"/api/files/{file_id}").status_code == 404
    assert reader.get("/api/files").json() == []
    assert reader.get("/api/assistants/1").json()["fileIds"] == []
    answer = answered(reader, ABOUT_PUMP)
    assert (answer["citations"], "42" in answer["content"]) == ([], False)


def test_the_command_sends_a_folder_and_goes_on_when_killed(
    reader: Visitor, cloud: LocalCloud, tmp_path: Path
) -> None:
    folder = tmp_path / "manual"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number}.md").write_text(f"# Part {number}\nIt is made of element {number}.")
    environment = {
        "PATH": "",
        "AFTERGLOW_CONFIG": str(tmp_path / "config"),
        "AFTERGLOW_PASSWORD": reader.password,
    }
    command = [sys.executable, "-m", "afterglow_cli"]

    def run(*arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*command, *map(str, arguments)], env=environment, text=True, stdout=subprocess.PIPE
        )

    with run("login", "--url", cloud.front_url, "--username", reader.username) as login:
        login.communicate(timeout=PATIENCE)
    with run("upload-directory", folder, "--assistant", "1") as killed:
        time.sleep(4)
        killed.kill()
        killed.communicate()
    with run("upload-directory", folder, "--assistant", "1") as resumed:
        output, _ = resumed.communicate(timeout=PATIENCE)

    assert (login.returncode, resumed.returncode) == (0, 0), output
    assert len(reader.get("/api/assistants/1").json()["fileIds"]) == 60
    assert "element 41" in answered(reader, "Part 41 is made of element what?")["content"]
