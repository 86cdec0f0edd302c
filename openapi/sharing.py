"""What several operations answer alike is written once, as a component."""

import json
from collections import Counter, defaultdict
from http import HTTPStatus

from pydantic.alias_generators import to_pascal

from openapi.operations import phrase
from openapi.refusals import error_name
from openapi.shapes import JSON, operations, reachable

Place = tuple[str, str]


def share_refusals(document: JSON) -> None:
    """Move the commonest response of each error and status into the components."""
    counts: dict[Place, Counter[str]] = defaultdict(Counter)
    for place, response in _refusals(document):
        counts[place][json.dumps(response)] += 1
    shared = {place: count.most_common(1)[0] for place, count in counts.items()}
    responses = document["components"].setdefault("responses", {})
    for place, response in _refusals(document):
        text, uses = shared[place]
        if uses > 1 and json.dumps(response) == text:
            responses[_name(place)] = dict(response)
            response.clear()
            response["$ref"] = f"#/components/responses/{_name(place)}"


def prune(document: JSON) -> None:
    """Take away the components that nothing refers to."""
    used = {node.get("$ref") for node in reachable(document, document["paths"])}
    for kind in ("schemas", "responses", "headers"):
        components = document["components"].get(kind, {})
        for name in [name for name in components if f"#/components/{kind}/{name}" not in used]:
            del components[name]


def _refusals(document: JSON) -> list[tuple[Place, JSON]]:
    return [
        ((error_name(path), status), response)
        for _, path, operation in operations(document)
        for status, response in operation["responses"].items()
        if int(status) >= HTTPStatus.BAD_REQUEST
    ]


def _name(place: Place) -> str:
    error, status = place
    name = phrase(int(status)).replace(" ", "_").lower()
    return f"{error.removesuffix('Error')}{to_pascal(name)}"
