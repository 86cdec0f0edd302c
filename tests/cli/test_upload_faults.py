"""A folder on its way, while the service is away, in a hurry, or has enough."""

import time
from pathlib import Path

import httpx2
import pytest
from starlette.responses import JSONResponse, Response

from afterglow_cli.errors import PassingError
from afterglow_cli.replies import check
from afterglow_cli.upload_directory import GO_ON
from tests.cli.cloud import UNAUTHENTICATED, Cloud
from tests.cli.conftest import run
from tests.cli.test_upload_directory import upload
from tests.cli.test_walking import write


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
    assert result.stderr.splitlines()[-2:] == [
        "Error: Your session is over. Sign in with: afterglow login",
        GO_ON,
    ]


def test_what_was_done_is_not_done_again_because_its_answer_was_lost(
    signed_in: Cloud, docs: Path
) -> None:
    signed_in.lost = {"/api/uploads", "/api/upload-directory"}

    assert went(upload(docs)) == "1 file"

    assert signed_in.lost == set()
    assert signed_in.announced == [1]
    assert len(signed_in.directories) == 1


@pytest.mark.parametrize(
    ("status", "request_id", "told"),
    [
        (500, "5a1f-b7", "The service answers: Operation failed (X-Request-Id: 5a1f-b7)"),
        (500, "\x1b[31m", "The service answers: Operation failed"),
        (503, "5a1f-b7", "The service answers: Operation failed"),
    ],
)
def test_the_services_own_fault_is_told_with_what_finds_it_in_the_logs(
    status: int, request_id: str, told: str
) -> None:
    answer = httpx2.Response(
        status,
        json={"error": "Operation failed"},
        headers={"X-Request-Id": request_id},
        request=httpx2.Request("GET", "http://127.0.0.1/api/user"),
    )

    with pytest.raises(PassingError) as caught:
        check(answer)

    assert str(caught.value) == told
