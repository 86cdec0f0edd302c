"""Dialect B's usage examples, typed into a shell as they are printed."""

import json
import subprocess
from collections.abc import Iterator

import pytest

from local.up import LocalCloud
from tests.contract.dialect_b import there
from tests.contract.user_42 import BEARER_TOKEN
from tests.e2e.user_42 import User42, now, user_42_on
from tests.seeds import v1
from tests.seeds.v1_curl import CURL


@pytest.fixture
def user(cloud: LocalCloud) -> Iterator[User42]:
    with user_42_on(cloud) as settled:
        yield settled


def line(part: object) -> str:
    """Return how a test is to be called: the command's first line."""
    return str(part).strip().partition(" \\")[0]


@pytest.mark.parametrize(("status", "command"), CURL, ids=line)
def test_a_command_does_what_the_document_says(
    cloud: LocalCloud, user: User42, status: int, command: str
) -> None:
    meant = v1.CREATE_THREAD if "/thread" in command else None
    if "<admin_access_token>" in command:
        meant = v1.CREATE_CUSTOM_ASSISTANT
    user.settle(there(now(), meant))
    user.store_key()
    typed = (
        command.replace("http://localhost:3000", cloud.front_url)
        .replace("<access_token>", BEARER_TOKEN)
        .replace("<admin_access_token>", BEARER_TOKEN)
        .replace("curl ", "curl --silent --show-error --noproxy '*' --write-out '\\n%{http_code}' ")
    )

    done = subprocess.run(["/bin/sh", "-c", typed], capture_output=True, text=True, check=True)

    body, _, code = done.stdout.rpartition("\n")
    assert (int(code), json.loads(body) is not None) == (status, True), body
