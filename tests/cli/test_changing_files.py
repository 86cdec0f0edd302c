"""Files that are no longer what they were when they were found."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.cloud import Cloud
from tests.cli.test_upload_directory import upload
from tests.cli.test_upload_faults import went
from tests.cli.test_walking import write

CHANGED = "It changed while it was read; run the command again"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Return a folder of one file."""
    write(tmp_path / "docs", "a.md")
    return tmp_path / "docs"


def headed(reason: str) -> str:
    """Return a reason as the line above its files."""
    return reason if ": " in reason else f"{reason}:"


def change(file: Path) -> None:
    file.write_text("TEXT")


def grow(file: Path) -> None:
    file.write_text("text and more")


def shrink(file: Path) -> None:
    file.write_text("t")


def link(file: Path) -> None:
    file.unlink()
    file.symlink_to("/etc/hostname")


def pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (change, CHANGED),
        (grow, CHANGED),
        (shrink, CHANGED),
        (Path.unlink, "No such file or directory"),
        (link, "Too many levels of symbolic links"),
        (pipe, "It is no file by now"),
    ],
)
def test_a_file_that_changes_before_it_goes_does_not_go(
    signed_in: Cloud, docs: Path, happens: Callable[[Path], None], said: str
) -> None:
    write(docs, "b.md")
    signed_in.on_open = lambda: happens(docs / "a.md")

    lines = upload(docs, code=1)

    assert went(lines) == "1 file"
    assert lines[-2:] == [headed(said), "  docs/a.md"]
    assert signed_in.received == {"docs/b.md": 1}
    assert signed_in.staged.keys() == {"docs/b.md"}


@pytest.mark.parametrize(
    ("happens", "said"),
    [(Path.unlink, "No such file or directory"), (Path.write_bytes, "It is empty by now")],
)
def test_a_file_that_changes_after_it_was_found_is_told(
    signed_in: Cloud, docs: Path, happens: Callable[..., object], said: str
) -> None:
    write(docs, *(f"b/{number}.md" for number in range(100)))
    last = max((docs / "b").iterdir())
    arguments = [b""] if happens is Path.write_bytes else []
    signed_in.on_open = lambda: happens(last, *arguments)

    lines = upload(docs, code=1)

    assert went(lines) == "100 files"
    assert lines[-2:] == [headed(said), f"  docs/b/{last.name}"]


def test_a_file_that_changes_at_its_end_while_it_goes_does_not_arrive(
    signed_in: Cloud, docs: Path
) -> None:
    size = 8_000_000
    (docs / "a.md").write_bytes(b"a" * size)

    def change_end() -> None:
        with (docs / "a.md").open("r+b") as file:
            file.seek(size - 1)
            file.write(b"b")

    signed_in.on_open = change_end

    lines = upload(docs, code=1)

    assert lines[-2:] == [headed(CHANGED), "  docs/a.md"]
    assert signed_in.received == {}
