"""What users sent and were told that lies nowhere but where it belongs."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any

from tests.e2e.watch.notes import BYTES, Exchange
from tests.template.document import TEMPLATE

PASSWORDS = {"password", "currentPassword", "newPassword"}
CONTENTS = {"content", "message"}
ANSWERED = {"content", "text"}
SESSION = re.compile(r"(?:^|[;\s])(?:__Host-)?sid=([^;]*)")
# An assistant that nobody instructed has the deployment's own.
PUBLIC = {TEMPLATE["Parameters"]["DefaultInstructions"]["Default"]}
# Answers of this size are lists of what was sent.
LIST = 64 * 1024


@dataclass
class Canaries:
    """Values that users sent or were told. `keys` are of OpenAI."""

    passwords: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    sessions: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    instructions: set[str] = field(default_factory=set)
    contents: set[str] = field(default_factory=set)

    @property
    def credentials(self) -> set[str]:
        """What lies nowhere at all."""
        return self.passwords | self.sessions | self.tokens

    def of(self, exchange: Exchange) -> None:
        """Take what an exchange holds."""
        self._of_headers(exchange)
        sent = _json(exchange.body)
        for name, text in _texts(sent):
            if name in PASSWORDS:
                self.passwords.add(text)
            elif name == "apiKey":
                self.keys.add(text)
            elif name == "instructions":
                self.instructions.add(text)
            elif name in CONTENTS:
                self.contents.add(text)
        self.contents.update(files_in(exchange))
        if exchange.status < 300 and len(exchange.answer) < LIST:
            answered = list(_texts(_json(exchange.answer)))
            self.contents.update(text for name, text in answered if name in ANSWERED)
            self.tokens.update(text for name, text in answered if name == "access_token")
        self.instructions -= PUBLIC

    def _of_headers(self, exchange: Exchange) -> None:
        scheme, _, token = exchange.header("authorization").partition(" ")
        if scheme.lower() == "bearer":
            self.tokens.add(token)
        shown = [exchange.header("cookie")]
        shown += [value for name, value in exchange.answer_headers if name == "set-cookie"]
        self.sessions.update(found for text in shown for found in SESSION.findall(text))


def canaries_in(front: Iterable[Exchange], cloud: Iterable[Exchange]) -> Canaries:
    """Return what users sent to the API, and to the staging bucket with a form."""
    canaries = Canaries()
    for exchange in front:
        canaries.of(exchange)
    for exchange in cloud:
        canaries.contents.update(files_in(exchange))
    return canaries


def files_in(exchange: Exchange) -> Iterator[str]:
    """Return the files that a form holds, if they are text."""
    kind = exchange.header("content-type")
    if not kind.startswith("multipart/form-data"):
        return
    form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n{exchange.body}".encode(BYTES))
    for part in form.walk():
        if part.get_filename() is not None:
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            text = content.decode(errors="replace")
            if "\ufffd" not in text and "\0" not in text:
                yield text


def _json(text: str) -> Any:
    loads: Callable[[bytes], Any] = json.loads
    try:
        return loads(text.encode(BYTES))
    except (ValueError, RecursionError):
        # Some tests send and are answered anything.
        return None


def _texts(node: Any) -> Iterator[tuple[str, str]]:
    """Return each text in a JSON document with the name of its field."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            waiting += node.values()
            yield from ((name, text) for name, text in node.items() if isinstance(text, str))
