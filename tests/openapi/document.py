"""The committed description of the API, and validators of its schemas."""

import json
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from openapi.functions import DOCUMENT
from openapi.shapes import JSON, operations

COMMITTED: JSON = json.loads(DOCUMENT.read_text())
OPERATIONS = {f"{method} {path}": operation for method, path, operation in operations(COMMITTED)}
_HERE = "urn:openapi"
_REGISTRY = Registry[Any]().with_resource(_HERE, DRAFT202012.create_resource(COMMITTED))


def validator(schema: JSON) -> Draft202012Validator:
    """Return a validator of a schema of the document, whose references it resolves."""
    return Draft202012Validator(
        json.loads(json.dumps(schema).replace('"#/', f'"{_HERE}#/')),
        registry=_REGISTRY,
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def responses(operation: JSON) -> dict[int, JSON]:
    """Return an operation's responses by status, references resolved."""
    return {int(status): followed(body) for status, body in operation["responses"].items()}


def followed(node: JSON) -> JSON:
    """Return what a node is, or what it refers to."""
    found: Any = COMMITTED
    if "$ref" not in node:
        return node
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)
