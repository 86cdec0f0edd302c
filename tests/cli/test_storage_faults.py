"""A folder on its way, while the storage refuses, is busy, breaks off."""

import json
import os
import time
from pathlib import Path

import pytest
from starlette.responses import Response

from afterglow_cli.contents import measure
from afterglow_cli.forms import Errand, Storage
from afterglow_cli.service import Service
from afterglow_cli.walking import LocalFile
from tests.cli.cloud import EXPIRED, Cloud
from tests.cli.serving import breaking_line
from tests.cli.test_upload_directory import upload
from tests.cli.test_upload_faults import went
from tests.cli.test_walking import write

BUSY = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Return a folder of one file."""
    write(tmp_path / "docs", "a.md")
    return tmp_path / "docs"


def test_a_form_that_is_refused_is_replaced(signed_in: Cloud, docs: Path) -> None:
    signed_in.breaking("POST", "/storage", Response(EXPIRED, 403))

    assert went(upload(docs)) == "1 file"

    assert signed_in.announced == [1, 1]


def test_a_form_that_is_too_old_is_not_even_tried(signed_in: Cloud, docs: Path) -> None:
    signed_in.form_seconds = -10

    def renew() -> None:
        signed_in.form_seconds = 300 if signed_in.announced == [1, 1] else -10

    signed_in.on_open = renew

    assert went(upload(docs)) == "1 file"

    assert signed_in.announced == [1, 1]
    assert sum(path.startswith("/storage") for _, path in signed_in.requests) == 1


def test_a_storage_that_takes_no_form_is_not_asked_for_ever(signed_in: Cloud, docs: Path) -> None:
    signed_in.breaking("POST", "/storage", *[Response(EXPIRED, 403)] * 9)

    said = upload(docs, code=1)

    assert said[-2:] == ["The storage answers 403: Invalid: Policy expired.", "  docs/a.md"]
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
    assert said[-2] == "The storage answers 400: Too large."
    assert said[-1] in {"  docs/a.md", "  docs/b.md"}


def test_a_storage_in_clear_text_elsewhere_gets_nothing(signed_in: Cloud, docs: Path) -> None:
    signed_in.storage_url = "http://storage.example.com"

    said = upload(docs, code=1)

    assert "Only https:// will do" in said[-2]


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


def test_a_storage_that_is_down_is_told_of_each_file(signed_in: Cloud, docs: Path) -> None:
    signed_in.breaking("POST", "/storage", *[Response(status_code=502)] * 9)

    said = upload(docs, code=1)

    assert said[-2:] == ["The storage answers 502:", "  docs/a.md"]
    assert sum(path.startswith("/storage") for _, path in signed_in.requests) == 6
