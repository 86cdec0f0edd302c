"""What the API's description says that requests may name, beside what the entries know."""

import re
from collections.abc import Iterator, Mapping

from openapi.shapes import JSON, operations, reachable
from tests.matrix.entries import PLAIN, Entry

_NAMES_SOMETHING = re.compile(r"(^i|_i|I)ds?$|cursor", re.ASCII)
_HERE = "tests/matrix/entries.py"


def asked(document: JSON, operation: JSON) -> dict[str, str]:
    """Return where each parameter and field of a request is: its path, query or body."""
    found = {parameter["name"]: parameter["in"] for parameter in operation.get("parameters", ())}
    for node in reachable(document, operation.get("requestBody", {})):
        if isinstance(node.get("properties"), dict):
            found |= dict.fromkeys(node["properties"], "body")
    return found


def undecided(document: JSON, entries: Mapping[str, Entry]) -> Iterator[str]:
    """Return what the matrix would miss, in words."""
    described = {f"{method} {path}": each for method, path, each in operations(document)}
    for route in described.keys() - entries.keys():
        yield f"{route} has no entry: say in {_HERE} what it names and who may call it"
    for route in entries.keys() - described.keys():
        yield f"{route} has an entry in {_HERE}, but is no route"
    for name in filter(_NAMES_SOMETHING.search, PLAIN):
        yield f"{name} looks like an id and is among what names nothing, in {_HERE}"
    for route in described.keys() & entries.keys():
        yield from _of_route(route, set(asked(document, described[route])), entries[route])


def _of_route(route: str, names: set[str], entry: Entry) -> Iterator[str]:
    for name in names - entry.names.keys() - PLAIN:
        yield f"{route} takes {name}: say in {_HERE} what it names, or that it names nothing"
    for name in entry.names.keys() - names:
        yield f"{route} takes no {name}, but its entry in {_HERE} says so"
