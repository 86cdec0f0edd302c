"""When something was made is told by its id."""

from datetime import UTC, datetime, timedelta

import pytest

from afterglow.domain.identifiers import derived_id, moment_of, new_ordered_id
from tests.fakes.clock import NOON


@pytest.mark.parametrize(
    "at",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        NOON + timedelta(milliseconds=7),
        datetime(2999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
    ],
)
def test_an_ordered_id_tells_when_it_was_made(at: datetime) -> None:
    assert moment_of(new_ordered_id("upload_", at)) == at
    assert moment_of(derived_id("file-", at, "a name")) == at
