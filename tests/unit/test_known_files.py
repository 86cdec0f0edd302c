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
