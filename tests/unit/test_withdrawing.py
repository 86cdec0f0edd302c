"""Uploads that end while somebody is at work on them: what they leave to be found."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from afterglow.domain.models import Upload, UploadFile, UploadState
from afterglow.ports.upstream_files import Indexing
from afterglow.services.ingesting import ABANDONED
from tests.fakes.files import InMemoryFiles
from tests.fakes.upstream_files import DONE, InMemoryUpstreamFiles
from tests.mortality import Killed
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


def abandon(reading: Reading, upload: Upload) -> None:
    """Have a file fail of which nobody can tell whether it could be read."""
    (entry,) = reading.entries(upload)
    reading.ingester.withdrawal.end(entry, UploadState.FAILED, ABANDONED)


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


def test_who_is_killed_after_a_cancel_leaves_nothing_to_be_found(
    reading: Reading, meanwhile: Meanwhile
) -> None:
    upload = reading.announce(PUMP, assistant_id=2)
    meanwhile.do(lambda: cancel(reading, upload))
    # Whatever the worker would do next, it does not.
    with (
        patch.object(InMemoryFiles, "attach", side_effect=Killed),
        patch.object(InMemoryUpstreamFiles, "indexing", side_effect=Killed),
        pytest.raises(Killed),
    ):
        drive(reading, upload)
    assert reading.searchable(assistant_id=2) == {TEXT}

    reading.deliver()

    assert (reading.attached(2), reading.searchable(assistant_id=2)) == ([], set())
    assert reading.searchable() == {TEXT}


@pytest.fixture
def two(reading: Reading) -> tuple[Upload, Upload]:
    """Return two uploads of the same, of which one was put into the store and then forgotten."""
    upload, other = (reading.announce(PUMP, assistant_id=2) for _ in range(2))
    reading.upstream.holds = True
    drive(reading, upload)
    reading.upstream.holds = False
    reading.clock.advance(timedelta(minutes=10))
    reading.queue.sent.clear()
    return upload, other


@pytest.mark.parametrize("moment", ["unindex", "shelf"])
def test_what_another_upload_attaches_meanwhile_stays_found(
    reading: Reading, two: tuple[Upload, Upload], monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    owner = InMemoryUpstreamFiles if moment == "unindex" else InMemoryFiles
    step, acts = getattr(owner, moment), [lambda: drive(reading, two[1])]

    def overtaken(*given: Any) -> Any:
        # It finds the file in the store, and relies on that.
        if acts and moment == "unindex":
            acts.pop()()
        found = step(*given)
        if acts:
            # As if it had been attached a moment after this was read.
            monkeypatch.setattr(InMemoryUpstreamFiles, "index", lambda *_: DONE)
            acts.pop()()
            monkeypatch.setattr(InMemoryUpstreamFiles, "index", index)
        return found

    index = InMemoryUpstreamFiles.index
    monkeypatch.setattr(owner, moment, overtaken)
    cancel(reading, two[0])

    assert acts == []
    assert (reading.attached(2), reading.searchable(assistant_id=2)) == (["pump.txt"], {TEXT})


@pytest.mark.parametrize("end", [cancel, abandon])
def test_what_another_upload_attaches_later_is_found_in_the_end(
    reading: Reading,
    two: tuple[Upload, Upload],
    monkeypatch: pytest.MonkeyPatch,
    end: Callable[[Reading, Upload], None],
) -> None:
    unindex, attached = InMemoryUpstreamFiles.unindex, list[Any]()

    def put_in_first(*given: Any) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(InMemoryFiles, "attach", lambda *late: attached.append(late))
            drive(reading, two[1])
        unindex(*given)

    with monkeypatch.context() as patched:
        patched.setattr(InMemoryUpstreamFiles, "unindex", put_in_first)
        end(reading, two[0])
    InMemoryFiles.attach(*attached[0])
    assert reading.searchable(assistant_id=2) == set()

    reading.deliver()

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
