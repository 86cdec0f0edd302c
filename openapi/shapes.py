"""Looking into operations and schemas."""

import re
from collections.abc import Iterator
from typing import Any

JSON = dict[str, Any]


def operations(document: JSON) -> Iterator[tuple[str, str, JSON]]:
    """Return method, path and description of every operation."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def nodes(value: Any) -> Iterator[JSON]:
    """Return every object in a document, from the outside in."""
    if isinstance(value, dict):
        yield value
    for child in _children(value):
        yield from nodes(child)


def reachable(document: JSON, part: Any) -> Iterator[JSON]:
    """Return every object in a part of a document and in the components that it refers to."""
    seen: set[str] = set()
    waiting = [part]
    while waiting:
        for node in nodes(waiting.pop()):
            yield node
            reference = node.get("$ref")
            if isinstance(reference, str) and reference not in seen:
                seen.add(reference)
                waiting.append(resolve(document, reference))


def resolve(document: JSON, reference: str) -> JSON:
    """Return what a reference into the document itself names."""
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    resolved: JSON = found
    return resolved


def has_id(document: JSON, operation: JSON) -> bool:
    """Return whether an operation names something, in its path or in its body."""
    names = [parameter["name"] for parameter in operation.get("parameters", ())]
    for node in reachable(document, operation.get("requestBody", {})):
        names += node.get("properties", {})
    return any(re.search("(^i|_i|I)d$", name) for name in names)


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value
