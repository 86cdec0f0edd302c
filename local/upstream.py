"""Which OpenAI the local run talks to, and with whose key."""

from collections.abc import Mapping
from typing import NamedTuple

OPENAI = "https://api.openai.com/v1"
# Any key of this shape is a project of its own at the stand-in; it is no secret.
STAND_IN_KEY = "sk-local-demo-user-0001"


class MissingKeyError(Exception):
    """A real upstream was chosen, but no key for it."""


class Upstream(NamedTuple):
    """`base_url` is None for the stand-in."""

    base_url: str | None
    key: str


def choose(environment: Mapping[str, str], *, needs_key: bool = True) -> Upstream:
    """OPENAI_BASE_URL names an upstream; a key alone means OpenAI's own; neither, the stand-in."""
    key = environment.get("OPENAI_API_KEY", "").strip()
    base_url = environment.get("OPENAI_BASE_URL", "").strip().rstrip("/")
    if base_url and needs_key and not key:
        raise MissingKeyError(
            f"OPENAI_BASE_URL is {base_url}, but OPENAI_API_KEY is not set. "
            "Set the key for that upstream, or unset OPENAI_BASE_URL to use the stand-in."
        )
    if base_url or key:
        return Upstream(base_url or OPENAI, key)
    return Upstream(None, STAND_IN_KEY)
