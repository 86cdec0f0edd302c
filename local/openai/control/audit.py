"""What became of every run of the product's: the calls about it, whose key, what it made."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from local.openai.control.journal import Call
from local.openai.wire import Json
from local.openai.wire.items import text_of

ABOUT_ONE: Final = re.compile("/v1/responses/([^/]+)(/.*)?")
CREATES: Final = "/v1/responses"
# Enough to know a question by.
REMEMBERED: Final = 1000


@dataclass
class Trail:
    """A run's calls by what they wanted, the keys they came with and the responses made for it."""

    creates: int = 0
    retrieves: int = 0
    cancels: int = 0
    deletes: int = 0
    keys: list[str] = field(default_factory=list)
    responses: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Origin:
    """What a response was made for: the run that its metadata name, and the question."""

    run: str | None
    question: str


class Audit:
    """The trails of all runs. Unlike the journal, it forgets none until it is told to."""

    def __init__(self) -> None:
        self.trails: dict[str, Trail] = {}
        self.origins: dict[str, Origin] = {}

    def know(self, record: Json) -> None:
        """Remember what a response was made for."""
        question = next((text_of(i) for i in record["input"] if i.get("role") == "user"), "")
        run = record["response"]["metadata"].get("run_id")
        self.origins[record["id"]] = Origin(run, question[:REMEMBERED])

    def made(self, record: Json) -> None:
        self.know(record)
        if run := self.origins[record["id"]].run:
            self._trail(run).responses.append(record["id"])

    def count(self, call: Call) -> None:
        """Find the run that a call is about, and count it there."""
        call.run = self._run_of(call)
        if call.run is None:
            return
        trail = self._trail(call.run)
        wanted = wanted_of(call)
        if wanted is not None:
            setattr(trail, wanted, getattr(trail, wanted) + 1)
        if call.key not in trail.keys:
            trail.keys.append(call.key)

    def question_of(self, path: str) -> str:
        """What the response was asked that a path is about."""
        origin = self._origin(path)
        return origin.question if origin else ""

    def _run_of(self, call: Call) -> str | None:
        if call.path == CREATES:
            return named_run(call.body)
        origin = self._origin(call.path)
        return origin.run if origin else None

    def _origin(self, path: str) -> Origin | None:
        found = ABOUT_ONE.fullmatch(path)
        return self.origins.get(found[1]) if found else None

    def _trail(self, run: str) -> Trail:
        return self.trails.setdefault(run, Trail())

    def describe(self, records: Iterable[tuple[str, Json]]) -> Json:
        """The trails, and the responses that are still there; `records` come with projects."""
        remaining = [
            {
                "id": record["id"],
                "project": project,
                "run": record["response"]["metadata"].get("run_id"),
                "status": record["response"]["status"],
            }
            for project, record in records
        ]
        runs = {run: asdict(trail) for run, trail in self.trails.items()}
        return {"runs": runs, "remaining": remaining}


def wanted_of(call: Call) -> str | None:
    if call.method == "POST":
        creates = call.path == CREATES
        return "creates" if creates else "cancels" if call.path.endswith("/cancel") else None
    return {"GET": "retrieves", "DELETE": "deletes"}.get(call.method)


def named_run(body: Any) -> str | None:
    metadata = body.get("metadata") if isinstance(body, dict) else None
    run = metadata.get("run_id") if isinstance(metadata, dict) else None
    return run if isinstance(run, str) else None
