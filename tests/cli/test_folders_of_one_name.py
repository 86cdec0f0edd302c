"""Folders of one name, and one folder that changes: what goes is what is there in this run."""

from pathlib import Path

import pytest

from tests.cli.cloud import Cloud
from tests.cli.test_changing_files import CHANGED
from tests.cli.test_upload_directory import upload
from tests.cli.test_upload_faults import went
from tests.cli.test_walking import write


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Return a folder of two files."""
    write(tmp_path / "one" / "docs", "a.md", "secret.md")
    return tmp_path / "one" / "docs"


def taken_in(cloud: Cloud, run: int) -> list[str]:
    """Return the paths that went to the assistant in a run, from 1."""
    return sorted(entry.path for entry in cloud.uploads[f"directory_{run}"])


def test_a_folder_does_not_take_another_of_its_name_along(
    signed_in: Cloud, docs: Path, tmp_path: Path
) -> None:
    other = tmp_path / "two" / "docs"
    write(other, "a.md", "b.md")
    upload(docs)

    said = upload(other)

    assert taken_in(signed_in, 1) == ["docs/a.md", "docs/secret.md"]
    assert taken_in(signed_in, 2) == ["docs/a.md", "docs/b.md"]
    # The same path and the same content is the same file.
    assert [" ".join(line.split()) for line in said[:3]] == [
        "went 1 file 4 bytes",
        "there already 1 file 4 bytes",
        "did not go 0 files",
    ]


def test_what_was_deleted_since_does_not_go_along(signed_in: Cloud, docs: Path) -> None:
    upload(docs)
    (docs / "secret.md").unlink()

    upload(docs)

    assert taken_in(signed_in, 2) == ["docs/a.md"]


def test_what_failed_does_not_go_as_it_was_in_another_run(
    signed_in: Cloud, docs: Path, tmp_path: Path
) -> None:
    upload(docs)
    other = tmp_path / "two" / "docs"
    write(other, "a.md")
    write(other, "secret.md", text="another secret")
    signed_in.on_open = lambda: (other / "secret.md").write_text("changed again!")

    said = upload(other, code=1)

    assert said[-2:] == [f"{CHANGED}:", "  docs/secret.md"]
    assert taken_in(signed_in, 2) == ["docs/a.md"]


def test_every_announcement_that_was_of_use_is_named(signed_in: Cloud, docs: Path) -> None:
    write(docs, *(f"b/{number}.md" for number in range(250)))
    write(docs, *(f"c/{number}.exe" for number in range(3)))

    assert went(upload(docs, code=1)) == "252 files"
    upload(docs, code=1)

    assert [body["uploadIds"] for body in signed_in.directories] == [
        ["upload_0", "upload_1", "upload_2"],
        ["upload_4", "upload_5", "upload_6"],
    ]
    assert len(taken_in(signed_in, 2)) == 252
