"""What all bodies share: camelCase, strict types, and the kinds of text."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from afterglow.domain.identifiers import MAX_INTEGER_ID

# C0, DEL and C1 controls, and the characters that reorder text.
_UNPRINTABLE = r"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_ONE_LINE: JsonDict = {"pattern": f"^[^{_UNPRINTABLE}]*$"}


class Body(BaseModel):
    """A JSON object. Fields we do not know are ignored: clients may send more than we take."""

    model_config = ConfigDict(alias_generator=to_camel, strict=True)


class Answer(BaseModel):
    """A JSON object that we send, with no field but those it declares."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


def _check_one_line(text: str) -> str:
    if re.search(f"[{_UNPRINTABLE}]", text):
        raise PydanticCustomError("control_character", "It must not contain control characters")
    return text


def at_most_bytes(limit: int) -> AfterValidator:
    """Return a validator of a text's length in bytes of UTF-8."""

    def check(text: str) -> str:
        if len(text.encode()) > limit:
            raise PydanticCustomError(
                "too_long", "At most {limit} bytes of UTF-8", {"limit": limit}
            )
        return text

    return AfterValidator(check)


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_OneLine = AfterValidator(_check_one_line)
Name = Annotated[str, Field(min_length=1, max_length=100, json_schema_extra=_ONE_LINE), _OneLine]
Title = Annotated[str, Field(min_length=1, max_length=200, json_schema_extra=_ONE_LINE), _OneLine]
IntegerId = Annotated[int, Field(ge=1, le=MAX_INTEGER_ID)]
# RFC 3339, UTC, milliseconds, Z.
Timestamp = Annotated[
    datetime,
    PlainSerializer(_rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": r"\.\d{3}Z$"}),
]
Description = Annotated[str, Field(max_length=1000)]
ModelName = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9._:-]+$")]
Instructions = Annotated[str, Field(max_length=64 * 1024), at_most_bytes(64 * 1024)]
Temperature = Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]
MessageText = Annotated[str, Field(min_length=1, max_length=256 * 1024), at_most_bytes(256 * 1024)]
