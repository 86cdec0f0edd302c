"""A folder on its way, while everything goes wrong that may."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.responses import JSONResponse, Response

from afterglow_cli.contents import measure
from afterglow_cli.forms import Errand, Storage
from afterglow_cli.service import Service
from afterglow_cli.walking import LocalFile
from tests.cli.cloud import EXPIRED, UNAUTHENTICATED, Cloud
from tests.cli.conftest import run
from tests.cli.serving import breaking_line
from tests.cli.test_upload_directory import upload
from tests.cli.test_walking import write

CHANGED = "It changed while it was read; run the command again"
BUSY = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Return a folder of one file."""
    write(tmp_path / "docs", "a.md")
    return tmp_path / "docs"


def went(lines: list[str]) -> str:
    """Return how many files went."""
    return " ".join(lines[0].split()[1:3])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/assistants/1"),
        ("POST", "/api/uploads"),
        ("GET", "/api/uploads/upload_0"),
        ("POST", "/api/upload-directory"),
        ("GET", "/api/uploads/directory_1"),
        ("POST", "/storage"),
    ],
)
def test_what_passes_is_tried_again(signed_in: Cloud, docs: Path, method: str, path: str) -> None:
    wait = Response(status_code=429, headers={"Retry-After": "1"})
    signed_in.breaking(method, path, Response(status_code=502), wait)

    assert went(upload(docs)) == "1 file"

    assert signed_in.received == {"docs/a.md": 1}
    assert len(signed_in.directories) == 1


def test_a_wait_that_is_asked_for_is_kept(signed_in: Cloud, docs: Path) -> None:
    limit = JSONResponse({"error": "Too fast"}, 429, headers={"Retry-After": "2"})
    signed_in.breaking("POST", "/api/uploads", limit)
    began = time.monotonic()

    upload(docs)

    assert time.monotonic() - began >= 2


def test_a_wait_of_an_hour_is_told_and_not_kept(signed_in: Cloud, docs: Path) -> None:
    limit = JSONResponse({"error": "Too many uploads"}, 429, headers={"Retry-After": "3600"})
    signed_in.breaking("POST", "/api/uploads", limit)

    result = run("upload-directory", str(docs), "--assistant", "1")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1] == "Error: Too many uploads: come back in 60 minutes"


def test_an_allowance_that_is_used_up_is_told_at_once(signed_in: Cloud, docs: Path) -> None:
    signed_in.breaking("POST", "/api/uploads", JSONResponse({"error": "5,000 files"}, 429))

    result = run("upload-directory", str(docs), "--assistant", "1")

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "Error: 5,000 files"
    assert signed_in.requests.count(("POST", "/api/uploads")) == 1


def test_a_session_that_ends_on_the_way_is_told(signed_in: Cloud, docs: Path) -> None:
    signed_in.breaking("POST", "/api/upload-directory", JSONResponse(UNAUTHENTICATED, 401))

    result = run("upload-directory", str(docs), "--assistant", "1")

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        "Error: Authentication required. Sign in with: afterglow login"
    )


def test_what_was_done_is_not_done_again_because_its_answer_was_lost(
    signed_in: Cloud, docs: Path
) -> None:
    signed_in.lost = {"/api/uploads", "/api/upload-directory"}

    assert went(upload(docs)) == "1 file"

    assert signed_in.lost == set()
    assert signed_in.announced == [1]
    assert len(signed_in.directories) == 1


def test_a_form_that_is_refused_is_replaced(signed_in: Cloud, docs: Path) -> None:
    signed_in.breaking("POST", "/storage", Response(EXPIRED, 403))

    assert went(upload(docs)) == "1 file"

    assert signed_in.announced == [1, 1]


def test_a_form_that_is_too_old_is_not_even_tried(signed_in: Cloud, docs: Path) -> None:
    signed_in.form_seconds = -1

    def renew() -> None:
        signed_in.form_seconds = 300 if signed_in.announced == [1, 1] else -1

    signed_in.on_open = renew

    assert went(upload(docs)) == "1 file"

    assert signed_in.announced == [1, 1]
    assert sum(path.startswith("/storage") for _, path in signed_in.requests) == 1


def test_a_storage_that_takes_no_form_is_not_asked_for_ever(signed_in: Cloud, docs: Path) -> None:
    signed_in.breaking("POST", "/storage", *[Response(EXPIRED, 403)] * 9)

    said = upload(docs, code=1)

    assert said[-1] == "docs/a.md: The storage answers 403: Invalid: Policy expired."
    assert signed_in.announced == [1, 1, 1]


def test_the_storages_own_word_for_later_is_understood(signed_in: Cloud, docs: Path) -> None:
    signed_in.breaking("POST", "/storage", Response(BUSY, 400), Response(BUSY, 503))

    assert went(upload(docs)) == "1 file"


def test_what_the_storage_will_not_have_is_told(signed_in: Cloud, docs: Path) -> None:
    write(docs, "b.md")
    refusal = "<Error><Code>EntityTooLarge</Code><Message>Too large.</Message></Error>"
    signed_in.breaking("POST", "/storage", Response(refusal, 400))

    said = upload(docs, code=1)

    assert went(said) == "1 file"
    assert said[-1].endswith(".md: The storage answers 400: Too large.")


def test_a_storage_in_clear_text_elsewhere_gets_nothing(signed_in: Cloud, docs: Path) -> None:
    signed_in.storage_url = "http://storage.example.com"

    said = upload(docs, code=1)

    assert "Only https:// will do" in said[-1]


def test_a_connection_that_breaks_in_the_middle_of_a_file_is_made_again(
    signed_in: Cloud, docs: Path
) -> None:
    (docs / "a.md").write_bytes(os.urandom(3_000_000))
    with breaking_line(signed_in.url, cuts=2, after=200_000) as line:
        signed_in.storage_url = line

        said = upload(docs)

    assert said[0] == "went                  1 file  3.0 MB"
    assert signed_in.received == {"docs/a.md": 1}
    assert signed_in.staged["docs/a.md"][1] == 3_000_000


def test_bytes_that_go_again_are_counted_once(signed_in: Cloud, docs: Path, home: Path) -> None:
    (docs / "a.md").write_bytes(os.urandom(1_000_000))
    wanted = measure(LocalFile(docs / "a.md", "docs/a.md", 1_000_000))
    moved: list[int] = []
    cookie = json.loads((home / "session.json").read_text())["cookie"]
    with (
        breaking_line(signed_in.url, cuts=1, after=300_000) as line,
        Service(signed_in.url, cookie) as service,
        Storage(1) as storage,
    ):
        signed_in.storage_url = line
        upload, _ = service.open_upload([wanted])
        form = upload.files[0].upload
        assert form is not None
        errand = Errand(docs / "a.md", wanted, upload.id, form, time.monotonic() + 60)
        storage.send(errand, moved.append)

    assert sum(moved) == 1_000_000
    assert min(moved) < 0


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
    assert lines[-1] == f"docs/a.md: {said}"
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
    assert lines[-1] == f"docs/b/{last.name}: {said}"


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

    assert lines[-1] == f"docs/a.md: {CHANGED}"
    assert signed_in.received == {}


def test_a_storage_that_is_down_is_told_of_each_file(signed_in: Cloud, docs: Path) -> None:
    signed_in.breaking("POST", "/storage", *[Response(status_code=502)] * 9)

    said = upload(docs, code=1)

    assert said[-1] == "docs/a.md: The storage answers 502"
    assert sum(path.startswith("/storage") for _, path in signed_in.requests) == 6
