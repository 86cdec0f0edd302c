"""Limits are exact however many come at once: in processes of their own, on one DynamoDB."""

import json
import os
import subprocess
import sys
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from local.runtime.serve import PROJECT
from local.up import LocalCloud
from tests.e2e.visitor import Visitor

HOUR = 3600
# No race is to go on longer.
ENOUGH = 120
PROCESSES = 4


@pytest.fixture(autouse=True)
def _within_one_hour() -> None:
    """Let no window end during a race."""
    left = HOUR - time.time() % HOUR
    if left < ENOUGH:
        time.sleep(left + 1)


def got_through(cloud: LocalCloud, kind: str, times: int) -> int:
    """Return how often it went well, of so often in each of four processes."""
    functions = json.loads((cloud.data / "sam-local.json").read_text())
    environment = {
        **os.environ,
        **functions["AuthFunction"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "PYTHONPATH": os.pathsep.join([str(PROJECT), str(PROJECT / "layers" / "core")]),
    }
    command = [sys.executable, "-m", "tests.e2e.racers", kind, str(times), uuid.uuid4().hex]
    children = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
        for _ in range(PROCESSES)
    ]
    outputs = [child.communicate(timeout=ENOUGH)[0] for child in children]
    assert [child.returncode for child in children] == [0] * PROCESSES
    return sum(map(int, outputs))


def test_of_200_at_once_exactly_20_get_through(cloud: LocalCloud) -> None:
    assert got_through(cloud, "take", 50) == 20


def test_of_52_guesses_at_once_exactly_5_are_looked_at(cloud: LocalCloud) -> None:
    assert got_through(cloud, "attempt", 13) == 5


def test_of_52_creates_at_the_last_place_exactly_one_is_stored(cloud: LocalCloud) -> None:
    assert got_through(cloud, "create", 13) == 1


def test_of_50_logins_over_http_exactly_5_are_looked_at(
    cloud: LocalCloud, visitor: Visitor
) -> None:
    wrong = visitor.credentials | {"password": "a wrong password"}

    def guess(_: int) -> httpx2.Response:
        return httpx2.post(f"{cloud.front_url}/api/login", json=wrong, timeout=ENOUGH)

    # Every request in flight has a process of its own.
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(guess, range(50)))

    assert Counter(answer.status_code for answer in answers) == {401: 5, 429: 45}
    for answer in answers:
        if answer.status_code == httpx2.codes.TOO_MANY_REQUESTS:
            assert answer.json() == {"error": "Too many attempts"}
            assert 1 <= int(answer.headers["Retry-After"]) <= 30
    assert visitor.login().status_code == httpx2.codes.TOO_MANY_REQUESTS
    assert visitor.get("/api/user").status_code == httpx2.codes.OK
