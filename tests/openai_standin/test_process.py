"""The program itself: its start, its end, and that it forgets nothing in between."""

import signal
import socket
import time
from pathlib import Path

import httpx2
import openai
import pytest
from openai import OpenAI

from local.openai.brain.extractive import ExtractiveBrain
from local.openai.control_client import ControlClient
from local.openai.server import create_server
from tests.openai_standin.standin import free_port, process

MODEL = "gpt-6-luna"
KEY = "sk-proj-restarts-0123456789"


def sdk(url: str) -> OpenAI:
    return OpenAI(api_key=KEY, base_url=f"{url}/v1", max_retries=0)


def test_nothing_is_lost_when_it_is_killed(tmp_path: Path) -> None:
    port = free_port()
    with process(tmp_path, port=port) as first, sdk(first.url) as client:
        told = client.responses.create(model=MODEL, input="My name is Ada.")
        file = client.files.create(file=("a.txt", b"The fee is 5 euros."), purpose="assistants")
        store = client.vector_stores.create(name="kb")
        client.vector_stores.files.create_and_poll(
            file.id, vector_store_id=store.id, poll_interval_ms=10
        )
        first.child.kill()
        first.child.wait()

    with process(tmp_path, port=port) as second, sdk(second.url) as client:
        answer = client.responses.create(
            model=MODEL, input="What is my name?", previous_response_id=told.id
        )
        assert answer.output_text.startswith("Your name is Ada.")
        assert client.responses.retrieve(told.id) == told
        assert client.files.retrieve(file.id) == file
        (hit,) = client.vector_stores.search(store.id, query="fee").data
        assert hit.content[0].text == "The fee is 5 euros."


def test_what_was_running_goes_on_after_a_kill(tmp_path: Path) -> None:
    with process(tmp_path) as first, sdk(first.url) as client, ControlClient(first.url) as control:
        control.plan(seconds=2)
        control.plan(hold=True)
        timed = client.responses.create(model=MODEL, input="I am Ada.", background=True)
        held = client.responses.create(model=MODEL, input="I am Grace.", background=True)
        control.configure(indexing_seconds=60)
        file = client.files.create(file=("a.txt", b"The fee is 5 euros."), purpose="assistants")
        store = client.vector_stores.create(file_ids=[file.id])
        first.child.kill()
        first.child.wait()

    with (
        process(tmp_path) as second,
        sdk(second.url) as client,
        ControlClient(second.url) as control,
    ):
        deadline = time.monotonic() + 10
        while client.responses.retrieve(timed.id).status != "completed":
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert client.responses.retrieve(held.id).status == "in_progress"
        control.release(held.id)
        client.vector_stores.files.poll(file.id, vector_store_id=store.id, poll_interval_ms=10)
        assert "Ada" in client.responses.retrieve(timed.id).output_text
        assert "Grace" in client.responses.retrieve(held.id).output_text


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_what_was_listened_to_goes_on_after_a_kill(tmp_path: Path, ending: signal.Signals) -> None:
    with process(tmp_path) as first, sdk(first.url) as client:
        with ControlClient(first.url) as control:
            control.plan(hold=True)
        stream = client.responses.create(
            model=MODEL, input="Who am I?", background=True, stream=True
        )
        named = next(event for event in stream if event.type == "response.in_progress").response
        first.child.send_signal(ending)
        first.child.wait(timeout=5)
        with pytest.raises(openai.APIConnectionError):
            list(stream)

    with (
        process(tmp_path) as second,
        sdk(second.url) as client,
        ControlClient(second.url) as control,
    ):
        assert client.responses.retrieve(named.id).status == "in_progress"
        resumed = client.responses.retrieve(named.id, stream=True, starting_after=1)
        control.release(named.id, text="Ada.")
        last = list(resumed)[-1]
        assert last.type == "response.completed"
        assert last.response == client.responses.retrieve(named.id)
        assert last.response.id == named.id
        assert last.response.created_at == named.created_at


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told_to_also_in_the_middle_of_work(
    tmp_path: Path, ending: signal.Signals
) -> None:
    with process(tmp_path) as running, ControlClient(running.url) as control:
        control.plan(hold=True)
        address = (httpx2.URL(running.url).host, httpx2.URL(running.url).port or 0)
        with socket.create_connection(address) as connection:
            body = b'{"model":"gpt-6-luna","input":"Hello"}'
            head = (
                f"POST /v1/responses HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\n"
                f"Authorization: Bearer {KEY}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            connection.sendall(head.encode() + body)
            while not control.journal("POST"):
                time.sleep(0.01)

            started = time.monotonic()
            running.child.send_signal(ending)
            running.child.wait(timeout=5)

        assert time.monotonic() - started < 3


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    with process(tmp_path, "--exit-with-parent") as running:
        assert running.child.stdin
        time.sleep(0.2)
        assert running.child.poll() is None

        running.child.stdin.close()

        assert running.child.wait(timeout=3) == 0


def test_without_a_parent_to_follow_it_stays(tmp_path: Path) -> None:
    with process(tmp_path) as running:
        assert running.child.stdin
        running.child.stdin.close()

        time.sleep(0.5)
        assert running.child.poll() is None


def test_it_listens_on_this_machine_only(tmp_path: Path) -> None:
    assert create_server(1, tmp_path, ExtractiveBrain()).config.host == "127.0.0.1"


def test_it_keeps_its_data_private(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with process(folder):
        assert folder.stat().st_mode & 0o077 == 0
