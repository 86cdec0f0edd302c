"""Responses with what their wire form does not show: input items, script, times."""

from typing import Final

from local.openai.store.database import Database
from local.openai.wire import Json

KIND: Final = "response"
RUNNING: Final = "running"
DONE: Final = "done"


class Records:
    """A record: `{id, state, response, input, include, stream, stored, plan, start_at, due_at}`."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def insert(self, project: str, record: Json) -> None:
        self.database.insert(KIND, project, record)

    def get(self, project: str, response_id: str) -> Json | None:
        return self.database.get(KIND, project, response_id)

    def save(self, record: Json) -> None:
        self.database.update(KIND, record)

    def delete(self, response_id: str) -> bool:
        return self.database.delete(KIND, response_id)

    def running(self) -> list[tuple[str, Json]]:
        return self.every(state=RUNNING)

    def every(self, **where: str) -> list[tuple[str, Json]]:
        """All projects' records with theirs, whose fields have these values."""
        return [(project, body) for project, _, body in self.database.find(KIND, where)]

    def owner(self, response_id: str) -> tuple[str, Json] | None:
        """The record of any project: for the control API only."""
        found = self.database.find(KIND, {"id": response_id})
        return (found[0][0], found[0][2]) if found else None

    def conversation(self, project: str, record: Json) -> list[Json]:
        """All items up to this record's own input, oldest first, from where the chain is whole."""
        chain = [record["input"]]
        previous = record["response"]["previous_response_id"]
        while previous and (earlier := self.get(project, previous)):
            chain.append([*earlier["input"], *earlier["response"]["output"]])
            previous = earlier["response"]["previous_response_id"]
        return [item for items in reversed(chain) for item in items]
