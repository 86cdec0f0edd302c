"""Assistants and users go, and their files with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest

from afterglow.domain.errors import OperationFailedError
from afterglow.domain.models import UploadState
from afterglow.services.clearing import LAST_REQUESTS, LAST_UPLOADS, PATIENCE
from tests.fakes.upstream_files import InMemoryUpstreamFiles
from tests.unit.leaving import Leaving, killed_everywhere
from tests.unit.library import KEY, TEXT

OTHER_TEXT = b"The valve opens at 3 bar."
DOWN = OperationFailedError("down", code="openai_unavailable")


HALF_A_SECOND = timedelta(seconds=0.5)


@contextmanager
def slow(leaving: Leaving) -> Iterator[None]:
    """Let every deletion upstream take a second."""
    real, real_of_stores = InMemoryUpstreamFiles.delete, InMemoryUpstreamFiles.delete_store

    def delete(opened: InMemoryUpstreamFiles, upstream_id: str) -> None:
        leaving.clock.advance(2 * HALF_A_SECOND)
        real(opened, upstream_id)

    def delete_store(opened: InMemoryUpstreamFiles, store_id: str) -> None:
        leaving.clock.advance(2 * HALF_A_SECOND)
        real_of_stores(opened, store_id)

    with (
        patch.object(InMemoryUpstreamFiles, "delete", delete),
        patch.object(InMemoryUpstreamFiles, "delete_store", delete_store),
    ):
        yield


@pytest.fixture
def leaving() -> Leaving:
    """Return a user who has used what there is."""
    return well_read()


def well_read() -> Leaving:
    """Return a user with a file that both assistants use, one of each's own, and one staged."""
    leaving = Leaving()
    leaving.upload()
    leaving.upload(assistant_id=2)
    leaving.upload("valve.txt", OTHER_TEXT)
    leaving.upload("motor.txt", b"Motor.", assistant_id=2)
    leaving.stage(("docs/staged.txt", b"Staged."))
    return leaving


def delete_assistant(leaving: Leaving, assistant_id: int = 1) -> None:
    """Delete an assistant, long enough ago."""
    leaving.assistants.delete(leaving.user.id, assistant_id, leaving.clock())
    leaving.clock.advance(LAST_REQUESTS)


def assert_first_assistant_gone(leaving: Leaving) -> None:
    """Check that an assistant took its store along, and the file that was its alone."""
    assert leaving.upstream_of() == ({TEXT, b"Motor."}, 1)
    assert leaving.searchable(assistant_id=2) == {TEXT, b"Motor."}
    assert leaving.attached(2) == ["pump.txt", "motor.txt"]
    assert [file.path for file in leaving.mine()] == ["pump.txt", "motor.txt"]
    assert leaving.attached(1) == []
    assert leaving.file_remains.store(leaving.user.id, 1) is None
    library = leaving.files.library(leaving.user.id)
    assert (library.files, library.size) == (2, len(TEXT) + len(b"Motor."))
    assert (library.is_settled, library.generation) == (True, 0)
    assert OTHER_TEXT not in leaving.buckets.copies.values()
    leaving.assert_neighbour_untouched()


def assert_user_gone(leaving: Leaving) -> None:
    """Check that there is nothing of a user, here and upstream."""
    assert leaving.left_of(leaving.user) == []
    assert leaving.upstream_of() == (set(), 0)
    assert leaving.remains.key_version(leaving.user.id) is None
    leaving.assert_neighbour_untouched()


def test_an_assistant_takes_its_store_and_what_nobody_else_uses(leaving: Leaving) -> None:
    delete_assistant(leaving)

    first = leaving.one_pass()
    leaving.settle_down()

    assert (first.finished, first.forgotten, first.failures) == (1, 1, [])
    assert_first_assistant_gone(leaving)


def test_an_assistant_without_files_leaves_nothing(leaving: Leaving) -> None:
    delete_assistant(leaving, leaving.assistants.next_id(leaving.user.id) - 1)
    leaving.settle_down()
    leaving.upstream.calls.clear()
    delete_assistant(leaving)
    leaving.settle_down()

    assert leaving.upstream_of() == (set(), 0)
    assert leaving.mine() == []
    assert list(leaving.deletions.pending()) == []


def test_the_reaping_of_an_assistant_is_killed_at_every_call() -> None:
    def begin() -> Leaving:
        leaving = well_read()
        delete_assistant(leaving)
        return leaving

    for leaving, _ in killed_everywhere(begin, lambda leaving, life: leaving.one_pass(life)):
        leaving.settle_down()
        assert_first_assistant_gone(leaving)


def test_an_assistant_that_goes_while_a_file_is_indexed_for_it(leaving: Leaving) -> None:
    leaving.upstream.holds = True
    entry = leaving.upload("new.txt", b"New.")
    delete_assistant(leaving)
    leaving.one_pass()

    leaving.upstream.holds = False
    leaving.settle_down()

    ended = leaving.uploads.file(leaving.user.id, entry.upload_id, entry.number)
    assert ended.state is UploadState.FAILED
    assert not leaving.files.shelf(leaving.user.id, 1).is_pending
    assert_first_assistant_gone(leaving)


def test_an_assistant_that_goes_before_its_store_is_noted(leaving: Leaving) -> None:
    number = 2
    leaving = Leaving()
    real = InMemoryUpstreamFiles.create_store

    def create_store(opened: InMemoryUpstreamFiles, name: str) -> str:
        store_id = real(opened, name)
        delete_assistant(leaving, number)
        leaving.one_pass()
        return store_id

    with patch.object(InMemoryUpstreamFiles, "create_store", create_store):
        ended = leaving.upload(assistant_id=number)
    leaving.settle_down()

    assert ended.state is UploadState.FAILED
    assert leaving.mine() == []
    assert leaving.upstream_of() == (set(), 0)
    leaving.assert_neighbour_untouched()


def test_a_gone_store_does_not_make_the_library_move(leaving: Leaving) -> None:
    leaving.upstream.fail("delete", *[DOWN] * 2)
    delete_assistant(leaving)
    opened = leaving.upstream.opened_with(KEY)
    store = leaving.files.store(leaving.user.id, 1)
    assert store is not None
    # As between two steps of a pass.
    opened.delete_store(store.upstream_id)

    leaving.change_key(KEY)
    leaving.settle_down()

    assert_first_assistant_gone(leaving)


def test_a_user_takes_everything_along(leaving: Leaving) -> None:
    leaving.accounts.delete(leaving.user.id, leaving.clock())
    leaving.clock.advance(LAST_UPLOADS)

    report = leaving.one_pass()

    # Two stores and three files; what was only staged was never there.
    assert (report.finished, report.forgotten, report.failures) == (1, 5, [])
    assert_user_gone(leaving)


def test_who_has_uploads_is_waited_for(leaving: Leaving) -> None:
    leaving.accounts.delete(leaving.user.id, leaving.clock())
    before = leaving.left_of(leaving.user)
    leaving.clock.advance(LAST_UPLOADS - timedelta(seconds=1))

    assert leaving.one_pass().waiting == 1
    assert leaving.left_of(leaving.user) == before
    leaving.clock.advance(timedelta(seconds=1))
    assert leaving.one_pass().finished == 1
    assert_user_gone(leaving)


def test_who_never_uploaded_is_not_waited_for() -> None:
    leaving = Leaving()
    leaving.accounts.delete(leaving.user.id, leaving.clock())
    leaving.clock.advance(LAST_REQUESTS)

    assert leaving.one_pass().finished == 1
    assert_user_gone(leaving)


def test_the_reaping_of_a_user_is_killed_at_every_call() -> None:
    def begin() -> Leaving:
        leaving = well_read()
        delete_assistant(leaving)
        leaving.removal().delete(leaving.user, leaving.mine()[0].id)
        leaving.accounts.delete(leaving.user.id, leaving.clock())
        leaving.clock.advance(LAST_UPLOADS)
        return leaving

    for leaving, _ in killed_everywhere(begin, lambda leaving, life: leaving.one_pass(life)):
        leaving.settle_down()
        assert_user_gone(leaving)


def test_what_was_deleted_before_is_cleared_with_the_user_while_there_is_a_key(
    leaving: Leaving,
) -> None:
    leaving.upstream.fail("delete", DOWN)
    delete_assistant(leaving)
    leaving.removal().delete(leaving.user, leaving.mine()[0].id)
    leaving.upstream.fail("delete", DOWN)
    leaving.clock.advance(LAST_REQUESTS)
    # Others come first from now on.
    assert leaving.one_pass().failures
    leaving.accounts.delete(leaving.user.id, leaving.clock())
    leaving.clock.advance(LAST_UPLOADS)

    reports = leaving.settle_down()

    assert [report.left_upstream for report in reports if report.left_upstream] == []
    assert_user_gone(leaving)


def test_every_pass_gets_on_however_little_time_it_has(leaving: Leaving) -> None:
    for number in range(8):
        leaving.upload(f"{number}.txt", b"Number %d." % number)
    delete_assistant(leaving)
    leaving.upstream.calls.clear()
    with slow(leaving):
        for_assistant = len(leaving.settle_down(within=HALF_A_SECOND))
    leaving.accounts.delete(leaving.user.id, leaving.clock())
    leaving.clock.advance(LAST_UPLOADS)
    with slow(leaving):
        for_user = len(leaving.settle_down(within=HALF_A_SECOND))

    # A store, the files that were its alone; then a store and two files; a pass finds no more.
    assert (leaving.upstream.called("delete_store"), leaving.upstream.called("delete")) == (2, 11)
    assert for_assistant <= 1 + 9 + 3
    assert for_user == 3 + 1
    assert_user_gone(leaving)


def test_openai_may_be_down_for_ever(leaving: Leaving) -> None:
    leaving.accounts.delete(leaving.user.id, leaving.clock())
    leaving.upstream.fail("delete_store", *[DOWN] * 9)
    leaving.upstream.fail("delete", *[DOWN] * 9)
    leaving.clock.advance(PATIENCE)
    waited = leaving.one_pass()
    leaving.clock.advance(timedelta(seconds=1))

    given_up = leaving.one_pass()

    assert (waited.finished, given_up.finished) == (0, 1)
    assert given_up.left_upstream == {"openai_unavailable": 5}
    assert leaving.left_of(leaving.user) == []


def test_nothing_is_begun_for_a_user_who_is_gone(leaving: Leaving) -> None:
    upload = leaving.announce(("late.txt", b"Late."), assistant_id=1)
    leaving.accounts.delete(leaving.user.id, leaving.clock())
    before = leaving.mine()

    leaving.arrive(upload, 0, b"Late.")

    (ended,) = leaving.entries(upload)
    assert (ended.state, ended.error and ended.error.code) == (UploadState.FAILED, "user_deleted")
    assert leaving.mine() == before
    assert b"Late." not in [*leaving.buckets.copies.values(), *leaving.buckets.staged.values()]
    leaving.clock.advance(LAST_UPLOADS)
    leaving.settle_down()
    assert_user_gone(leaving)
    # What comes when all is cleared away finds nobody who waits for it.
    leaving.staging.put(replace(ended), b"Late.")
    leaving.work.arrived(leaving.user.id, upload.id, 0, leaving.shift())
    assert leaving.mine() == []
