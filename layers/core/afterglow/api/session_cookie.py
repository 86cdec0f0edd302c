"""The cookie that carries a session token."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from afterglow.services.sessions import SESSION_LIFETIME
from afterglow.settings import settings

SECURE_NAME = "__Host-sid"
# Over plain HTTP, browsers take no Secure cookie; only the local stage speaks it.
LOCAL_NAME = "sid"


def session_cookie(token: str) -> Cookie:
    """Return the cookie that keeps a browser signed in."""
    return _cookie(token, max_age=int(SESSION_LIFETIME.total_seconds()))


def cleared_cookie() -> Cookie:
    """Return the cookie that removes it, with the same attributes."""
    return _cookie("", max_age=0)


def token_in(event: Mapping[str, Any]) -> str | None:
    """Return the session token of a request; None without one, and for more than one."""
    name = _name()
    tokens = [value for key, value in _pairs(event) if key == name]
    # Ours are ASCII, and not every other text can be hashed.
    return tokens[0] if len(tokens) == 1 and tokens[0].isascii() and tokens[0] else None


def _cookie(value: str, *, max_age: int) -> Cookie:
    return Cookie(
        name=_name(),
        value=value,
        path="/",
        secure=not settings().is_local,
        http_only=True,
        same_site=SameSite.STRICT_MODE,
        max_age=max_age,
    )


def _name() -> str:
    return LOCAL_NAME if settings().is_local else SECURE_NAME


def _pairs(event: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the cookies of a REST proxy event, whose header names may have any case."""
    several = event.get("multiValueHeaders") or {}
    headers = [line for key, lines in several.items() if key.lower() == "cookie" for line in lines]
    pairs = (pair.strip().partition("=") for line in headers for pair in line.split(";"))
    return [(key, value) for key, _, value in pairs]
