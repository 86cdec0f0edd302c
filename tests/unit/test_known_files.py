"""Forms for files that the user has already: whose bytes need not come, and whose must."""

import pytest

from afterglow.domain.models import UploadFile, UploadState
from tests.unit.library import BUDGET, Reading

GUIDE = ("docs/guide.md", b"# Guide")


@pytest.fixture
def reading() -> Reading:
    """Return what is stored."""
    return Reading()


def cancel(reading: Reading, upload_id: str) -> None:
    reading.service.cancel(reading.user, upload_id, until=reading.clock() + BUDGET)


def states(entries: list[UploadFile]) -> list[UploadState]:
    return [entry.state for entry in entries]


@pytest.mark.parametrize("arrives_first", [False, True])
def test_what_no_assistant_uses_yet_is_not_known(
    reading: Reading,
    arrives_first: bool,  # noqa: FBT001 - a parameter
) -> None:
    reading.upstream.holds = True
    first = reading.upload(*GUIDE)
    assert first.file_id

    second = reading.announce(GUIDE, assistant_id=2)
    (entry,) = reading.entries(second)
    assert (entry.state, reading.forms.form(entry) is None) == (UploadState.AWAITING, False)
    if arrives_first:
        reading.arrive(second, 0, GUIDE[1])
    cancel(reading, first.upload_id)
    reading.upstream.holds = False
    if not arrives_first:
        reading.arrive(second, 0, GUIDE[1])
    reading.recover()

    assert states(reading.entries(second)) == [UploadState.COMPLETED]
    assert (reading.attached(), reading.attached(2)) == ([], ["docs/guide.md"])
    assert reading.searchable(assistant_id=2) == {GUIDE[1]}


def test_what_only_a_deleted_assistant_used_is_not_known(reading: Reading) -> None:
    reading.upload(*GUIDE)
    reading.assistants.delete(reading.user.id, 1, reading.clock())
    assert reading.mine()

    again = reading.announce(GUIDE, assistant_id=2)

    assert states(reading.entries(again)) == [UploadState.AWAITING]


def test_what_is_known_but_deleted_before_it_is_taken_says_so(reading: Reading) -> None:
    reading.upload(*GUIDE)
    upload = reading.announce(GUIDE, assistant_id=2)
    reading.files.delete(reading.mine()[0], reading.clock())

    reading.deliver()

    (entry,) = reading.entries(upload)
    assert entry.state is UploadState.FAILED
    assert entry.error
    assert entry.error.code == "file_deleted"
    again = reading.announce(GUIDE, assistant_id=2)
    reading.arrive(again, 0, GUIDE[1])
    assert reading.searchable(assistant_id=2) == {GUIDE[1]}


def opened(reading: Reading) -> UploadFile:
    """Have an assistant take the folder; return what becomes of its one file."""
    upload = reading.directories.open(reading.user, 1, "docs")
    reading.work_off(upload)
    (entry,) = reading.entries(upload)
    return entry


@pytest.mark.parametrize(
    ("staged", "code"), [(b"# Guise", "checksum_mismatch"), (None, "file_missing")]
)
def test_staged_bytes_that_are_of_no_use_can_be_replaced(
    reading: Reading, staged: bytes | None, code: str
) -> None:
    reading.arrive(reading.announce(GUIDE), 0, staged or GUIDE[1])
    if staged is None:
        reading.buckets.staged.clear()
    error = opened(reading).error
    assert error
    assert error.code == code

    again = reading.announce(GUIDE)
    assert states(reading.entries(again)) == [UploadState.AWAITING]
    reading.arrive(again, 0, GUIDE[1])

    assert opened(reading).state is UploadState.COMPLETED
    assert reading.searchable() == {GUIDE[1]}


def test_staged_bytes_that_another_assistant_may_read_stay(reading: Reading) -> None:
    table = ("docs/data.csv", b"a,b\n1,2\n")
    reading.stage(table)
    error = opened(reading).error
    assert error
    assert error.code == "unsupported_type"

    reading.allow_code()

    assert opened(reading).state is UploadState.COMPLETED


def test_bytes_that_have_come_meanwhile_stay(reading: Reading) -> None:
    reading.arrive(reading.announce(GUIDE), 0, b"# Guise")
    upload = reading.directories.open(reading.user, 1, "docs")
    latest = reading.announce(("docs/guide.md", b"# Gourd"))
    reading.arrive(latest, 0, b"# Gourd")

    reading.work_off(upload)

    assert states(reading.entries(upload)) == [UploadState.FAILED]
    assert opened(reading).state is UploadState.COMPLETED
    assert reading.searchable() == {b"# Gourd"}


def test_a_known_file_that_was_staged_and_is_deleted_is_not_taken_again(reading: Reading) -> None:
    reading.upload(*GUIDE, assistant_id=2)
    reading.announce(GUIDE)
    reading.files.delete(reading.mine()[0], reading.clock())

    error = opened(reading).error

    assert error
    assert error.code == "file_deleted"
    assert reading.uploads.staged(reading.user.id, "docs") == []
