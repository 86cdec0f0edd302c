"""One document for all functions."""

import json
import re
import tomllib

from aws_lambda_powertools.event_handler.openapi.models import (
    APIKey,
    APIKeyIn,
    HTTPBearer,
    SecurityScheme,
    Server,
    Tag,
)

from afterglow.api.app import Api
from afterglow.api.session_cookie import SECURE_NAME
from openapi.examples import add_examples
from openapi.forms import add_form
from openapi.functions import ROOT, Function, functions
from openapi.headers import HEADERS, add_headers
from openapi.operations import refusals_said_at, register, security_of, tag_of
from openapi.parameters import add_bounds
from openapi.refusals import Target, error_schemas, refusals
from openapi.request_headers import IDEMPOTENCY_KEY, add_request_headers, takes
from openapi.shapes import JSON, has_id, nodes, operations
from openapi.sharing import prune, share_refusals

DESCRIPTION = f"""\
Assistants, threads, messages, files and chat, in your own AWS account.

**Two dialects.** `/api` takes the session cookie that `POST /api/register` and `POST /api/login` \
set (`{SECURE_NAME}`; on a local deployment, which speaks plain HTTP, `sid`). `/api/v1` takes the \
bearer token that `POST /api/v1/auth/token` issues; its source calls itself deprecated, so its \
operations are. What one dialect makes, the other lists.

**Answers** that take longer than a request come by the same run: 202 tells where to ask for it, \
and the answer will be among the thread's messages all the same. Uploads likewise.

**Repeating** a request that creates something is safe with an `Idempotency-Key`. What shows or \
takes a secret (registering, logging in, tokens, keys) takes none: nothing of it may be kept.

**Lists** are bare arrays. With `limit`, or beyond 5 MB, `Link` names the next page.

**Fields** that are not known are ignored.
"""
# What pydantic calls a schema when both dialects have one of its name.
_OF_DIALECT = re.compile(r"afterglow__api__schemas__(?P<dialect>web|v1)__\w+?__(?=[A-Z])")
SECURITY: dict[str, SecurityScheme] = {
    "session": APIKey(
        name=SECURE_NAME, in_=APIKeyIn.cookie, description="Set by registering and logging in"
    ),
    "bearer": HTTPBearer(description="The `access_token` of `POST /api/v1/auth/token`"),
}


def describe() -> JSON:
    """Return the document: what Powertools reads off the routes, and what holds for all of them."""
    found = list(functions())
    document = _read_off(found)
    routes = {(each.method, each.openapi_path): each for one in found for each in one.routes}
    document["paths"] = dict(sorted(document["paths"].items()))
    document["components"]["schemas"] |= error_schemas(list(document["paths"]))
    document["components"]["headers"] = HEADERS
    for method, path, operation in operations(document):
        route = routes[method, path]
        add_bounds(operation, route)
        add_request_headers(operation, route)
        add_form(operation, route)
        target = Target(
            method,
            path,
            has_id=has_id(document, operation),
            has_body="requestBody" in operation,
            takes_key=takes(operation, IDEMPOTENCY_KEY),
        )
        operation["responses"] |= refusals(target, refusals_said_at(route))
        operation["security"] = security_of(method, path)
        add_headers(operation, path)
    _drop_titles(document)
    add_examples(document)
    share_refusals(document)
    prune(document)
    return document


def to_text(document: JSON) -> str:
    """Return the document as it is committed."""
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=False) + "\n"


def _read_off(found: list[Function]) -> JSON:
    app = Api()
    tags: dict[str, str] = {}
    for function in found:
        for route in function.routes:
            register(app, function, route)
            tags[tag_of(function, route.openapi_path)] = function.purpose
    schema = app.get_openapi_schema(
        title="Afterglow",
        version=_version(),
        description=DESCRIPTION,
        servers=[Server(url="/")],
        tags=[Tag(name=name, description=tags[name]) for name in sorted(tags, key=_v1_last)],
        security_schemes=SECURITY,
    )
    text = _OF_DIALECT.sub(
        _dialect_prefix, schema.model_dump_json(by_alias=True, exclude_none=True)
    )
    # Powertools holds bounds as floats.
    document: JSON = json.loads(text, parse_float=_number)
    for _, _, operation in operations(document):
        # Powertools' own errors are not ours.
        for status in ("422", "500"):
            operation["responses"].pop(status, None)
    return document


def _v1_last(tag: str) -> tuple[bool, str]:
    return tag.endswith("(v1)"), tag


def _dialect_prefix(match: re.Match[str]) -> str:
    return "V1" if match["dialect"] == "v1" else ""


def _number(text: str) -> float:
    number = float(text)
    return int(number) if number.is_integer() else number


def _version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    version: str = project["project"]["version"]
    return version


def _drop_titles(document: JSON) -> None:
    """Drop the titles that pydantic makes of every name."""
    for schema in nodes({"paths": document["paths"], "schemas": document["components"]["schemas"]}):
        if isinstance(schema.get("title"), str):
            del schema["title"]
