"""Start the stand-in for a test, on a thread or as a process of its own, and ask it things."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import httpx2
from openai import OpenAI
from openai.types.responses import Response

from local.openai.brain.extractive import ExtractiveBrain
from local.openai.brain.turn import Brain
from local.openai.control_client import ControlClient
from local.openai.server import HOST, create_server

MODEL = "gpt-6-luna"
READY_WITHIN = 20.0


def free_port() -> int:
    with socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_until_healthy(url: str) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        try:
            if httpx2.get(f"{url}/health").json() == {"status": "ok"}:
                return
        except httpx2.TransportError:
            time.sleep(0.02)
    raise TimeoutError(url)


@contextmanager
def threaded(folder: Path, brain: Brain | None = None) -> Iterator[str]:
    port = free_port()
    server = create_server(port, folder, brain or ExtractiveBrain())
    thread = threading.Thread(target=server.run)
    thread.start()
    url = f"http://{HOST}:{port}"
    try:
        wait_until_healthy(url)
        yield url
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def process(folder: Path, *options: str, port: int | None = None) -> Iterator["Process"]:
    port = port or free_port()
    command = [sys.executable, "-m", "local.openai", "--port", str(port), "--data", str(folder)]
    with subprocess.Popen([*command, *options], stdin=subprocess.PIPE) as child:
        url = f"http://{HOST}:{port}"
        try:
            wait_until_healthy(url)
            yield Process(child, url)
        finally:
            child.kill()


class Process:
    def __init__(self, child: "subprocess.Popen[bytes]", url: str) -> None:
        self.child = child
        self.url = url


def create(client: OpenAI, text: str = "Hello", **more: bool) -> Response:
    response: Response = client.responses.create(model=MODEL, input=text, **more)  # type: ignore[call-overload]
    return response


def ended(client: OpenAI, response_id: str) -> Response:
    deadline = time.monotonic() + READY_WITHIN
    while (response := client.responses.retrieve(response_id)).status in {"queued", "in_progress"}:
        assert time.monotonic() < deadline, response.status
        time.sleep(0.005)
    return response


def made(control: ControlClient, key: str) -> int:
    """How many responses exist, seen or not."""
    return len([found for found in control.objects(key) if found["object"] == "response"])
