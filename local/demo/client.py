"""A client of the API that shows what it asks and what it is answered."""

import json
import time
from http import HTTPStatus
from http.cookiejar import MozillaCookieJar
from pathlib import Path
from typing import Any

import httpx2
from rich.console import Console

SECRETS = frozenset({"password", "apiKey"})
LONGEST = 100


class DemoError(Exception):
    """The API answered what it should not."""


class Client:
    """Keeps its cookies in a file that curl understands."""

    def __init__(self, base_url: str, cookies: Path, console: Console) -> None:
        self.cookies = MozillaCookieJar(cookies)
        self._console = console
        # Longer than the gateway ever takes.
        self._http = httpx2.Client(
            base_url=base_url, cookies=self.cookies, timeout=60, trust_env=False
        )

    def ask(self, method: str, path: str, body: Any = None, *, expect: set[int]) -> tuple[int, Any]:
        """One request and its answer, both printed; DemoError for any other status."""
        began = time.perf_counter()
        try:
            answer = self._http.request(method, path, json=body)
        except httpx2.TransportError as error:
            raise DemoError(f"{method} {path} was not answered: {error!r}") from error
        self._show(method, path, answer.status_code, time.perf_counter() - began)
        if answer.status_code not in expect:
            raise DemoError(
                f"{method} {path} answered {answer.status_code} where "
                f"{' or '.join(map(str, sorted(expect)))} was expected: {answer.text[:500]}"
            )
        content = answer.json()
        self._show_bodies(body, content)
        return answer.status_code, content

    def keep_cookies(self) -> None:
        """Write the session's cookie for curl; only this user can read it."""
        self.cookies.save(ignore_discard=True, ignore_expires=True)

    def _show(self, method: str, path: str, status: int, seconds: float) -> None:
        colour = "green" if status < HTTPStatus.BAD_REQUEST else "yellow"
        self._console.print(
            f"[bold]{method:<4}[/] {path:<27} [{colour}]{status}[/] {1000 * seconds:>6.0f} ms"
        )

    def _show_bodies(self, asked: Any, answered: Any) -> None:
        if asked is not None:
            shown = {key: "••••••••" if key in SECRETS else value for key, value in asked.items()}
            self._console.print(f"     [dim]→[/] {_line(shown)}", markup=True)
        self._console.print(f"     [dim]←[/] {_line(answered)}")


def _line(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False)
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    # Rich takes square brackets for markup.
    return text.replace("[", r"\[")
