"""`?wait=`: how many seconds a request waits for what is not over."""

import re
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

MAX_WAIT = 20

_WAIT = re.compile("0|[1-9][0-9]?")


def _wait(raw: object) -> object:
    """Return the number that a text says. Digits of ASCII only: int() would take more."""
    if isinstance(raw, str):
        if not _WAIT.fullmatch(raw) or int(raw) > MAX_WAIT:
            raise PydanticCustomError("invalid_wait", "An integer from 0 to 20")
        return int(raw)
    return raw


class WaitQuery(BaseModel):
    """For how long a request may wait; by default not at all."""

    wait: Annotated[Annotated[int, Field(ge=0, le=MAX_WAIT)], BeforeValidator(_wait)] = 0


WaitParameters = Annotated[WaitQuery, Query()]
