"""Requests that name things, made from the API's description."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from afterglow.api.dialects import dialect_of
from afterglow.domain.models import SessionKind
from tests.matrix.entries import ENTRIES
from tests.matrix.inventory import asked
from tests.openapi.document import COMMITTED, OPERATIONS

Value = int | str | list[str]


@dataclass(frozen=True, slots=True)
class Things:
    """What somebody has of each kind, or nobody has, by all its names."""

    assistant: int
    asst: str
    thread: int
    gpt: str
    run: str
    upload: str
    # What it announced has arrived, and waits in a folder.
    staged: str
    file: str

    def named(self, form: str) -> Value:
        """Return a thing's name in a form."""
        names: dict[str, Value] = {
            "assistant": self.assistant,
            "assistant's digits": str(self.assistant),
            "asst_": self.asst,
            "thread": self.thread,
            "thread_": self.gpt,
            "run_": self.run,
            "upload_": self.upload,
            "list of upload_": [self.staged],
            "file-": self.file,
        }
        return names[form]


UNKNOWN = Things(
    999,
    "asst_" + "0" * 24,
    999,
    "thread_" + "0" * 24,
    "run_" + "0" * 24,
    "upload_" + "0" * 36,
    "upload_" + "0" * 36,
    "file-" + "0" * 36,
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a route's request that names something, in one of its forms."""

    route: str
    place: str
    name: str
    form: str

    def __str__(self) -> str:
        return f"{self.route}, {self.place} {self.name} as {self.form}"


@dataclass(frozen=True, slots=True)
class Request:
    """A request without a credential."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    is_form: bool = False


def slots() -> Iterator[Slot]:
    """Return every place of every route that names something."""
    for route, entry in ENTRIES.items():
        places = asked(COMMITTED, OPERATIONS[route])
        for name, kind in entry.names.items():
            for form in kind.value:
                yield Slot(route, places[name], name, form)


def credential_of(route: str) -> SessionKind | None:
    """Return what a route asks for."""
    path = route.partition(" ")[2]
    return None if ENTRIES[route].is_public else dialect_of(path).credential


def request(route: str, own: Things, slot: Slot | None = None, value: Value = "") -> Request:
    """Return a request with `value` in the slot, and whatever else it names of one's own."""
    method, _, path = route.partition(" ")
    query: dict[str, str] = {}
    is_form = "multipart/form-data" in _contents(route)
    body = {} if is_form else copy.deepcopy(_example(route))
    for name, place in asked(COMMITTED, OPERATIONS[route]).items():
        kind = ENTRIES[route].names.get(name)
        if slot is not None and name == slot.name:
            chosen = value
        elif kind is None or "cursor" in kind.value:
            continue
        else:
            chosen = own.named(kind.value[0])
        if place == "path":
            path = path.replace(f"{{{name}}}", str(chosen))
        elif place == "query":
            query[name] = str(chosen)
        else:
            body[name] = chosen
    return Request(method, path.replace("{limit}", "7"), query, body, is_form)


def _example(route: str) -> Any:
    contents = _contents(route)
    return contents["application/json"]["example"] if contents else None


def _contents(route: str) -> Any:
    return OPERATIONS[route].get("requestBody", {}).get("content", {})
