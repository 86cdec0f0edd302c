"""Register, store a key, make an assistant, open a thread, chat, read: all over HTTP."""

import os
import shlex
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any

from rich.console import Console

from local.demo.account import Account
from local.demo.client import Client, DemoError
from local.up import LocalCloud

__all__ = ["Conversation", "DemoError"]

# Longer than an abandoned run holds its thread; seconds between two attempts.
LONGEST_WAIT, PAUSE = 45.0, 3.0
OK, CREATED = HTTPStatus.OK, HTTPStatus.CREATED
ASSISTANT = {
    "name": "Night sky guide",
    "description": "Answers questions about comets",
    "instructions": (
        "You are a friendly guide to the night sky and answer in one or two sentences. "
        "A comet is a lump of ice, dust and rock, a few kilometres across. "
        "Near the Sun its ice turns to gas, and sunlight pushes gas and dust into a long tail. "
        "An afterglow is the light that stays in the sky after the Sun has set."
    ),
}
FIRST = "Hello, my name is Ada. Why does a comet have a long tail near the Sun?"
MEMORY = "What is my name?"
AGAIN = "I am back after a restart. What is my name?"


class Conversation:
    """The demo user's; a later start signs in again and goes on with the same thread."""

    def __init__(self, cloud: LocalCloud, key: str, console: Console) -> None:
        self._cloud = cloud
        self._key = key
        self._console = console
        self._path = cloud.data / "demo.json"
        self._account = Account.kept_in(self._path)
        self._client = Client(cloud.front_url, cloud.data / "cookies.txt", console)

    def hold(self) -> None:
        """Say everything, then how to go on with curl."""
        self._sign_in()
        self._store_key()
        thread = self._open_thread()
        if thread is None:
            thread = self._begin_thread()
            self._say(thread, FIRST)
            self._say(thread, MEMORY)
        else:
            self._say(thread, AGAIN)
        _, messages = self._client.ask("GET", f"/api/threads/{thread}/messages", expect={OK})
        self._console.print(f"     The thread holds {len(messages)} messages.\n")
        self._show_curl(thread)

    def _sign_in(self) -> None:
        credentials = {"username": self._account.username, "password": self._account.password}
        known = self._path.exists()
        if known:
            status, _ = self._client.ask(
                "POST", "/api/login", credentials, expect={OK, HTTPStatus.UNAUTHORIZED}
            )
            known = status == OK
        if not known:
            self._account.keep(self._path)
            self._client.ask("POST", "/api/register", credentials, expect={CREATED})
        self._client.keep_cookies()

    def _store_key(self) -> None:
        # What the user shows of a key does not tell whether it is this one.
        self._client.ask("POST", "/api/settings/apikey", {"apiKey": self._key}, expect={OK})
        self._client.ask("GET", "/api/user", expect={OK})

    def _open_thread(self) -> int | None:
        """The thread of an earlier start at the same upstream, if it is still there."""
        thread = self._account.threads.get(self._cloud.openai_base_url)
        if thread is None:
            return None
        status, _ = self._client.ask(
            "GET", f"/api/threads/{thread}/messages", expect={OK, HTTPStatus.NOT_FOUND}
        )
        return thread if status == OK else None

    def _begin_thread(self) -> int:
        _, assistant = self._client.ask("POST", "/api/assistants", ASSISTANT, expect={CREATED})
        body = {"title": "Comets", "assistantId": assistant["id"]}
        _, thread = self._client.ask("POST", "/api/thread/new", body, expect={CREATED})
        number: int = thread["id"]
        self._account.threads[self._cloud.openai_base_url] = number
        self._account.keep(self._path)
        return number

    def _say(self, thread: int, message: str) -> None:
        body = {"threadId": thread, "message": message}
        answer = self._chat(body)
        text = " ".join(part["text"] for part in answer["content"] if part["type"] == "text")
        self._show_line("[bold]you[/]      ", message)
        self._show_line("[bold cyan]assistant[/]", text)
        self._console.print()

    def _chat(self, body: dict[str, object]) -> Any:
        """The answer; a message that an earlier start left unanswered keeps the thread busy."""
        deadline = time.monotonic() + LONGEST_WAIT
        while True:
            busy = {HTTPStatus.CONFLICT} if time.monotonic() < deadline else set()
            status, answer = self._client.ask("POST", "/api/chat", body, expect={OK, *busy})
            if status == OK:
                return answer
            self._console.print("     Waiting for the message that was interrupted …")
            time.sleep(PAUSE)

    def _show_line(self, speaker: str, text: str) -> None:
        self._console.print(f"     {speaker}  ", end="")
        self._console.print(text.replace("\n", "\n" + " " * 16), markup=False)

    def _show_curl(self, thread: int) -> None:
        cookies = Path(os.path.relpath(self._cloud.data / "cookies.txt"))
        data = f'{{"threadId": {thread}, "message": "What is an afterglow?"}}'
        command = shlex.join(
            [
                "curl",
                "-b",
                str(cookies),
                "-H",
                "Content-Type: application/json",
                "-d",
                data,
                f"{self._cloud.front_url}/api/chat",
            ]
        )
        self._console.print("Go on with the conversation:\n")
        self._console.print(f"  {command}\n", markup=False)
