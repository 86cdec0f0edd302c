"""The description of the API, for programs and for people."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler import Request, Response
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.app import Api
from afterglow.api.gateway_event import public_prefix
from afterglow.api.swagger_page import swagger_page

app = Api()

# `make openapi` writes it; it travels with this module.
DOCUMENT = Path(__file__).with_name("openapi.json")
HTML = "text/html"
PAGE: OpenAPIResponse = {
    "description": "A page",
    "content": {HTML: {"schema": {"type": "string"}}},
}


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(DOCUMENT.read_text())
    return document


@app.get("/openapi.json")
def get_openapi_document(request: Request) -> dict[str, Any]:
    return _document() | {
        "servers": [{"url": public_prefix(request.resolved_event.raw_event) or "/"}]
    }


@app.get("/docs", responses={200: PAGE})
def show_documentation() -> Response[str]:
    html, policy = swagger_page()
    headers = {"Content-Security-Policy": policy}
    return Response(200, f"{HTML}; charset=utf-8", html, headers)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway."""
    return app.resolve(event, context)
