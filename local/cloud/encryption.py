"""Rights to a KMS key that depend on the encryption context, which ministack does not look at."""

import json
from typing import Any

from ministack.core import iam_actions

# https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
CONTEXT = "kms:EncryptionContext:"
_request_tag_context = iam_actions.request_tag_context


def install() -> None:
    """Have conditions of policies know the encryption context of a request."""
    iam_actions.request_tag_context = _request_context


def _request_context(service: str, action: str, body: bytes, params: Any) -> dict[str, Any]:
    known: dict[str, Any] = _request_tag_context(service, action, body, params)
    if service != "kms":
        return known
    given = json.loads(body or b"{}").get("EncryptionContext") or {}
    return known | {f"{CONTEXT}{name}": value for name, value in given.items()}
