"""`afterglow upload-directory`: what goes, what is said of it."""

import json
from pathlib import Path

import pytest
from starlette.responses import JSONResponse

from afterglow_cli.ingesting import await_arrivals
from afterglow_cli.service import Service
from afterglow_cli.upload_directory import GO_ON
from tests.cli.cloud import Cloud
from tests.cli.conftest import run
from tests.cli.test_walking import write


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Return a folder of three files, and two that are not meant."""
    docs = tmp_path / "docs"
    write(docs, "a.md", "b/größe.md", "b/c.md", ".hidden", "empty.md")
    (docs / "empty.md").write_text("")
    return docs


def upload(docs: Path, *more: str, code: int = 0) -> list[str]:
    """Upload a folder to assistant 1, and return what the result was, line by line."""
    result = run("upload-directory", str(docs), "--assistant", "1", *more)
    assert result.exit_code == code, result.output
    return result.stdout.splitlines()


def test_a_folder_goes_once_with_its_paths(signed_in: Cloud, docs: Path) -> None:
    first, second = upload(docs), upload(docs)

    assert signed_in.received == {"docs/a.md": 1, "docs/b/c.md": 1, "docs/b/größe.md": 1}
    assert signed_in.directories == [
        {"dir": "docs", "assistantId": 1, "uploadIds": [upload_id]}
        for upload_id in ("upload_0", "upload_2")
    ]
    assert first == [
        "went                 3 files  12 bytes",
        "there already        0 files  0 bytes",
        "did not go           0 files",
        "Passed over: 1 empty, 1 hidden",
    ]
    assert second[:2] == [
        "went                 0 files  0 bytes",
        "there already        3 files  12 bytes",
    ]


def test_what_has_changed_goes_again_and_nothing_else(signed_in: Cloud, docs: Path) -> None:
    upload(docs)
    (docs / "a.md").write_text("another text")

    said = upload(docs)

    assert signed_in.received == {"docs/a.md": 2, "docs/b/c.md": 1, "docs/b/größe.md": 1}
    assert said[0] == "went                  1 file  12 bytes"


def test_what_the_storage_gets_is_the_file_and_no_cookie(signed_in: Cloud, docs: Path) -> None:
    upload(docs)

    assert len(signed_in.storage_headers) == 3
    for headers in signed_in.storage_headers:
        assert "cookie" not in headers
        assert "sec-fetch-site" not in headers
        assert headers["content-length"].isdigit()
    assert {size for _, size in signed_in.staged.values()} == {4}


def test_the_default_assistant_is_the_services_to_know(signed_in: Cloud, docs: Path) -> None:
    signed_in.default_assistant = 1

    assert run("upload-directory", str(docs)).exit_code == 0

    assert signed_in.directories == [{"dir": "docs", "uploadIds": ["upload_0"]}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "You have no default assistant: name one with --assistant"),
        (["--assistant", "2"], "You have no assistant 2"),
        (["--assistant", str(10**20)], f"You have no assistant {10**20}"),
    ],
)
def test_nothing_is_sent_in_vain(
    signed_in: Cloud, docs: Path, arguments: list[str], said: str
) -> None:
    result = run("upload-directory", str(docs), *arguments)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Error: {said}\n"
    assert signed_in.uploads == {}


@pytest.mark.usefixtures("home")
def test_whoever_is_not_signed_in_is_told_how(docs: Path) -> None:
    result = run("upload-directory", str(docs))

    assert result.exit_code == 1
    assert result.stderr == "Error: You are not signed in. Sign in with: afterglow login\n"


def test_hidden_files_go_on_demand(signed_in: Cloud, docs: Path) -> None:
    upload(docs, "--hidden")

    assert "docs/.hidden" in signed_in.received


def test_a_file_that_is_refused_keeps_no_other_from_going(signed_in: Cloud, docs: Path) -> None:
    write(docs, "run.exe", "what.vague", "50%.md", "\x1b[31mred\n.md", "b/torn.broken")

    said = upload(docs, code=1)

    assert set(signed_in.received) == {
        "docs/a.md",
        "docs/b/c.md",
        "docs/b/größe.md",
        "docs/b/torn.broken",
    }
    forbidden = r"A path has no \, %, $( or control characters"
    assert said == [
        "went                 3 files  12 bytes",
        "there already        0 files  0 bytes",
        "did not go           5 files",
        "Passed over: 1 empty, 1 hidden",
        "A file is of no type that we know:",
        "  docs/what.vague",
        f"{forbidden}:",
        r"  docs/\x1b[31mred .md",
        "  docs/50%.md",
        "The file cannot be read:",
        "  docs/b/torn.broken",
        "This type of file is not accepted:",
        "  docs/run.exe",
    ]


def test_a_folder_in_which_nothing_can_go_is_not_taken_in(signed_in: Cloud, tmp_path: Path) -> None:
    write(tmp_path / "docs", "run.exe")

    said = upload(tmp_path / "docs", code=1)

    assert said[2:] == [
        "did not go            1 file",
        "This type of file is not accepted:",
        "  docs/run.exe",
    ]
    assert signed_in.directories == []


def test_what_the_assistant_has_no_tool_for_is_not_sent(signed_in: Cloud, docs: Path) -> None:
    write(docs, "table.CSV")

    said = upload(docs, code=1)

    assert signed_in.announced == [3]
    assert "docs/table.CSV" not in signed_in.received
    assert said[2] == "did not go            1 file"
    assert said[4].startswith("The assistant has no tool that reads .csv files: file_search reads ")
    assert said[5] == "  docs/table.CSV"


def test_an_assistant_with_the_tool_gets_it(signed_in: Cloud, docs: Path) -> None:
    write(docs, "table.CSV")
    signed_in.tools = ["code_interpreter"]

    upload(docs)

    assert "docs/table.CSV" in signed_in.received


def test_an_empty_folder_is_no_error(signed_in: Cloud, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()

    result = run("upload-directory", str(tmp_path / "docs"), "--assistant", "1")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "went                 0 files  0 bytes"
    assert result.stderr == "There is no file to send in docs.\n"
    assert signed_in.uploads == {}


def test_what_takes_its_time_is_followed_to_its_end(signed_in: Cloud, docs: Path) -> None:
    signed_in.arrival_polls = signed_in.ingest_polls = 2

    said = upload(docs)

    assert said[0] == "went                 3 files  12 bytes"
    assert signed_in.polls == {"upload_0": 3, "directory_1": 4}
    paths = [path for _, path in signed_in.requests]
    assert paths.index("/api/upload-directory") > paths.index("/api/uploads/upload_0") + 2


def test_what_the_service_did_not_take_in_is_not_said_to_be_there(
    signed_in: Cloud, docs: Path
) -> None:
    signed_in.overlooked = {"docs/a.md"}

    said = upload(docs, code=1)

    assert said[0] == "went                 2 files  8 bytes"
    assert said[-2:] == ["The service did not take it in: run the command again", "  docs/a.md"]


def test_what_comes_in_pages_is_read_to_its_end(signed_in: Cloud, docs: Path) -> None:
    write(docs, "z.broken")
    signed_in.page_size = 2

    said = upload(docs, code=1)

    assert said[0] == "went                 3 files  12 bytes"
    assert said[-2:] == ["The file cannot be read:", "  docs/z.broken"]
    assert said[2] == "did not go            1 file"


def test_what_the_service_never_sees_arrive_is_not_waited_for_for_ever(
    signed_in: Cloud, docs: Path, home: Path
) -> None:
    upload(docs)
    signed_in.arrival_polls = 1000
    cookie = json.loads((home / "session.json").read_text())["cookie"]

    with Service(signed_in.url, cookie) as service:
        failures = await_arrivals(service, {"upload_0": {"docs/a.md"}}, longest=1.5)

    assert failures == {
        "docs/a.md": "The service has not seen it arrive: run the command again",
    }
    assert signed_in.polls["upload_0"] == 4


def test_a_name_of_a_folder_that_the_service_refuses_is_an_error(
    signed_in: Cloud, docs: Path
) -> None:
    refusal = {"error": "Validation failed", "details": [{"field": "dir", "message": "No"}]}
    signed_in.breaking("POST", "/api/upload-directory", JSONResponse(refusal, 400))

    result = run("upload-directory", str(docs), "--assistant", "1")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-2:] == ["Error: Validation failed: dir: No", GO_ON]


@pytest.mark.parametrize("answer", [{}, {"id": 1}, [], "text"])
def test_an_answer_that_is_not_understood_is_an_error_of_one_line(
    signed_in: Cloud, docs: Path, answer: object
) -> None:
    signed_in.breaking("POST", "/api/uploads", JSONResponse(answer, 201))

    result = run("upload-directory", str(docs), "--assistant", "1")

    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "Checking 3 files, 12 bytes",
        "Error: What the service answers to /api/uploads is not understood",
    ]
