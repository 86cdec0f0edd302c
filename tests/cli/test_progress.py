"""How far it is, in counts that are true: looked at, there already, sent, indexed."""

import re
from pathlib import Path

import pytest

from afterglow_cli import showing
from afterglow_cli.refusals import told_by_reason
from tests.cli.cloud import Cloud
from tests.cli.conftest import run
from tests.cli.test_upload_directory import upload
from tests.cli.test_walking import write


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Return a folder of 250 files of 4 bytes: three announcements."""
    docs = tmp_path / "docs"
    write(docs, *(f"{number}.md" for number in range(250)))
    return docs


def lines(docs: Path) -> list[str]:
    """Upload a folder, and return what was said on the way."""
    return run("upload-directory", str(docs), "--assistant", "1").stderr.splitlines()


def test_what_goes_is_told_apart_from_what_is_there(signed_in: Cloud, docs: Path) -> None:
    write(docs, "run.exe", "torn.broken")

    first, second = lines(docs), lines(docs)
    (docs / "7.md").write_text("seven")
    third = lines(docs)

    assert first == [
        "Checking 252 files, 1.0 kB",
        "Checked 252 of 252 files, 1 did not go. Sent 251 of 251 files, 1.0 kB of 1.0 kB",
        "Indexing 251 files",
        "Indexed 250 of 251 files, 1 did not go",
    ]
    assert second[1] == "Checked 252 of 252 files, 251 there already, 1 did not go. Sent 0 files"
    assert third[1] == (
        "Checked 252 of 252 files, 250 there already, 1 did not go."
        " Sent 1 of 1 file, 5 bytes of 5 bytes"
    )
    assert signed_in.received.total() == 252


@pytest.mark.usefixtures("signed_in")
def test_a_resumed_folder_sends_only_what_is_left(
    docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(docs)
    write(docs, *(f"more/{number}.md" for number in range(100)))
    monkeypatch.setattr(showing, "_BETWEEN_LINES", 0.0)

    said = lines(docs)

    sent = [re.search(r"Sent (\d+) of (at most )?(\d+) files", line) for line in said]
    steps = [(int(each[1]), int(each[3]), bool(each[2])) for each in sent if each]
    # Nobody knows how many are to go until all are looked at, but ever fewer may be.
    assert steps[-1] == (100, 100, False)
    assert {step for step in steps if step[2]} != set()
    assert all(done <= total for done, total, _ in steps)
    assert [done for done, _, _ in steps] == sorted(done for done, _, _ in steps)
    assert [total for _, total, _ in steps] == sorted((each[1] for each in steps), reverse=True)


def test_what_fails_on_its_way_is_not_said_to_be_sent(signed_in: Cloud, tmp_path: Path) -> None:
    write(tmp_path / "docs", "a.md", "b.md")
    signed_in.on_open = lambda: (tmp_path / "docs" / "a.md").write_text("TEXT")

    said = lines(tmp_path / "docs")

    assert said[1] == "Checked 2 of 2 files, 1 did not go. Sent 1 of 1 file, 4 bytes of 4 bytes"


def test_a_file_that_grows_is_counted_as_it_is_sent(signed_in: Cloud, docs: Path) -> None:
    # The last of them is read after the first were announced.
    signed_in.on_open = lambda: (docs / "99.md").write_text("a" * 3004)

    said = lines(docs)

    assert said[0] == "Checking 250 files, 1.0 kB"
    assert said[1].endswith("Sent 250 of 250 files, 4.0 kB of 4.0 kB")


def test_reasons_are_told_once_and_what_explains_them_too() -> None:
    types = "search reads .md; code reads .csv"
    failures = {
        "a.exe": f"Not accepted: {types}",
        "b.csv": f"No tool reads .csv: {types}",
        "c.exe": f"Not accepted: {types}",
        "d.md": "The storage answers 403: Expired",
        "e\x1b.md": "It is\nempty",
    }

    assert list(told_by_reason(failures)) == [
        "It is empty:",
        "  e\\x1b.md",
        "The storage answers 403: Expired",
        "  d.md",
        "No tool reads .csv:",
        "  b.csv",
        "Not accepted:",
        "  a.exe",
        "  c.exe",
        types,
    ]


def test_nothing_is_told_of_no_failures() -> None:
    assert list(told_by_reason({})) == []
