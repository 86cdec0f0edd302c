"""How functions run on the local cloud: their roles, their environment, their sources."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from local.logs import recent
from local.up import LocalCloud


@pytest.fixture
def handler(app: Path) -> Iterator[Path]:
    """The function's module; as it was after the test."""
    path = app / "functions" / "probe" / "handler.py"
    original = path.read_text()
    yield path
    path.write_text(original)


def process(http: httpx2.Client) -> dict[str, Any]:
    shown: dict[str, Any] = http.get("/api/probe/show_process").json()
    return shown


def test_a_function_may_do_what_its_role_allows_and_no_more(http: httpx2.Client) -> None:
    assert http.get("/api/probe/keep?id=role").status_code == 201
    assert http.get("/api/probe/find?id=role").json() == {"id": "role"}

    refused = http.get("/api/probe/overreach")

    assert (refused.status_code, refused.json()) == (403, "AccessDeniedException")


def test_a_function_sees_the_cloud_its_role_and_nothing_of_the_shell(
    http: httpx2.Client, cloud: LocalCloud
) -> None:
    shown = process(http)
    environment = shown["environment"]

    assert environment["AWS_ENDPOINT_URL"] == cloud.cloud_url
    assert environment["AWS_REGION"] == "us-east-1"
    assert environment["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert environment["STAGE"] == "local"
    assert environment["OPENAI_API_KEY"] is None
    # The emulator's own settings stay with it.
    assert environment["AUTH"] is None
    assert environment["LOG_LEVEL"] is None
    assert 0 < shown["left"] <= 5000


def test_a_function_stays_warm(http: httpx2.Client) -> None:
    assert process(http)["pid"] == process(http)["pid"]


def test_invocations_at_the_same_time_have_processes_of_their_own(http: httpx2.Client) -> None:
    pids = []

    def invoke() -> None:
        pids.append(http.get("/api/probe/sleep?seconds=0.5").json()["pid"])

    threads = [threading.Thread(target=invoke) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(pids)) == 4


def test_a_changed_function_runs_at_once(http: httpx2.Client, handler: Path) -> None:
    first = process(http)["pid"]
    assert http.get("/api/probe/greet").json() == "hello"

    # Of the same length and within the same second: byte code could not tell.
    for greeting in ("aloha", "salut"):
        source = handler.read_text()
        handler.write_text(source.replace("answer(GREETING)", f'answer("{greeting}")'))
        assert http.get("/api/probe/greet").json() == greeting
        handler.write_text(source)

    assert http.get("/api/probe/greet").json() == "hello"
    assert process(http)["pid"] != first


def test_a_changed_layer_runs_at_once(http: httpx2.Client, app: Path) -> None:
    module = app / "layers" / "core" / "shared" / "__init__.py"
    original = module.read_text()
    assert http.get("/api/probe/greet").json() == "hello"

    module.write_text(original.replace("hello", "howdy"))
    changed = http.get("/api/probe/greet").json()
    module.write_text(original)

    assert changed == "howdy"
    assert http.get("/api/probe/greet").json() == "hello"


def test_a_change_spares_the_invocation_that_is_running(http: httpx2.Client, handler: Path) -> None:
    answers = []

    def invoke() -> None:
        answers.append(http.get("/api/probe/sleep?seconds=1.5").status_code)

    running = threading.Thread(target=invoke)
    running.start()
    handler.write_text(handler.read_text() + "\n# changed\n")
    during = http.get("/api/probe/greet").status_code
    running.join()

    assert (during, answers) == (200, [200])


def test_broken_sources_answer_as_a_failure_until_they_are_mended(
    http: httpx2.Client, handler: Path
) -> None:
    source = handler.read_text()

    handler.write_text(source + "\ndef broken(:\n")
    broken = http.get("/api/probe/greet")
    handler.write_text(source)

    assert (broken.status_code, broken.json()) == (500, {"error": "Internal server error"})
    assert http.get("/api/probe/greet").status_code == 200


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ("def broken(:", "Syntax error in module 'handler'"),
        ("import nothing_of_that_name", "No module named 'nothing_of_that_name'"),
        ("raise SystemExit('given up')", "bootstrap exited during init"),
    ],
)
def test_a_function_that_cannot_begin_says_why_in_its_log(
    http: httpx2.Client, cloud: LocalCloud, handler: Path, broken: str, why: str
) -> None:
    source = handler.read_text()

    handler.write_text(f"{source}\n{broken}\n")
    status = http.get("/api/probe/greet").status_code
    handler.write_text(source)

    assert status == 500
    assert why in "\n".join(event.message for event in recent(cloud.cloud_url, minutes=10))
    assert http.get("/api/probe/greet").status_code == 200


def test_a_function_ends_with_its_environment(http: httpx2.Client, handler: Path) -> None:
    pid = process(http)["pid"]

    handler.write_text(handler.read_text() + "\n# changed\n")
    assert process(http)["pid"] != pid

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
