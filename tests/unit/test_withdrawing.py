"""Uploads that end while somebody is at work on them: what they leave to be found."""

from dataclasses import dataclass
from typing import Any

import pytest

from afterglow.domain.models import Upload, UploadFile, UploadState
from afterglow.ports.upstream_files import Indexing
from tests.fakes.upstream_files import InMemoryUpstreamFiles
from tests.unit.library import BUDGET, TEXT, Reading

PUMP = ("pump.txt", TEXT)


@pytest.fixture
def reading() -> Reading:
    """Return a file that one assistant uses."""
    reading = Reading()
    reading.upload(*PUMP)
    return reading


@dataclass
class Meanwhile:
    """Has something happen once, just before a file is put into a store."""

    monkeypatch: pytest.MonkeyPatch

    def do(self, act: Any) -> None:
        """Have `act` called then."""
        index = InMemoryUpstreamFiles.index
        acts = [act]

        def indexed(files: InMemoryUpstreamFiles, store_id: str, upstream_id: str) -> Indexing:
            while acts:
                acts.pop()()
            return index(files, store_id, upstream_id)

        self.monkeypatch.setattr(InMemoryUpstreamFiles, "index", indexed)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Return what has something happen."""
    return Meanwhile(monkeypatch)


def cancel(reading: Reading, upload: Upload) -> None:
    reading.service.cancel(reading.user, upload.id, until=reading.clock() + BUDGET)


def drive(reading: Reading, upload: Upload) -> UploadFile:
    (entry,) = reading.entries(upload)
    return reading.ingester.drive(entry, until=reading.clock() + BUDGET)


@pytest.mark.parametrize("holds", [False, True])
def test_cancelled_before_it_is_put_into_the_store_it_is_not_found(
    reading: Reading,
    meanwhile: Meanwhile,
    holds: bool,  # noqa: FBT001 - a parameter
) -> None:
    upload = reading.announce(PUMP, assistant_id=2)
    meanwhile.do(lambda: cancel(reading, upload))
    reading.upstream.holds = holds

    entry = drive(reading, upload)

    assert entry.state is UploadState.CANCELLED
    assert reading.upstream.called("index") == 2
    assert (reading.attached(2), reading.searchable(assistant_id=2)) == ([], set())
    assert (reading.attached(), reading.searchable()) == (["pump.txt"], {TEXT})


def test_what_an_assistant_uses_by_another_upload_stays_in_its_store(
    reading: Reading, meanwhile: Meanwhile
) -> None:
    upload = reading.announce(PUMP, assistant_id=2)

    def overtaken() -> None:
        cancel(reading, upload)
        reading.upload(*PUMP, assistant_id=2)

    meanwhile.do(overtaken)

    assert drive(reading, upload).state is UploadState.CANCELLED
    assert (reading.attached(2), reading.searchable(assistant_id=2)) == (["pump.txt"], {TEXT})


def test_what_somebody_else_goes_on_with_stays_in_its_store(
    reading: Reading, meanwhile: Meanwhile
) -> None:
    upload = reading.announce(PUMP, assistant_id=2)

    def taken_over() -> None:
        (entry,) = reading.entries(upload)
        reading.uploads.claim(entry, reading.clock() + BUDGET)

    meanwhile.do(taken_over)

    assert drive(reading, upload).state is UploadState.IN_PROGRESS
    assert reading.searchable(assistant_id=2) == {TEXT}


def test_what_only_another_assistant_came_to_use_meanwhile_is_not_found(reading: Reading) -> None:
    valve = ("valve.txt", b"The valve opens at 3 bar.")
    reading.upstream.holds = True
    first = reading.upload(*valve)
    reading.upstream.holds = False
    reading.upload(*valve, assistant_id=2)

    cancel(reading, reading.uploads.get(reading.user.id, first.upload_id))

    assert (reading.attached(), reading.searchable()) == (["pump.txt"], {TEXT})
    assert (reading.attached(2), reading.searchable(assistant_id=2)) == (["valve.txt"], {valve[1]})
