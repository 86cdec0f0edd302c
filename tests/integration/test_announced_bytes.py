"""Bytes that forms are given for: so many a day, whether they come or not."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from afterglow.services.announcing import LARGEST_FILE
from afterglow.settings import settings
from tests.browser import Browser
from tests.events import Answer
from tests.fakes.engine import ScriptedEngine
from tests.ingests import uploading_to
from tests.tables import fingerprint
from tests.uploading import QuickUpstream, announce, send, upload

# Time stands still, so that no day ends while a test runs.
NOW = datetime(2026, 11, 22, 23, 50, tzinfo=UTC)
# All that a user may have, which is half of what may be announced in a day.
HALF = [{"path": f"{number}.md", "size": LARGEST_FILE} for number in range(10)]
MORE = {"path": "more.md", "size": 1}


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False), uploading_to(QuickUpstream().opened_with):
        yield


@pytest.fixture
def reader(engine: ScriptedEngine, _still: None) -> Browser:
    """Return a user with an assistant that searches."""
    assert engine is not None
    reader = Browser().enter()
    reader.create_assistant(tools=[{"type": "file_search"}])
    return reader


def of(size: int, path: str = "big.md", **facts: str) -> dict[str, Any]:
    return {"path": path, "size": size} | facts


def refused(answer: Answer) -> bool:
    """Tell whether something was refused until midnight."""
    told = (answer.body, answer.headers.get("Retry-After"))
    return answer.status == 429 and told == ({"error": "Rate limit exceeded"}, ["600"])


def test_two_halves_are_a_day_and_a_byte_more_is_refused(reader: Browser) -> None:
    assert len(HALF) * LARGEST_FILE * 2 == settings().staged_bytes_per_day
    assert [announce(reader, *HALF).status for _ in range(2)] == [201, 201]
    before = fingerprint()

    assert refused(announce(reader, MORE))
    assert refused(announce(reader, MORE, assistant_id=1))

    assert fingerprint() == before
    # What comes in a request is in no form, and others have a day of their own.
    assert upload(reader, assistant_id=1).status == 200
    assert announce(Browser().enter(), MORE).status == 201
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        assert announce(reader, MORE).status == 201


def test_what_needs_no_form_costs_nothing(reader: Browser) -> None:
    digest = hashlib.sha256(b"The bytes").hexdigest()
    known, staged = (of(9, "known.txt", sha256=digest), of(9, "staged.txt", sha256=digest))
    upload(reader, known["path"], b"The bytes", assistant_id=1)
    send(reader, announce(reader, staged).body["id"], 0, b"The bytes")
    for files in (HALF[:9], HALF[:9], HALF[:1], [of(LARGEST_FILE - staged["size"])]):
        assert announce(reader, *files).status == 201

    there = announce(reader, known, staged, {"path": "unread.exe", "size": LARGEST_FILE})

    assert there.status == 201
    assert [each["upload"] for each in there.body["files"]] == [None] * 3
    assert refused(announce(reader, known, staged, MORE))


def test_a_request_that_is_refused_costs_nothing(reader: Browser) -> None:
    assert announce(reader, *HALF, MORE).body["error"] == "File quota reached"
    assert announce(reader, *HALF, assistant_id=2).status == 404
    assert announce(reader, *HALF, HALF[0]).status == 400
    assert announce(reader, *HALF[:9]).status == 201
    assert announce(reader, *HALF).status == 201
    # Beyond the day by one byte; all of them would have been too many.
    assert refused(announce(reader, of(LARGEST_FILE), MORE))

    assert announce(reader, of(LARGEST_FILE)).status == 201


def test_a_request_that_comes_again_costs_nothing(reader: Browser) -> None:
    body = {"files": HALF, "assistantId": None}

    def again(key: str) -> Answer:
        return reader.post("/api/uploads", body, headers={"Idempotency-Key": key})

    answers = [again(key) for key in ("k1", "k1", "k2", "k1", "k2")]

    assert [answer.status for answer in answers] == [201] * 5
    assert all(each["upload"] for each in answers[-1].body["files"])
    assert refused(again("k3"))
