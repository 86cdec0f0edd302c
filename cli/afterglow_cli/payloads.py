"""What is in an answer that will do."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookies import CookieError, SimpleCookie
from typing import TypeVar

import httpx2
from pydantic import BaseModel, ValidationError

from afterglow_cli.errors import CommandError

Model = TypeVar("Model", bound=BaseModel)
_SESSION_COOKIES = ("__Host-sid", "sid")


def understood(model: type[Model], response: httpx2.Response) -> Model:
    """Return an answer as what it should be. Raises CommandError."""
    try:
        return model.model_validate_json(response.content)
    except ValidationError:
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
