"""The demo meets a thread that is busy with the message of an interrupted start."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from local.demo import conversation
from local.demo.account import Account
from local.demo.conversation import Conversation, DemoError
from local.ports import HOST, Ports
from local.up import LocalCloud
from local.upstream import STAND_IN_KEY

Answer = tuple[int, dict[str, Any]]
BUSY: Answer = (409, {"error": "A message is already being processed in this thread"})
SAID: Answer = (200, {"content": [{"type": "text", "text": "Your name is Ada."}]})
WAITING = "Waiting for the message that was interrupted"


class Script(ThreadingHTTPServer):
    """Answers a chat with what comes next; the last answer stays."""

    def __init__(self) -> None:
        super().__init__((HOST, 0), Answerer)
        self.chats = [SAID]


class Answerer(BaseHTTPRequestHandler):
    """Everything but a chat goes well."""

    server: Script

    def do_GET(self) -> None:
        self._answer(200, [] if self.path.endswith("messages") else {})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        chats = self.server.chats
        if self.path != "/api/chat":
            self._answer(200, {})
        else:
            self._answer(*(chats.pop(0) if len(chats) > 1 else chats[0]))

    def log_message(self, *_: Any) -> None:
        """Be silent."""

    def _answer(self, status: int, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def script() -> Iterator[Script]:
    with Script() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def printed() -> StringIO:
    return StringIO()


@pytest.fixture
def demo(
    script: Script, printed: StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Conversation:
    """A later start's, on a thread that is there."""
    monkeypatch.setattr(conversation, "PAUSE", 0.05)
    cloud = LocalCloud(Ports(script.server_port, 1, 2), tmp_path)
    Account("ada", "secret", {cloud.openai_base_url: 1}).keep(tmp_path / "demo.json")
    return Conversation(cloud, STAND_IN_KEY, Console(file=printed))


def test_it_says_that_it_waits_and_goes_on(
    script: Script, demo: Conversation, printed: StringIO
) -> None:
    script.chats = [BUSY, BUSY, SAID]

    demo.hold()

    assert printed.getvalue().count(WAITING) == 2
    assert "Your name is Ada." in printed.getvalue()


def test_it_does_not_wait_for_ever(
    script: Script, demo: Conversation, printed: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "LONGEST_WAIT", 0.3)
    script.chats = [BUSY]

    with pytest.raises(DemoError, match="/api/chat answered 409"):
        demo.hold()

    assert printed.getvalue().count(WAITING) > 1
