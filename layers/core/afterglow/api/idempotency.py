"""`Idempotency-Key`: a request that comes twice is done once, and answered twice."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, TypeVar

from aws_lambda_powertools.event_handler import Depends, Request

from afterglow import bootstrap
from afterglow.api.gateway_event import header_values
from afterglow.api.multipart import UploadForm
from afterglow.domain.errors import InvalidInputError
from afterglow.domain.models import IdempotencyClaim

KEY_HEADER = "Idempotency-Key"
KEY_PATTERN = "[ -~]{1,255}"
REPLAYED_HEADER = "Idempotent-Replayed"
LIFETIME = timedelta(hours=24)

Thing = TypeVar("Thing")


class Repeatable:
    """A request that may come again under the key that it carries, if it carries one."""

    def __init__(self, request: Request) -> None:
        self.claim = _claim(request)
        self._headers: dict[str, str] = request.context["response_headers"]

    def once(self, make: Callable[[], Thing], find: Callable[[str], Thing]) -> Thing:
        """Return what `make` makes, or what `find` knows of what the request made before.

        Raises ReusedKeyError, and what those two raise.
        """
        made = bootstrap.idempotency().once(self.claim, make, find)
        if made.is_replayed:
            self.mark_replayed()
        return made.thing

    def mark_replayed(self) -> None:
        """Have the answer say that it is one given before."""
        self._headers[REPLAYED_HEADER] = "true"


def _claim(request: Request) -> IdempotencyClaim | None:
    key = _key(header_values(request.resolved_event.raw_event, KEY_HEADER.lower()))
    if key is None:
        return None
    return IdempotencyClaim(
        user_id=request.context["user"].id,
        key=hashlib.sha256(key.encode()).hexdigest(),
        fingerprint=_fingerprint(request),
        expires_at=bootstrap.now() + LIFETIME,
    )


def _key(values: list[str]) -> str | None:
    if not values:
        return None
    if len(values) > 1 or not re.fullmatch(KEY_PATTERN, values[0]):
        text = "1 to 255 printable characters of ASCII, given once"
        raise InvalidInputError(
            "Validation failed",
            details=({"field": KEY_HEADER, "code": "invalid", "message": text},),
        )
    return values[0]


def _fingerprint(request: Request) -> str:
    """Return what tells one request from another, and nothing of what it says."""
    event, form = request.resolved_event.raw_event, request.context.get("form")
    body = request.resolved_event.json_body if form is None else _said_in(form)
    asked = json.dumps([event["httpMethod"], event["path"], body], sort_keys=True)
    text = f"request#{asked}"
    return hmac.new(bootstrap.pepper(), text.encode(), hashlib.sha256).hexdigest()


def _said_in(form: UploadForm) -> dict[str, object]:
    """Return what a form says: its boundary is another each time that a client sends it."""
    digest = hashlib.sha256(form.content).hexdigest()
    return {"file": form.file_name, "sha256": digest, "fields": dict(form.fields)}


def repeatable(request: Request) -> Repeatable:
    """Return the request as one that may come again. Raises InvalidInputError for a bad key."""
    return Repeatable(request)


RepeatableOf = Annotated[Repeatable, Depends(repeatable)]
