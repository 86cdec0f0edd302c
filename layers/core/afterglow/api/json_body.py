"""The one parser of JSON bodies: strict where Python's is not."""

from typing import Any

import jiter

from afterglow.domain.errors import InvalidInputError

MAX_DEPTH = 32
MAX_NODES = 10_000


def parse_json_body(text: str) -> dict[str, Any]:
    """Return the object that a body holds.

    Raises InvalidInputError unless it is one object of valid Unicode without NUL, NaN, Infinity,
    duplicate keys, a byte order mark, more than 32 levels or more than 10,000 values.
    """
    try:
        body = jiter.from_json(
            text.encode(), allow_inf_nan=False, catch_duplicate_keys=True, cache_mode="none"
        )
    except ValueError:
        raise invalid_json() from None
    if not isinstance(body, dict) or not _is_plain(body):
        raise invalid_json()
    return body


def invalid_json() -> InvalidInputError:
    """Return the error for a body that is no JSON object as we take it."""
    return InvalidInputError("Invalid JSON body")


def _is_plain(body: dict[str, Any]) -> bool:
    level: list[Any] = [body]
    nodes = 0
    for _ in range(MAX_DEPTH):
        nodes += len(level)
        if nodes > MAX_NODES or any(map(_is_bad_leaf, level)):
            return False
        level = [child for node in level for child in _children(node)]
        if not level:
            return True
    return False


def _children(node: object) -> list[Any]:
    if isinstance(node, dict):
        return [*node.keys(), *node.values()]
    return node if isinstance(node, list) else []


def _is_bad_leaf(node: object) -> bool:
    if isinstance(node, str):
        return "\x00" in node
    # A literal such as 1e999 reads as infinity.
    return isinstance(node, float) and node in (float("inf"), float("-inf"))
