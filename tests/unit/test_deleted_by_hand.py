"""What a user deletes at OpenAI by hand comes back, and nothing else is sent again."""

from datetime import timedelta

import pytest

from afterglow.domain.models import File, UploadState
from afterglow.services.ingesting import MOST_FAILURES
from tests.unit.library import KEY, OTHER_KEY, TEXT, Reading

VALVE = b"The valve opens at 3 bar."
TABLE = b"a,b\n1,2\n"


@pytest.fixture
def reading() -> Reading:
    """Return two assistants with files: one searches, the other reads tables as well."""
    reading = Reading()
    reading.allow_code(2)
    reading.upload()
    reading.upload("valve.txt", VALVE)
    reading.upload(assistant_id=2)
    reading.upload("data.csv", TABLE, assistant_id=2)
    reading.upstream.calls.clear()
    return reading


def named(reading: Reading, path: str) -> File:
    """Return the user's file of a path."""
    return next(file for file in reading.mine() if file.path == path)


def lose(reading: Reading, path: str) -> str:
    """Delete a file at OpenAI, and return its id there."""
    upstream_id = named(reading, path).upstream_id or ""
    reading.upstream.opened_with(KEY).delete(upstream_id)
    reading.upstream.calls.clear()
    return upstream_id


def finish(reading: Reading) -> None:
    """Have the queue and the state machine do their work."""
    reading.deliver()
    while reading.launcher.launched:
        reading.work_off(reading.uploads.get(reading.user.id, reading.launcher.launched.pop(0)))


def test_a_file_that_is_lost_while_it_is_indexed_is_sent_again(reading: Reading) -> None:
    lose(reading, "valve.txt")

    entry = reading.upload("valve.txt", VALVE, assistant_id=2)
    assert entry.failures == 1
    finish(reading)

    assert reading.uploads.file(reading.user.id, entry.upload_id, 0).state is UploadState.COMPLETED
    assert reading.searchable(assistant_id=2) == {TEXT, VALVE}
    assert reading.upstream.called("upload") == 1
    # Nobody else's files were held meanwhile.
    assert reading.files.library(reading.user.id).key_changes == 0


def test_one_that_is_lost_again_and_again_is_given_up(reading: Reading) -> None:
    reading.upload("late.txt", b"Late.")
    lose(reading, "late.txt")
    sent = []

    def upload(source: object) -> str:
        sent.append(source)
        return "file-never"

    client = type(reading.upstream.opened_with(KEY))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "upload", lambda _, source: upload(source))
        entry = reading.upload("late.txt", b"Late.", assistant_id=2)
        reading.recover()

    ended = reading.uploads.file(reading.user.id, entry.upload_id, 0)
    assert (ended.state, ended.error and ended.error.code) == (
        UploadState.FAILED,
        "upstream_file_lost",
    )
    assert len(sent) == MOST_FAILURES - 1


@pytest.mark.parametrize("path", ["data.csv", "pump.txt"])
def test_a_file_that_a_run_did_not_find_comes_back(reading: Reading, path: str) -> None:
    before = reading.files.library(reading.user.id)
    reading.mover.bring_back(reading.user.id, lose(reading, path))
    assert not reading.files.library(reading.user.id).is_settled

    finish(reading)

    back = named(reading, path)
    assert back.upstream_id in reading.upstream.projects[KEY].files
    assert reading.upstream.called("upload") == 1
    library = reading.files.library(reading.user.id)
    assert (library.is_settled, library.generation) == (True, before.generation)
    assert reading.searchable() == {TEXT, VALVE}
    assert reading.searchable(assistant_id=2) == {TEXT}
    assert not reading.files.shelf(reading.user.id, 2).is_pending


def test_a_file_that_is_back_by_now_stays(reading: Reading) -> None:
    former = lose(reading, "data.csv")
    for _ in range(2):
        reading.mover.bring_back(reading.user.id, former)
        finish(reading)

    reading.mover.bring_back(reading.user.id, "file-of-nobody")
    finish(reading)

    assert reading.upstream.called("upload") == 1
    assert reading.files.library(reading.user.id).is_settled


@pytest.mark.parametrize("assistant_id", [1, 2])
def test_of_several_stores_only_the_lost_one_is_made_again(
    reading: Reading, assistant_id: int
) -> None:
    stores = {each.assistant_id: each for each in reading.files.stores(reading.user.id)}
    lost, kept = stores.pop(assistant_id), stores.popitem()[1]
    del reading.upstream.projects[KEY].stores[lost.upstream_id]
    before = reading.files.library(reading.user.id)

    reading.mover.bring_back(reading.user.id, None)
    finish(reading)

    assert reading.searchable() == {TEXT, VALVE}
    assert reading.searchable(assistant_id=2) == {TEXT}
    assert reading.files.store(reading.user.id, kept.assistant_id) == kept
    assert len(reading.upstream.projects[KEY].stores) == 2
    assert reading.upstream.called("upload") == 0
    assert reading.files.library(reading.user.id).generation == before.generation


def test_of_all_stores_none_is_forgotten_where_the_key_leads_elsewhere(reading: Reading) -> None:
    reading.change_key(OTHER_KEY)
    reading.deliver()

    assert len(reading.files.stores(reading.user.id)) == 2
    assert reading.files.library(reading.user.id).generation == 1


def test_what_waits_for_the_library_is_looked_at_more_and_more_rarely(reading: Reading) -> None:
    reading.files.unsettle(reading.user.id)
    entry = reading.upload("late.txt", b"Late.")
    rests = []
    for _ in range(60):
        entry = reading.uploads.file(reading.user.id, entry.upload_id, 0)
        rests.append((entry.lease_until - reading.clock()).total_seconds())
        reading.clock.advance(max(entry.lease_until - reading.clock(), timedelta(0)))
        reading.ingester.drive(entry, until=reading.clock() + timedelta(seconds=24))

    assert rests[0] == 2
    assert rests[-1] == 15 * 60
    assert entry.failures == 0
