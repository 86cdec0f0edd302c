"""Folders of what was staged: how much of it an upload takes."""

import pytest

from afterglow.domain.errors import LimitExceededError
from afterglow.domain.models import Staged
from tests.unit.library import QUOTA, Reading


@pytest.fixture
def reading() -> Reading:
    """Return a user with as many staged files as one may have."""
    reading = Reading()
    for number in range(QUOTA.files):
        stage(reading, number)
    return reading


def stage(reading: Reading, number: int) -> None:
    """Have a file come."""
    staged_at = reading.clock()
    path = f"docs/{number}.md"
    reading.uploads.stage(Staged(reading.user.id, path, 1, "upload_1", number, staged_at))


def test_a_folder_goes_with_as_many_files_as_a_user_may_have(reading: Reading) -> None:
    assert reading.directories.open(reading.user, 1, "docs").total == QUOTA.files


def test_a_folder_of_more_files_is_refused_and_nothing_begins(reading: Reading) -> None:
    stage(reading, QUOTA.files)

    with pytest.raises(LimitExceededError) as refused:
        reading.directories.open(reading.user, 1, "docs")

    assert refused.value.code == "file_quota_reached"
    assert list(reading.uploads.list(reading.user.id)) == []
    assert not reading.files.shelf(reading.user.id, 1).is_pending
