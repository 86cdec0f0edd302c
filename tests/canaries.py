"""Values that must never be seen where they do not belong."""

import secrets

_planted: set[str] = set()


def canary(kind: str) -> str:
    """Return a value of the test's own that stands for something secret."""
    return watched(f"{kind}-{secrets.token_hex(8)}")


def canary_key() -> str:
    """Return an OpenAI key of the test's own."""
    return watched("sk-proj-" + secrets.token_hex(20))


def watched(value: str) -> str:
    """Look out for a value from now on."""
    _planted.add(value)
    return value


def leaks(text: str) -> set[str]:
    """Return which of the values a text gives away."""
    return {value for value in _planted if value in text}
