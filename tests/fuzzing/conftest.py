"""A local cloud for the fuzzer alone: nobody is too fast there."""

from collections.abc import Iterator

import pytest

from local.ports import Ports
from local.up import LocalCloud

MUCH = "1000000"
UNLIMITED = dict.fromkeys(
    (
        "AnonymousPerMinute",
        "BulkDeletesPerHour",
        "ChatsPerDay",
        "ChatsPerMinute",
        "KeyChangesPerDay",
        "KeyChangesPerMinute",
        "LoginFailuresPerAccount",
        "LoginFailuresPerAddress",
        "RegistrationsPerHour",
        "RunningTurns",
        "ThreadsPerHour",
    ),
    MUCH,
) | {"AssistantLimit": "10000"}


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud(
        Ports.free(), tmp_path_factory.mktemp("cloud"), parameters=UNLIMITED
    ) as running:
        yield running
