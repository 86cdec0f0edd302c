"""Names of things in paths and bodies, as the services take them."""

import re
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from afterglow.domain.errors import InvalidInputError
from afterglow.domain.identifiers import MAX_INTEGER_ID
from afterglow.services.references import Reference

_INTEGER = "[1-9][0-9]{0,15}"
_ASSISTANT = f"({_INTEGER}|asst_[A-Za-z0-9]{{1,64}})"
# A pattern cannot tell where 2^53 is: the one that is shown is a little tighter.
_SHOWN = "^([1-9][0-9]{0,14}|asst_[A-Za-z0-9]{1,64})$"
_THREAD = "[A-Za-z0-9_-]{1,64}"
_RUN = "run_[A-Za-z0-9]{1,64}"
_UPLOAD = "upload_[A-Za-z0-9]{1,64}"
_FILE = "file-[A-Za-z0-9]{1,64}"
MAX_LIMIT = 10_000
_LIMIT = "(0|[1-9][0-9]{0,4})"


def integer_id(raw: str) -> int:
    """Return the id that a path names. Digits of ASCII only: int() would take more."""
    if not re.fullmatch(_INTEGER, raw) or int(raw) > MAX_INTEGER_ID:
        raise PydanticCustomError("invalid_id", "An id is an integer from 1 on")
    return int(raw)


def is_assistant_reference(text: str) -> bool:
    """Tell whether a text looks like an assistant's id of either kind."""
    return re.fullmatch(_ASSISTANT, text) is not None


def _assistant(raw: object) -> Reference:
    """Return 1, "1" or "asst_..." as the services take it."""
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise PydanticCustomError("int_type", "An id is an integer, or asst_...")
    if isinstance(raw, int) and 1 <= raw <= MAX_INTEGER_ID:
        return raw
    if isinstance(raw, int) or not re.fullmatch(_ASSISTANT, raw):
        raise PydanticCustomError("invalid_id", "An id is an integer from 1 on, or asst_...")
    return raw if raw.startswith("asst_") else integer_id(raw)


def _assistant_in_path(raw: str) -> Reference:
    try:
        return _assistant(raw)
    except PydanticCustomError:
        raise InvalidInputError("Assistant id is required") from None


def _shaped(pattern: str, what: str) -> BeforeValidator:
    """Return what refuses an id of another shape, saying what it should be."""

    def check(raw: str) -> str:
        if not re.fullmatch(pattern, raw):
            raise PydanticCustomError("invalid_id", what)
        return raw

    return BeforeValidator(check)


def _assistant_limit(raw: str) -> int:
    if not re.fullmatch(_LIMIT, raw) or int(raw) > MAX_LIMIT:
        raise PydanticCustomError("invalid_limit", "An integer from 0 to 10000")
    return int(raw)


PathId = Annotated[
    int,
    BeforeValidator(integer_id),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_INTEGER_ID}),
    Path(),
]
AssistantReference = Annotated[
    int | str,
    BeforeValidator(_assistant),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER_ID},
                {"type": "string", "pattern": _SHOWN},
            ]
        }
    ),
]
PathAssistant = Annotated[
    int | str,
    BeforeValidator(_assistant_in_path),
    WithJsonSchema({"type": "string", "pattern": _SHOWN}),
    Path(),
]
PathThread = Annotated[
    str,
    _shaped(_THREAD, "A thread's id is thread_..."),
    WithJsonSchema({"type": "string", "pattern": f"^{_THREAD}$"}),
    Path(),
]
PathRun = Annotated[
    str,
    _shaped(_RUN, "A run's id is run_..."),
    WithJsonSchema({"type": "string", "pattern": f"^{_RUN}$"}),
    Path(),
]
PathUpload = Annotated[
    str,
    _shaped(_UPLOAD, "An upload's id is upload_..."),
    WithJsonSchema({"type": "string", "pattern": f"^{_UPLOAD}$"}),
    Path(),
]
PathFile = Annotated[
    str,
    _shaped(_FILE, "A file's id is file-..."),
    WithJsonSchema({"type": "string", "pattern": f"^{_FILE}$"}),
    Path(),
]
PathLimit = Annotated[
    int,
    BeforeValidator(_assistant_limit),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MAX_LIMIT}),
    Path(),
]
