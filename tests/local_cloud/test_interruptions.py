"""The command ends while a message is being answered: nothing goes on without it."""

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from local.openai.control_client import ControlClient
from local.ports import Ports
from local.upstream import STAND_IN_KEY
from tests.local_cloud.command import read_until_up, started
from tests.local_cloud.processes import descendants, kill, wait_until_gone

pytestmark = pytest.mark.e2e
ASSISTANT = {"name": "Guide", "description": "Answers", "instructions": "Answer."}
CREDENTIALS = {"username": "patient", "password": "correct horse battery staple"}
# It would go on for that long.
SLOW = 25


@pytest.fixture
def up(ports: Ports, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The command, with a chat in flight at a slow upstream."""
    with started(ports.front, tmp_path, "--no-demo") as process:
        read_until_up(process)
        with ControlClient(f"http://127.0.0.1:{ports.openai}") as openai:
            openai.configure(response_seconds=SLOW)
            with httpx2.Client(base_url=f"http://127.0.0.1:{ports.front}", timeout=60) as http:
                chat = threading.Thread(target=send, args=[http, settle_in(http)])
                chat.start()
                wait_for_call(openai)
                yield process
                chat.join(60)


def settle_in(http: httpx2.Client) -> int:
    post(http, "register", CREDENTIALS)
    post(http, "settings/apikey", {"apiKey": STAND_IN_KEY})
    assistant = post(http, "assistants", ASSISTANT)
    return post(http, "thread/new", {"title": "Slow", "assistantId": assistant})


def post(http: httpx2.Client, path: str, body: object) -> int:
    """The id of what was made, if it has one."""
    answer = http.post(f"/api/{path}", json=body)
    assert answer.is_success, answer.text
    number: int = answer.json().get("id", 0)
    return number


def send(http: httpx2.Client, thread: int) -> None:
    with suppress(httpx2.TransportError):
        http.post("/api/chat", json={"threadId": thread, "message": "Hello?"})


def wait_for_call(openai: ControlClient) -> None:
    deadline = time.monotonic() + 10
    while not openai.journal("POST", "/v1/responses"):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_an_interrupt_ends_a_chat_in_flight_with_every_process(
    up: subprocess.Popen[str], ports: Ports, tmp_path: Path
) -> None:
    processes = descendants(up.pid)
    began = time.monotonic()

    up.send_signal(signal.SIGINT)

    assert up.wait(20) == 0
    assert time.monotonic() - began < 6
    assert not wait_until_gone(processes, 0.5)
    assert up.stdout
    assert "Everything is stopped." in up.stdout.read()
    ports.ensure_free(*Ports._fields, patience=0)
    assert "Traceback" not in (tmp_path / "logs" / "cloud.log").read_text()


def test_nothing_of_a_chat_in_flight_outlives_a_killed_command(
    up: subprocess.Popen[str], ports: Ports
) -> None:
    processes = descendants(up.pid)

    kill(up.pid)

    assert not wait_until_gone(processes, 6)
    ports.ensure_free(*Ports._fields, patience=0)


def test_nothing_of_a_chat_in_flight_outlives_a_killed_cloud(up: subprocess.Popen[str]) -> None:
    cloud = next(
        pid
        for pid in descendants(up.pid)
        if "\0local.cloud\0" in Path(f"/proc/{pid}/cmdline").read_text()
    )
    # Of its functions, too.
    processes = descendants(cloud)
    assert len(processes) >= 4

    kill(cloud)

    assert not wait_until_gone(processes, 3)
