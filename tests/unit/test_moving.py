"""Change your key, keep your files."""

from datetime import timedelta

import pytest

from afterglow.domain.errors import OperationFailedError
from afterglow.domain.models import UploadKind, UploadState
from tests.mortality import Killed, Life
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


def finish(reading: Reading) -> None:
    """Have the queue and the state machine do their work."""
    reading.deliver()
    for upload_id in reading.launcher.launched:
        reading.work_off(reading.uploads.get(reading.user.id, upload_id))


def assert_moved(reading: Reading) -> None:
    assert reading.searchable(OTHER_KEY) == {TEXT, VALVE}
    assert reading.searchable(OTHER_KEY, assistant_id=2) == {TEXT}
    there = reading.upstream.projects[OTHER_KEY]
    sent = [reading.files.get(reading.user.id, file.id) for file in reading.mine()]
    assert {there.files[file.upstream_id or ""].content for file in sent} == {TEXT, VALVE, TABLE}
    library = reading.files.library(reading.user.id)
    assert library.is_settled
    assert {file.generation for file in sent} == {library.generation}
    assert [reading.attached(), reading.attached(2)] == [
        ["pump.txt", "valve.txt"],
        ["pump.txt", "data.csv"],
    ]
    assert not reading.files.shelf(reading.user.id, 1).is_pending
    assert not reading.files.shelf(reading.user.id, 2).is_pending


def test_files_are_rebuilt_where_the_new_key_sees_them(reading: Reading) -> None:
    before = [file.id for file in reading.mine()]

    reading.change_key(OTHER_KEY)
    assert not reading.files.library(reading.user.id).is_settled
    reading.deliver()
    assert reading.files.shelf(reading.user.id, 1).is_pending
    finish(reading)

    assert_moved(reading)
    assert [file.id for file in reading.mine()] == before
    assert reading.upstream.called("upload") == 3
    (moved,) = [u for u in reading.shelves.opened.values() if u.kind is UploadKind.MOVE]
    assert (moved.total, moved.completed, moved.is_over) == (4, 4, True)


def test_another_key_of_the_same_project_moves_nothing(reading: Reading) -> None:
    reading.upstream.of_one_project(KEY, OTHER_KEY)

    reading.change_key(OTHER_KEY)
    reading.deliver()

    assert reading.files.library(reading.user.id).is_settled
    assert reading.launcher.launched == []
    assert reading.upstream.called("upload") == 0
    assert reading.searchable(OTHER_KEY) == {TEXT, VALVE}


def test_without_files_there_is_nothing_to_look_at() -> None:
    reading = Reading()

    reading.change_key(OTHER_KEY)

    assert reading.queue.sent == []
    reading.upload()
    assert reading.searchable(OTHER_KEY) == {TEXT}


def test_what_is_uploaded_meanwhile_waits_and_goes_to_the_new_project(reading: Reading) -> None:
    reading.change_key(OTHER_KEY)
    entry = reading.upload("late.txt", b"Late.")
    assert entry.state is UploadState.IN_PROGRESS

    finish(reading)
    reading.recover()

    assert b"Late." in reading.searchable(OTHER_KEY)
    assert len(reading.upstream.projects[KEY].files) == 3


def test_two_changes_at_once_end_where_the_last_key_leads(reading: Reading) -> None:
    third = "sk-" + "t" * 40
    reading.change_key(OTHER_KEY)
    reading.change_key(third)
    finish(reading)

    assert reading.searchable(third) == {TEXT, VALVE}
    assert reading.upstream.projects[OTHER_KEY].files == {}


def test_back_and_forth(reading: Reading) -> None:
    for key in (OTHER_KEY, KEY, OTHER_KEY):
        reading.change_key(key)
        finish(reading)

    assert_moved(reading)


def test_a_store_deleted_by_hand_is_made_again(reading: Reading) -> None:
    store = reading.files.store(reading.user.id, 1)
    assert store is not None
    del reading.upstream.projects[KEY].stores[store.upstream_id]

    entry = reading.upload("late.txt", b"Late.")
    assert entry.state is UploadState.IN_PROGRESS
    finish(reading)
    reading.recover()

    assert reading.searchable() == {TEXT, VALVE, b"Late."}
    assert reading.files.library(reading.user.id).is_settled


def test_one_that_cannot_be_moved_does_not_stop_the_others(reading: Reading) -> None:
    reading.upstream.failures["valve.txt"] = "server_error"

    reading.change_key(OTHER_KEY)
    finish(reading)

    (moved,) = [u for u in reading.shelves.opened.values() if u.kind is UploadKind.MOVE]
    assert (moved.completed, moved.failed) == (3, 1)
    assert reading.searchable(OTHER_KEY) == {TEXT}
    # It is still the user's, and its copy ours: the next change may do better.
    assert reading.attached() == ["pump.txt", "valve.txt"]


def test_an_upstream_out_of_reach_is_asked_again(reading: Reading) -> None:
    reading.upstream.fail("has_store", OperationFailedError("Down", code="openai_unavailable"))
    reading.change_key(OTHER_KEY)
    with pytest.raises(OperationFailedError):
        reading.deliver()
    assert not reading.files.library(reading.user.id).is_settled

    reading.clock.advance(timedelta(minutes=3))
    reading.sweeper.sweep()
    finish(reading)

    assert_moved(reading)


@pytest.mark.parametrize("unanswered", [False, True])
def test_killed_anywhere_they_follow_all_the_same(unanswered: bool) -> None:  # noqa: FBT001 - a parameter
    calls = 0
    while True:
        reading = Reading()
        reading.allow_code(2)
        reading.upload()
        reading.upload("valve.txt", VALVE)
        reading.upload(assistant_id=2)
        reading.upload("data.csv", TABLE, assistant_id=2)
        reading.change_key(OTHER_KEY)
        reading.wire(Life(calls, unanswered=unanswered))
        try:
            finish(reading)
        except Killed:
            reading.recover()
        else:
            break
        assert_moved(reading)
        assert len(reading.upstream.projects[OTHER_KEY].files) <= 4
        calls += 1
    assert calls > 30
