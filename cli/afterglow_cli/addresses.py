"""Which addresses the command speaks to: over plain HTTP, only this machine's."""

import httpx2

from afterglow_cli.errors import CommandError

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_LAST_PORT = 65535


def service_url(text: str) -> str:
    """Return a service's address without what may follow it. Raises CommandError."""
    # As `make run` prints it, too.
    url = _parsed(text.strip().removesuffix("…"))
    if url.userinfo or url.query or url.fragment:
        raise CommandError(f"Not the address of a service: {text}")
    return str(url).rstrip("/").removesuffix("/api")


def check_form_url(text: str) -> None:
    """Check where a form wants a file sent. Raises CommandError."""
    _parsed(text)


def _parsed(text: str) -> httpx2.URL:
    try:
        url = httpx2.URL(text)
    except httpx2.InvalidURL:
        raise CommandError(f"Not an address: {text}") from None
    is_safe = url.scheme == "https" or (url.scheme == "http" and url.host in _LOOPBACK)
    if (url.port or 1) > _LAST_PORT:
        raise CommandError(f"Not an address: {text}")
    if not (url.host and is_safe):
        raise CommandError(f"Only https:// will do, or http:// on this machine: {text}")
    return url
