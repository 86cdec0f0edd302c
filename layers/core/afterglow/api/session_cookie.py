"""The cookie that carries a session token."""

from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from afterglow.api.gateway_event import Event, header_values
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


def token_in(event: Event) -> str | None:
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


def _pairs(event: Event) -> list[tuple[str, str]]:
    lines = header_values(event, "cookie")
    pairs = (pair.strip().partition("=") for line in lines for pair in line.split(";"))
    return [(key, value) for key, _, value in pairs]
