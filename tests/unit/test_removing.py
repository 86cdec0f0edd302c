"""A file is deleted: gone at once for everyone, and by and by wherever it was."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest

from afterglow.domain.errors import InvalidInputError, NotFoundError, OperationFailedError
from afterglow.domain.models import File, UploadState
from afterglow.ports.staging import Source
from afterglow.services.clearing import LAST_REQUESTS, PATIENCE
from afterglow.services.removing import MOST_AT_ONCE
from tests.examples import an_assistant
from tests.fakes.upstream_files import InMemoryUpstreamFiles
from tests.mortality import Life
from tests.unit.leaving import Leaving, killed_everywhere
from tests.unit.library import KEY, OTHER_KEY, TEXT

OTHER_TEXT = b"The valve opens at 3 bar."
DOWN = OperationFailedError("down", code="openai_unavailable")


@pytest.fixture
def leaving() -> Leaving:
    """Return a user whose two assistants use one file, and one of them another one."""
    return two_files()


def two_files() -> Leaving:
    """Return a user whose two assistants use one file, and one of them another one."""
    leaving = Leaving()
    leaving.upload()
    leaving.upload(assistant_id=2)
    leaving.upload("valve.txt", OTHER_TEXT)
    return leaving


def shared(leaving: Leaving) -> File:
    """Return the file that both use."""
    return next(file for file in leaving.mine() if file.path == "pump.txt")


def assert_only_the_other_is_left(leaving: Leaving) -> None:
    """Check that one file is whole, and the other one nowhere."""
    assert [file.path for file in leaving.mine()] == ["valve.txt"]
    assert (leaving.attached(1), leaving.attached(2)) == (["valve.txt"], [])
    assert (leaving.searchable(), leaving.searchable(assistant_id=2)) == ({OTHER_TEXT}, set())
    assert leaving.upstream_of() == ({OTHER_TEXT}, 2)
    library = leaving.files.library(leaving.user.id)
    assert (library.files, library.size) == (1, len(OTHER_TEXT))
    leaving.assert_neighbour_untouched()


def assert_nothing_of_it_is_left(leaving: Leaving) -> None:
    """Check likewise, once the reaper has been there."""
    assert_only_the_other_is_left(leaving)
    copies = sorted(leaving.buckets.copies.values())
    assert copies == sorted([OTHER_TEXT, b"The neighbour's."])


def test_it_is_gone_here_and_upstream_at_once(leaving: Leaving) -> None:
    file = shared(leaving)

    leaving.removal().delete(leaving.user, file.id)

    assert_only_the_other_is_left(leaving)
    # What tells of it stays until no request can be writing any more.
    early = leaving.one_pass()
    leaving.clock.advance(LAST_REQUESTS)
    late = leaving.one_pass()
    assert (early.waiting, late.finished, late.failures) == (1, 1, [])
    leaving.assert_gone(file)
    assert_nothing_of_it_is_left(leaving)


def test_what_is_not_there_or_not_mine_is_not_found(leaving: Leaving) -> None:
    before, theirs = leaving.left_of(leaving.user), next(leaving.files.list(leaving.neighbour.id))

    for file_id in (theirs.id, "file-0"):
        with pytest.raises(NotFoundError, match="File not found"):
            leaving.removal().delete(leaving.user, file_id)

    assert leaving.left_of(leaving.user) == before
    leaving.assert_neighbour_untouched()


def test_killed_at_every_call_it_is_whole_or_gone_for_good() -> None:
    def delete(leaving: Leaving, life: Life) -> None:
        leaving.removal(life).delete(leaving.user, shared(leaving).id)

    outcomes = set()
    for leaving, _ in killed_everywhere(two_files, delete):
        is_whole = len(leaving.mine()) == 2
        outcomes.add(is_whole)
        if is_whole:
            assert leaving.searchable() == {TEXT, OTHER_TEXT}
            leaving.removal().delete(leaving.user, shared(leaving).id)
        leaving.settle_down()
        assert_nothing_of_it_is_left(leaving)
    assert outcomes == {True, False}


def test_its_reaping_is_killed_at_every_call() -> None:
    def begin() -> Leaving:
        leaving = two_files()
        leaving.upstream.fail("unindex", DOWN)
        leaving.removal().delete(leaving.user, shared(leaving).id)
        leaving.clock.advance(LAST_REQUESTS)
        return leaving

    for leaving, _ in killed_everywhere(begin, lambda leaving, life: leaving.one_pass(life)):
        leaving.settle_down()
        assert_nothing_of_it_is_left(leaving)


@pytest.mark.parametrize("method", ["unindex", "delete"])
def test_openai_may_be_down_for_a_while(leaving: Leaving, method: str) -> None:
    file = shared(leaving)
    leaving.upstream.fail(method, DOWN)

    leaving.removal().delete(leaving.user, file.id)

    assert [each.path for each in leaving.mine()] == ["valve.txt"]
    assert leaving.upstream_of() == ({TEXT, OTHER_TEXT}, 2)
    leaving.upstream.fail("delete", DOWN)
    leaving.clock.advance(LAST_REQUESTS)
    assert [error for _, error in leaving.one_pass().failures] == [DOWN]
    leaving.settle_down()
    assert_nothing_of_it_is_left(leaving)


def test_openai_may_be_down_for_ever(leaving: Leaving) -> None:
    leaving.upstream.fail("delete", *[DOWN] * 3)

    leaving.removal().delete(leaving.user, shared(leaving).id)
    leaving.clock.advance(PATIENCE)
    waited = leaving.one_pass()
    leaving.clock.advance(timedelta(seconds=1))
    given_up = leaving.one_pass()

    assert (waited.finished, given_up.finished) == (0, 1)
    assert given_up.left_upstream == {"openai_unavailable": 1}
    assert leaving.upstream_of()[0] == {TEXT, OTHER_TEXT}
    assert leaving.deletions.pending() == []


def test_without_a_key_it_stays_upstream(leaving: Leaving) -> None:
    assert leaving.user.api_key is not None
    leaving.accounts.clear_api_key(leaving.user.id, leaving.user.api_key.version)
    leaving.user = leaving.accounts.by_id[leaving.user.id]

    leaving.removal().delete(leaving.user, shared(leaving).id)
    leaving.clock.advance(LAST_REQUESTS)
    report = leaving.one_pass()

    assert (report.finished, report.left_upstream) == (1, {"openai_key_missing": 1})
    assert [file.path for file in leaving.mine()] == ["valve.txt"]


def test_a_request_has_the_time_for_a_few_stores(leaving: Leaving) -> None:
    for _ in range(MOST_AT_ONCE):
        number = leaving.assistants.next_id(leaving.user.id)
        leaving.assistants.add(an_assistant(leaving.user.id, number), limit=20)
        leaving.upload(assistant_id=number)

    leaving.removal().delete(leaving.user, shared(leaving).id)

    assert leaving.upstream.called("unindex") == MOST_AT_ONCE
    assert leaving.upstream_of() == ({OTHER_TEXT}, 2 + MOST_AT_ONCE)


def test_a_file_that_is_being_indexed_comes_to_nothing(leaving: Leaving) -> None:
    leaving.upstream.holds = True
    entry = leaving.upload("new.txt", b"New.")
    (file,) = (file for file in leaving.mine() if file.path == "new.txt")

    leaving.removal().delete(leaving.user, file.id)
    leaving.upstream.holds = False
    leaving.settle_down()

    ended = leaving.uploads.file(leaving.user.id, entry.upload_id, entry.number)
    assert (ended.state, ended.error and ended.error.message) == (
        UploadState.FAILED,
        "File not found",
    )
    assert leaving.attached() == ["pump.txt", "valve.txt"]
    leaving.assert_gone(file)
    assert not leaving.files.shelf(leaving.user.id, 1).is_pending
    assert leaving.files.library(leaving.user.id).key_changes == 0


def meanwhile(leaving: Leaving, path: str) -> Callable[[InMemoryUpstreamFiles, Source], str]:
    """Return an upload to OpenAI during which a file is deleted."""
    real = InMemoryUpstreamFiles.upload

    def upload(opened: InMemoryUpstreamFiles, source: Source) -> str:
        upstream_id = real(opened, source)
        (file,) = (file for file in leaving.mine() if file.path == path)
        leaving.removal().delete(leaving.user, file.id)
        return upstream_id

    return upload


def test_a_file_that_is_being_sent_is_gone_upstream_too(leaving: Leaving) -> None:
    with patch.object(InMemoryUpstreamFiles, "upload", meanwhile(leaving, "new.txt")):
        ended = leaving.upload("new.txt", b"New.")

    assert ended.state is UploadState.FAILED
    assert leaving.upstream_of()[0] == {TEXT, OTHER_TEXT}
    leaving.settle_down()
    assert [file.path for file in leaving.mine()] == ["pump.txt", "valve.txt"]
    assert len(leaving.buckets.copies) == 3


def test_a_known_file_that_goes_while_another_assistant_gets_it(leaving: Leaving) -> None:
    file = next(each for each in leaving.mine() if each.path == "valve.txt")
    leaving.upstream.holds = True
    entry = leaving.upload("valve.txt", OTHER_TEXT, assistant_id=2)
    assert entry.state is UploadState.IN_PROGRESS

    leaving.removal().delete(leaving.user, file.id)
    leaving.upstream.holds = False
    leaving.settle_down()

    # What was uploaded besides is a file of its own.
    assert (leaving.attached(1), leaving.attached(2)) == (["pump.txt"], ["pump.txt", "valve.txt"])
    assert file.id not in [each.id for each in leaving.mine()]


def test_a_file_that_goes_while_the_library_moves(leaving: Leaving) -> None:
    file = shared(leaving)
    leaving.change_key(OTHER_KEY)
    leaving.user = leaving.accounts.by_id[leaving.user.id]

    leaving.removal().delete(leaving.user, file.id)
    reports = leaving.settle_down()

    assert all(not report.failures for report in reports)
    assert leaving.upstream_of(OTHER_KEY) == ({OTHER_TEXT}, 1)
    assert leaving.searchable(OTHER_KEY) == {OTHER_TEXT}
    # The old project is no longer ours to touch.
    assert leaving.upstream_of(KEY) == ({TEXT, OTHER_TEXT}, 2)
    assert leaving.files.library(leaving.user.id).is_settled


def test_a_file_that_goes_in_the_middle_of_its_move(leaving: Leaving) -> None:
    leaving.upstream.holds = True
    leaving.change_key(OTHER_KEY)
    leaving.user = leaving.accounts.by_id[leaving.user.id]
    leaving.deliver()
    for entry in leaving.entries(next(leaving.uploads.list(leaving.user.id))):
        leaving.ingester.drive(entry, until=leaving.clock())
    file = shared(leaving)
    assert file.generation == 1

    leaving.removal().delete(leaving.user, file.id)
    leaving.upstream.holds = False
    leaving.settle_down()

    assert leaving.upstream_of(OTHER_KEY)[0] == {OTHER_TEXT}
    assert [each.path for each in leaving.mine()] == ["valve.txt"]
    assert leaving.attached(2) == []


def test_a_key_that_opens_nothing_leaves_it_upstream(leaving: Leaving) -> None:
    refused = InvalidInputError("no", code="openai_key_invalid")
    leaving.upstream.fail("delete", refused)
    leaving.upstream.fail("unindex", refused)

    leaving.removal().delete(leaving.user, shared(leaving).id)
    leaving.clock.advance(LAST_REQUESTS)
    report = leaving.one_pass()

    assert (report.finished, report.left_upstream) == (1, {"openai_key_invalid": 1})
    assert [file.path for file in leaving.mine()] == ["valve.txt"]
