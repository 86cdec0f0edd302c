"""Examples of bodies, from the source documents where they have one."""

import json
from pathlib import Path

from openapi.shapes import JSON, operations

FILES = sorted(Path(__file__).with_name("examples").glob("*.json"))


def add_examples(document: JSON) -> None:
    """Add to each operation the bodies that the files have for it.

    Raises KeyError for an example of an operation, or of a status, that there is not.
    """
    examples: JSON = {}
    for file in FILES:
        examples |= json.loads(file.read_text())
    by_name = {f"{method} {path}": operation for method, path, operation in operations(document)}
    for name, bodies in examples.items():
        operation = by_name[name]
        for part, body in bodies.items():
            holder = operation["requestBody"] if part == "request" else operation["responses"][part]
            holder["content"]["application/json"]["example"] = body
