"""What is in an answer that will do."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookies import CookieError, SimpleCookie
from typing import TypeVar

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError

from afterglow_cli.errors import CommandError
from afterglow_cli.replies import strange

Model = TypeVar("Model", bound=BaseModel)
Result = TypeVar("Result")
_SESSION_COOKIES = ("__Host-sid", "sid")


def understood(model: type[Model], response: httpx2.Response) -> Model:
    """Return an answer as what it should be. Raises CommandError."""
    return _understood(TypeAdapter(model), response)


def understood_all(model: type[Model], response: httpx2.Response) -> Sequence[Model]:
    """Return an answer as a list of what it should be. Raises CommandError."""
    return _understood(TypeAdapter(list[model]), response)  # type: ignore[valid-type]


def _understood(adapter: TypeAdapter[Result], response: httpx2.Response) -> Result:
    try:
        return adapter.validate_json(response.content)
    except ValidationError:
        if "json" not in response.headers.get("Content-Type", ""):
            raise CommandError(strange(response)) from None
        path = response.request.url.path
        raise CommandError(f"What the service answers to {path} is not understood") from None


def moment(response: httpx2.Response) -> datetime:
    """Return when it was answered, by the clock of whoever did."""
    try:
        return parsedate_to_datetime(response.headers["Date"])
    except (KeyError, ValueError):
        return datetime.now(UTC)


def session_cookie(response: httpx2.Response) -> str:
    """Return the cookie of a new session, `name=value`. Raises CommandError."""
    for line in response.headers.get_list("Set-Cookie"):
        try:
            cookies = SimpleCookie(line)
        except CookieError:
            continue
        for name in _SESSION_COOKIES:
            if name in cookies:
                return f"{name}={cookies[name].coded_value}"
    raise CommandError("The service gave no session")


def next_cursor(response: httpx2.Response) -> str | None:
    """Return where a list goes on, None if it does not."""
    link = response.links.get("next")
    return httpx2.URL(link["url"]).params.get("cursor") if link else None
