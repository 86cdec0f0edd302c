"""Multipart bodies, as a browser sends them through API Gateway."""

import base64
import secrets
from collections.abc import Mapping
from typing import Any

from tests.browser import Browser
from tests.delivery import deliver
from tests.events import Answer, event

TEXT = b"The pump delivers 42 litres a minute."


def form_event(
    path: str,
    name: str,
    content: bytes,
    fields: Mapping[str, str] | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Return the event of a form with a file and other fields, under a boundary of its own."""
    boundary = f"--------{secrets.token_hex(12)}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in (fields or {}).items()
    ]
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    sent = b"".join([*parts, head.encode(), content, f"\r\n--{boundary}--\r\n".encode()])
    media_type = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    headers = media_type | options.pop("headers", {})
    body = base64.b64encode(sent).decode()
    return event("POST", path, raw=body, headers=headers, **options) | {"isBase64Encoded": True}


def upload(
    browser: Browser,
    name: str = "pump.txt",
    content: bytes = TEXT,
    assistant_id: object = None,
    **headers: str,
) -> Answer:
    """Upload a file, to the default assistant unless another is named."""
    fields = {} if assistant_id is None else {"assistantId": str(assistant_id)}
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return deliver(
        form_event(
            "/api/upload", name, content, fields, headers=names, cookie=browser.cookie
        )
    )
