"""Lists in parts: as many things as were asked for, or as a response can hold."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from typing import Annotated, Self, TypeVar
from urllib.parse import quote, urlencode

from aws_lambda_powertools.event_handler import Depends, Request
from aws_lambda_powertools.event_handler.openapi.params import Query
from itsdangerous import BadData, URLSafeSerializer
from pydantic import BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from afterglow import bootstrap
from afterglow.api.gateway_event import public_prefix
from afterglow.api.schemas.base import Answer
from afterglow.domain.errors import InvalidInputError

# Lambda answers with 6 MB at most, around the body and with its quotes escaped once more.
MAX_PAGE_BYTES = 5 * 1024 * 1024
MAX_LIMIT = 100

Position = int | str
Thing = TypeVar("Thing")
Shown = TypeVar("Shown", bound=Answer)

_LIMIT = re.compile("[1-9][0-9]{0,2}")


def _limit(raw: object) -> object:
    """Return the number that a text says. Digits of ASCII only: int() would take more."""
    if isinstance(raw, str):
        if not _LIMIT.fullmatch(raw) or int(raw) > MAX_LIMIT:
            raise PydanticCustomError("invalid_limit", "An integer from 1 to 100")
        return int(raw)
    return raw


class PageQuery(BaseModel):
    """Which part of a list a request asks for; without `limit` as much as a response holds."""

    limit: Annotated[Annotated[int, Field(ge=1, le=MAX_LIMIT)] | None, BeforeValidator(_limit)] = (
        None
    )
    cursor: Annotated[str, Field(max_length=512)] | None = None

    @property
    def bounded(self) -> Self:
        """The same, with a limit in any case: for lists whose things take a while each."""
        return self if self.limit is not None else self.model_copy(update={"limit": MAX_LIMIT})


PageParameters = Annotated[PageQuery, Query()]


class Pages:
    """The parts of the list that a request is about. A cursor is good for its user and path."""

    def __init__(self, request: Request) -> None:
        self._event = request.resolved_event.raw_event
        self._user_id: int = request.context["user"].id
        self._headers: dict[str, str] = request.context["response_headers"]

    def page(self, query: PageQuery) -> "Page":
        """Return the part that a query means. Raises InvalidInputError for another's cursor."""
        start = None if query.cursor is None else self._read(query.cursor)
        return Page(self, query.limit, start)

    def link_next(self, limit: int | None, position: Position) -> None:
        """Have the response say where the list goes on."""
        query = {"cursor": self._signer().dumps(position)}
        if limit is not None:
            query = {"limit": str(limit)} | query
        path = public_prefix(self._event) + quote(self._event["path"])
        self._headers["Link"] = f'<{path}?{urlencode(query)}>; rel="next"'

    def _read(self, cursor: str) -> Position:
        try:
            position: Position = self._signer().loads(cursor)
        except BadData:
            raise _not_from_here() from None
        # Base64 has several spellings of the same; ours is one.
        if self._signer().dumps(position) != cursor:
            raise _not_from_here()
        return position

    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(
            bootstrap.pepper(),
            salt=f"cursor {self._user_id} {self._event['path']}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )


class Page:
    """One part. `start` is the position of the last thing before it, None at the beginning."""

    def __init__(self, pages: Pages, limit: int | None, start: Position | None) -> None:
        self._pages = pages
        self._limit = limit
        self._start = start

    @property
    def size(self) -> int | None:
        """How many things to read at a time: one more tells whether there is a next part."""
        return None if self._limit is None else self._limit + 1

    @property
    def number(self) -> int | None:
        """The id that the part begins after. Raises InvalidInputError for a key."""
        if isinstance(self._start, str):
            raise _not_from_here()
        return self._start

    @property
    def text(self) -> str | None:
        """The key that the part begins after. Raises InvalidInputError for an id."""
        if isinstance(self._start, int):
            # An admin's list is another one than a user's.
            raise _not_from_here()
        return self._start

    def fill(
        self,
        things: Iterable[Thing],
        show: Callable[[Thing], Shown],
        position: Callable[[Thing], Position],
    ) -> list[Shown]:
        """Return what fits of `things`, and link to the rest if there is any."""
        shown: list[Shown] = []
        room, last = MAX_PAGE_BYTES, None
        for thing in things:
            body = show(thing)
            room -= _weight(body)
            if last is not None and (len(shown) == self._limit or room < 0):
                self._pages.link_next(self._limit, position(last))
                break
            shown.append(body)
            last = thing
        return shown


def _not_from_here() -> InvalidInputError:
    return InvalidInputError(
        "Validation failed",
        details=({"field": "cursor", "code": "invalid", "message": "Not from this list"},),
    )


def _weight(body: Answer) -> int:
    """Return how many bytes a body takes in what Lambda sends to the gateway."""
    text = body.model_dump_json(by_alias=True)
    return len(json.dumps(text, ensure_ascii=False).encode())


def _pages(request: Request) -> Pages:
    return Pages(request)


PagesOf = Annotated[Pages, Depends(_pages)]
