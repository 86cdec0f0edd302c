"""Files in parts, with OpenAI at its worst: what may pass is tried again, the rest is ended."""

from collections.abc import Callable
from typing import Any

import pytest

from afterglow.adapters.openai import sending
from afterglow.adapters.openai.files import OpenAIFiles
from afterglow.adapters.openai.patience import Patience
from afterglow.domain.errors import (
    DomainError,
    LimitExceededError,
    OperationFailedError,
    RateLimitError,
)
from local.openai.control_client import ControlClient
from tests.contract.archives import OnTheWire
from tests.contract.sources import BrokenSource, BytesSource
from tests.contract.test_openai_keys import another_host
from tests.contract.upstream_faults import BAD_ANSWER, FAULTS, UNAVAILABLE, check

PARTS = {"path": "/v1/uploads/*/parts", "method": "POST"}
CREATE = {"path": "/v1/uploads", "method": "POST"}
COMPLETE = {"path": "*/complete", "method": "POST"}
CANCEL = {"path": "*/cancel", "method": "POST"}
# Three parts.
FILE = BytesSource("a.txt", b"Gladly. " * 125)
HERE = set(FAULTS) - {"404 model", "404", "unknown status"}
PASSING = {
    "408", "409", "429", "500", "500, retry!", "503", "502 HTML", "cut before", "cut after",
    "truncated", "empty", "malformed", "200 HTML", "200 null", "no id", "deep", "1 MB of nothing",
    "deep refusal",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "MOST_BYTES_AT_ONCE", 500)
    monkeypatch.setattr(sending, "PART_BYTES", 400)


@pytest.fixture
def waits() -> list[float]:
    """Return the seconds that were waited for."""
    return []


@pytest.fixture
def files(openai_url: str, key: str, waits: list[float]) -> OpenAIFiles:
    """Return the files of a project of the test's own, which waits for nothing."""
    return OpenAIFiles(key, openai_url, sleep=waits.append)


@pytest.fixture
def archive(openai: ControlClient, openai_url: str, key: str) -> OnTheWire:
    """Return the same project."""
    return OnTheWire(openai, openai_url, key)


def calls(openai: ControlClient) -> list[str]:
    """Return what was asked: the last part of each path."""
    return [call.path.rsplit("/", 1)[1] for call in openai.journal("POST")]


def test_a_file_in_parts_is_a_file(
    files: OpenAIFiles, archive: OnTheWire, openai: ControlClient
) -> None:
    upstream_id = files.upload(FILE)

    assert archive.sizes() == {upstream_id: ("a.txt", 1000)}
    assert calls(openai) == ["uploads", "parts", "parts", "parts", "complete"]


@pytest.mark.parametrize("fault", sorted(PASSING))
def test_a_part_is_sent_again_if_that_may_help(
    files: OpenAIFiles, archive: OnTheWire, openai: ControlClient, waits: list[float], fault: str
) -> None:
    FAULTS[fault][0](openai, {**PARTS, "skip": 1})

    upstream_id = files.upload(FILE)

    # Even if it had arrived before, it is in the file once.
    assert archive.sizes() == {upstream_id: ("a.txt", 1000)}
    assert calls(openai) == ["uploads", *["parts"] * 4, "complete"]
    assert len(waits) == 1
    assert 0.5 <= waits[0] <= 1.5


@pytest.mark.parametrize("fault", sorted(HERE))
def test_a_part_that_is_never_taken_ends_the_upload(
    files: OpenAIFiles, openai: ControlClient, waits: list[float], fault: str
) -> None:
    arrange, expected = FAULTS[fault]
    arrange(openai, {**PARTS, "count": None})

    with pytest.raises(DomainError) as raised:
        files.upload(FILE)

    check(raised.value, expected)
    tries = sending.ATTEMPTS if fault in PASSING else 1
    assert calls(openai) == ["uploads", *["parts"] * tries, "cancel"]
    # Half a second, twice as long each time, and a second of chance.
    least = [0.5, 1.0, 2.0][: tries - 1]
    assert all(low <= wait <= low + 1 for low, wait in zip(least, waits, strict=True))


@pytest.mark.parametrize("fault", sorted(HERE))
@pytest.mark.parametrize(("at", "asked"), [(CREATE, 1), (COMPLETE, 6)])
def test_nothing_else_is_asked_twice(
    files: OpenAIFiles, openai: ControlClient, at: dict[str, Any], asked: int, fault: str
) -> None:
    arrange, expected = FAULTS[fault]
    arrange(openai, {**at, "count": None})

    with pytest.raises(DomainError) as raised:
        files.upload(FILE)

    check(raised.value, expected)
    seen = ["uploads", "parts", "parts", "parts", "complete", "cancel"]
    assert calls(openai) == seen[:asked]


@pytest.mark.parametrize("at", [CREATE, PARTS, COMPLETE])
def test_an_upload_that_is_not_found_is_begun_anew_another_time(
    files: OpenAIFiles, openai: ControlClient, at: dict[str, Any], waits: list[float]
) -> None:
    openai.fail(404, {"message": "No such upload"}, **at)

    with pytest.raises(OperationFailedError) as raised:
        files.upload(FILE)

    # Not that the file is lost: that would be one that was there.
    check(raised.value, UNAVAILABLE)
    assert waits == []


@pytest.mark.parametrize(
    ("at", "fields"),
    [
        (CREATE, {"status": "completed"}),
        (CREATE, {"status": "paused"}),
        (PARTS, {"upload_id": "upload_other"}),
        (COMPLETE, {"id": "upload_other"}),
        (COMPLETE, {"status": "pending"}),
        (COMPLETE, {"file": None}),
        (COMPLETE, {"file": {"id": "../files"}}),
    ],
)
def test_what_does_not_fit_is_not_believed(
    files: OpenAIFiles, openai: ControlClient, at: dict[str, Any], fields: dict[str, Any]
) -> None:
    openai.patch(fields, **at, count=None)

    with pytest.raises(OperationFailedError) as raised:
        files.upload(FILE)

    check(raised.value, BAD_ANSWER)


def test_openai_says_how_long_to_wait(
    files: OpenAIFiles, openai: ControlClient, waits: list[float]
) -> None:
    openai.rate_limit(retry_after=7, **PARTS)
    openai.fail(503, {}, headers={"retry-after": "5"}, **PARTS)

    files.upload(FILE)

    assert waits == [7, 5]


@pytest.mark.parametrize("seconds", [20, 3600])
def test_nobody_waits_longer_than_the_whole_may_take(
    openai_url: str, key: str, openai: ControlClient, waits: list[float], seconds: int
) -> None:
    openai.rate_limit(retry_after=seconds, **PARTS)
    files = OpenAIFiles(key, openai_url, patience=Patience(send=20), sleep=waits.append)

    with pytest.raises(RateLimitError) as raised:
        files.upload(FILE)

    assert raised.value.retry_after == seconds
    assert waits == []
    assert calls(openai) == ["uploads", "parts", "cancel"]


@pytest.mark.parametrize(
    "fail", [lambda o, **at: o.fail(500, {}, **at), lambda o, **at: o.drop_before(**at)]
)
def test_what_cannot_be_cancelled_fails_for_its_own_reason(
    files: OpenAIFiles, openai: ControlClient, fail: Callable[..., object]
) -> None:
    openai.no_credit(**PARTS)
    fail(openai, **CANCEL)

    with pytest.raises(LimitExceededError) as raised:
        files.upload(FILE)

    check(raised.value, (LimitExceededError, "openai_insufficient_quota"))
    assert calls(openai)[-1] == "cancel"


def test_an_upload_whose_source_fails_is_cancelled(
    files: OpenAIFiles, openai: ControlClient, waits: list[float]
) -> None:
    error = FileNotFoundError("gone")

    with pytest.raises(FileNotFoundError) as raised:
        files.upload(BrokenSource("a.txt", 1000, has=500, error=error))

    assert raised.value is error
    assert calls(openai) == ["uploads", "parts", "parts", "cancel"]
    assert waits == []


@pytest.mark.parametrize("at", [CREATE, PARTS, COMPLETE])
def test_no_redirect_is_followed(
    files: OpenAIFiles, openai: ControlClient, at: dict[str, Any]
) -> None:
    with another_host() as (address, seen):
        openai.redirect(f"{address}/v1/uploads", 307, **at, count=None)
        with pytest.raises(OperationFailedError) as raised:
            files.upload(FILE)

    check(raised.value, UNAVAILABLE)
    assert seen == []


@pytest.mark.parametrize("at", [CREATE, PARTS, COMPLETE])
@pytest.mark.parametrize("how", ["slow", "stalled"])
def test_patience_ends(
    openai_url: str, key: str, openai: ControlClient, at: dict[str, Any], how: str
) -> None:
    if how == "slow":
        openai.slow(5, **at, count=None)
    else:
        openai.damage("stalled", **at, count=None)
    patience = Patience(change=0.3, join=0.3, send=0.3)

    with pytest.raises(OperationFailedError) as raised:
        OpenAIFiles(key, openai_url, patience=patience, sleep=lambda _: None).upload(FILE)

    check(raised.value, UNAVAILABLE)
