"""Which OpenAI the local run talks to, and with whose key."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

OPENAI = "https://api.openai.com/v1"
# Any key of this shape is a project of its own at the stand-in; it is no secret.
STAND_IN_KEY = "sk-local-demo-user-0001"
# What the API accepts as a user's key.
KEY = re.compile(r"sk-(?!admin-)[A-Za-z0-9_-]{17,297}")


class UpstreamError(Exception):
    """The environment names an upstream or a key that cannot work."""


class Upstream(NamedTuple):
    """`base_url` is None for the stand-in."""

    base_url: str | None
    key: str


def choose(environment: Mapping[str, str], *, needs_key: bool = True) -> Upstream:
    """OPENAI_BASE_URL names an upstream; a key alone means OpenAI's own; neither, the stand-in."""
    key = environment.get("OPENAI_API_KEY", "").strip()
    base_url = environment.get("OPENAI_BASE_URL", "").strip().rstrip("/")
    if key and not KEY.fullmatch(key):
        raise UpstreamError(
            "OPENAI_API_KEY is not an API key of a project: sk- and 17 to 297 letters, digits, "
            "- or _. Mend it, or unset it to use the stand-in."
        )
    if base_url and not _is_http(base_url):
        raise UpstreamError(
            f"OPENAI_BASE_URL is {base_url}, which is not like {OPENAI}. "
            "Mend it, or unset it and OPENAI_API_KEY to use the stand-in."
        )
    if base_url and needs_key and not key:
        raise UpstreamError(
            f"OPENAI_BASE_URL is {base_url}, but OPENAI_API_KEY is not set. "
            "Set the key for that upstream, or unset OPENAI_BASE_URL to use the stand-in."
        )
    if base_url or key:
        return Upstream(base_url or OPENAI, key)
    return Upstream(None, STAND_IN_KEY)


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        # Reading the port checks it.
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
