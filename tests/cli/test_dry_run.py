"""`afterglow upload-directory --dry-run`: what is told, and that nothing is sent or announced."""

import os
from pathlib import Path

import pytest

from afterglow_cli.ignoring import IgnoreRules
from afterglow_cli.planning import plan
from afterglow_cli.walking import walk
from tests.cli.cloud import Cloud
from tests.cli.conftest import run
from tests.cli.test_upload_directory import upload
from tests.cli.test_walking import write

UNKNOWN = (
    "Nothing was sent or announced. Only a real run tells what is refused for its content or your"
    " quota, and what an interrupted run has left in the staging area."
)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Return a folder of three files, and two that are not meant."""
    docs = tmp_path / "docs"
    write(docs, "a.md", "b/größe.md", "b/c.md", ".hidden", "empty.md")
    (docs / "empty.md").write_text("")
    return docs


def test_it_tells_what_would_go_what_is_there_and_what_would_be_refused(
    signed_in: Cloud, docs: Path
) -> None:
    upload(docs)
    signed_in.requests.clear()
    signed_in.page_size = 1
    (docs / "a.md").write_text("TEXT")
    write(docs, "new.md", "run.exe", "x.zip", "table.csv", "50%.md")

    result = run("upload-directory", str(docs), "--assistant", "1", "--dry-run")

    assert result.exit_code == 1
    said = result.stdout.splitlines()
    assert said[:-1] == [
        "docs/a.md  4 bytes",
        "docs/new.md  4 bytes",
        "docs/b/c.md  4 bytes  there already",
        "docs/b/größe.md  4 bytes  there already",
        "would go             2 files  8 bytes",
        "there already        2 files  8 bytes",
        "would not go         4 files",
        "Passed over: 1 empty, 1 hidden",
        r"A path has no \, %, $( or control characters:",
        "  docs/50%.md",
        "The assistant has no tool that reads .csv files:",
        "  docs/table.csv",
        "This type of file is not accepted:",
        "  docs/run.exe",
        "  docs/x.zip",
    ]
    # What is accepted comes once.
    assert said[-1].startswith("file_search reads .c, ")
    assert result.stderr == f"{UNKNOWN}\n"


def test_it_only_reads(signed_in: Cloud, docs: Path) -> None:
    signed_in.default_assistant = 1

    result = run("upload-directory", str(docs), "--dry-run")

    assert result.exit_code == 0
    assert signed_in.requests == [
        ("GET", "/api/user"),
        ("GET", "/api/assistants/1"),
        ("GET", "/api/files"),
    ]
    assert signed_in.uploads == {}


def test_tables_would_go_to_an_assistant_that_reads_them(signed_in: Cloud, docs: Path) -> None:
    write(docs, "table.csv")
    signed_in.tools = ["code_interpreter"]

    result = run("upload-directory", str(docs), "--assistant", "1", "--dry-run")

    assert result.exit_code == 0
    assert "docs/table.csv  4 bytes" in result.stdout.splitlines()


@pytest.mark.usefixtures("signed_in")
def test_what_it_tells_is_what_happens(docs: Path) -> None:
    upload(docs)
    (docs / "a.md").write_text("TEXT")

    planned = run("upload-directory", str(docs), "--assistant", "1", "--dry-run")
    happened = upload(docs)

    counts = [line.split()[-4:] for line in planned.stdout.splitlines() if "files" in line]
    assert happened[0].split()[1:] == ["1", "file", "4", "bytes"]
    assert "would go              1 file  4 bytes" in planned.stdout.splitlines()
    assert counts[0] == happened[1].split()[-4:] == ["2", "files", "8", "bytes"]


def test_a_file_that_cannot_be_read_would_not_go(docs: Path) -> None:
    found = walk(docs, IgnoreRules.of([]), hidden=False)
    (docs / "a.md").unlink()
    (docs / "b" / "c.md").unlink()
    os.mkfifo(docs / "b" / "c.md")

    planned = plan(None, found, None)

    assert [file.path for file in planned.going] == ["docs/b/größe.md"]
    assert planned.failures == {
        "docs/a.md": "No such file or directory",
        "docs/b/c.md": "It is no file by now",
    }


def test_an_assistant_that_there_is_not_is_told(signed_in: Cloud, docs: Path) -> None:
    result = run("upload-directory", str(docs), "--assistant", "2", "--dry-run")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: You have no assistant 2\n"
    assert signed_in.uploads == {}


@pytest.mark.usefixtures("home")
def test_whoever_is_not_signed_in_is_told_what_is_not_known(docs: Path) -> None:
    write(docs, "table.csv", "run.exe")

    result = run("upload-directory", str(docs), "--dry-run", "--exclude", "c.md")

    assert result.exit_code == 1
    assert result.stdout.splitlines()[:6] == [
        "docs/a.md  4 bytes",
        "docs/b/größe.md  4 bytes",
        "docs/table.csv  4 bytes",
        "would go             3 files  12 bytes",
        "would not go          1 file",
        "Passed over: 1 empty, 1 excluded, 1 hidden",
    ]
    assert result.stderr == (
        f"{UNKNOWN} You are not signed in: what is there already, and what the assistant reads,"
        " is not known.\n"
    )
