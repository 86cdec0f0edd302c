"""`make run` as a newcomer sees it: the conversation, and the same one after a restart."""

import json
import re
import shlex
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import MozillaCookieJar
from pathlib import Path

import httpx2
import pytest

from local.demo.account import Account
from local.ports import Ports
from local.upstream import STAND_IN_KEY
from tests.local_cloud.command import read_until_up, run_up, started

pytestmark = pytest.mark.e2e


@contextmanager
def conversation(port: int, data: Path) -> Iterator[str]:
    """Start it and read what it prints until it stays up; end it with Ctrl-C."""
    with started(port, data) as process:
        output = read_until_up(process)
        yield output
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def steps(output: str) -> list[tuple[str, str, int]]:
    found = re.findall(r"^(GET|POST) +(/\S+) +(\d{3}) +\d+ ms$", output, re.MULTILINE)
    return [(method, path, int(status)) for method, path, status in found]


def test_it_converses_and_goes_on_after_a_restart(tmp_path: Path, ports: Ports) -> None:
    with conversation(ports.front, tmp_path) as first:
        go_on_as_told(first, tmp_path)
    with conversation(ports.front, tmp_path) as second:
        pass

    assert steps(first) == [
        ("POST", "/api/register", 201),
        ("POST", "/api/settings/apikey", 200),
        ("GET", "/api/user", 200),
        ("POST", "/api/assistants", 201),
        ("POST", "/api/thread/new", 201),
        ("POST", "/api/chat", 200),
        ("POST", "/api/chat", 200),
        ("GET", "/api/threads/1/messages", 200),
    ]
    assert re.search(r"you +What is my name\?\n +assistant +.*Ada", first)
    assert f"http://127.0.0.1:{ports.front}/api/" in first
    assert steps(second) == [
        ("POST", "/api/login", 200),
        ("POST", "/api/settings/apikey", 200),
        ("GET", "/api/user", 200),
        ("GET", "/api/threads/1/messages", 200),
        ("POST", "/api/chat", 200),
        ("GET", "/api/threads/1/messages", 200),
    ]
    assert re.search(r"assistant +.*Ada", second)
    assert "The thread holds 8 messages." in second
    assert_nothing_is_told(first + second, tmp_path)


def go_on_as_told(output: str, data: Path) -> None:
    """Send what the printed curl line sends."""
    line = next(line for line in output.splitlines() if line.strip().startswith("curl "))
    _, _, cookies, _, content_type, _, body, url = shlex.split(line)
    assert (Path.cwd() / cookies).resolve() == (data / "cookies.txt").resolve()
    jar = MozillaCookieJar(data / "cookies.txt")
    jar.load(ignore_discard=True)
    name, value = content_type.split(": ")
    with httpx2.Client(cookies=jar, timeout=30) as http:
        answer = http.post(url, content=body, headers={name: value})
    assert answer.status_code == 200
    assert "light that stays" in answer.json()["content"][0]["text"]


def assert_nothing_is_told(output: str, data: Path) -> None:
    """No password, key or session in what was printed or logged."""
    account = json.loads((data / "demo.json").read_text())
    jar = MozillaCookieJar(data / "cookies.txt")
    jar.load(ignore_discard=True)
    secrets = [account["password"], STAND_IN_KEY, *(cookie.value for cookie in jar)]
    assert len(secrets) == 3
    logs = [path.read_text() for path in (data / "logs").glob("*.log")]
    assert len(logs) >= 3
    for text in (output, *logs):
        assert not [secret for secret in secrets if secret in text]
    for name in ("demo.json", "cookies.txt"):
        assert (data / name).stat().st_mode & 0o077 == 0


def test_an_account_is_made_up_once(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    account = Account.kept_in(path)
    account.threads["http://example.org/v1"] = 3

    account.keep(path)

    assert Account.kept_in(path) == account
    assert Account.kept_in(tmp_path / "other.json") != account


def test_an_unexpected_answer_ends_it(tmp_path: Path, ports: Ports) -> None:
    path = tmp_path / "demo.json"
    account = Account(username="demo", password="short")
    account.keep(path)

    ended = run_up(ports.front, tmp_path)

    assert ended.returncode == 1
    assert "Error: POST /api/register answered 400 where 201 was expected" in ended.stdout
    assert "Traceback" not in ended.stdout
