"""What OpenAI says when it does not do what it is asked, before it is put in our words."""

import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from httpx2 import Response

_SECONDS = re.compile(r"[0-9]{1,5}(\.[0-9]{1,9})?")


class UpstreamError(Exception):
    """OpenAI did not do it. The texts are its own: they may quote a key, and are not passed on."""


class UnreachableError(UpstreamError):
    """There was no answer, or none in time."""


@dataclass(eq=False)
class RefusalError(UpstreamError):
    """An answer that is no success. `retry_after` is in seconds."""

    status: int
    path: str
    code: str | None
    type: str | None
    param: str | None
    message: str | None
    retry_after: int | None

    def __str__(self) -> str:
        """Return the status only: whoever prints an error prints no word of OpenAI's."""
        return f"OpenAI answered {self.status}"

    @classmethod
    def of(cls, response: Response) -> Self:
        """Return the refusal that an answer is, whose body has been read."""
        return cls.told(response, _error_in(response))

    @classmethod
    def told(cls, response: Response, error: dict[str, Any], status: int | None = None) -> Self:
        """Return the refusal that `error` tells of, in an answer or in a stream of it."""
        code = error.get("code")
        return cls(
            status or response.status_code,
            response.request.url.path,
            None if code is None else str(code),
            _text(error.get("type")),
            _text(error.get("param")),
            _text(error.get("message")),
            _seconds(response.headers.get("retry-after", "")),
        )


@contextmanager
def refused(status: int) -> Iterator[None]:
    """Let a refusal of this status pass for an answer."""
    try:
        yield
    except RefusalError as error:
        if error.status != status:
            raise


def _error_in(response: Response) -> dict[str, Any]:
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    error = body.get("error", body) if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _seconds(value: str) -> int | None:
    return math.ceil(float(value)) if _SECONDS.fullmatch(value) else None
