"""One SQLite file: every change is on disk before it is answered, so a killed server loses none."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from local.openai.store.pages import PageRequest, listing, unknown_cursor
from local.openai.wire import Json

SCHEMA: Final = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS objects (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  project TEXT NOT NULL,
  kind TEXT NOT NULL,
  parent TEXT NOT NULL,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (kind, parent, id)
);
CREATE INDEX IF NOT EXISTS objects_by_project ON objects (project, kind, parent, seq);
CREATE TABLE IF NOT EXISTS passages (
  vector_store TEXT NOT NULL,
  file TEXT NOT NULL,
  position INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (vector_store, file, position)
) WITHOUT ROWID;
"""


class Database:
    """JSON objects by kind and parent. Every read names the project, so none sees another's."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path)
        self.connection.executescript(SCHEMA)

    def close(self) -> None:
        self.connection.close()

    def insert(self, kind: str, project: str, body: Json, parent: str = "") -> None:
        with self.connection:
            self.connection.execute(
                "INSERT OR REPLACE INTO objects (project, kind, parent, id, body)"
                " VALUES (?, ?, ?, ?, ?)",
                (project, kind, parent, body["id"], json.dumps(body)),
            )

    def get(self, kind: str, project: str, object_id: str, parent: str = "") -> Json | None:
        row = self.connection.execute(
            "SELECT body FROM objects WHERE kind = ? AND project = ? AND parent = ? AND id = ?",
            (kind, project, parent, object_id),
        ).fetchone()
        return json.loads(row[0]) if row else None

    def update(self, kind: str, body: Json, parent: str = "") -> None:
        with self.connection:
            self.connection.execute(
                "UPDATE objects SET body = ? WHERE kind = ? AND parent = ? AND id = ?",
                (json.dumps(body), kind, parent, body["id"]),
            )

    def delete(self, kind: str, object_id: str, parent: str = "") -> bool:
        with self.connection:
            cursor = self.connection.execute(
                "DELETE FROM objects WHERE kind = ? AND parent = ? AND id = ?",
                (kind, parent, object_id),
            )
        return cursor.rowcount > 0

    def find(self, kind: str, where: Mapping[str, str]) -> list[tuple[str, str, Json]]:
        """`(project, parent, body)` of all projects' objects whose fields have these values."""
        rows = self.connection.execute(
            f"SELECT project, parent, body FROM objects WHERE kind = ?{fields(where)} ORDER BY seq",  # noqa: S608  only the names below
            (kind, *where.values()),
        )
        return [(project, parent, json.loads(body)) for project, parent, body in rows]

    def children(self, kind: str, project: str, parent: str) -> list[Json]:
        rows = self.connection.execute(
            "SELECT body FROM objects WHERE project = ? AND kind = ? AND parent = ? ORDER BY seq",
            (project, kind, parent),
        )
        return [json.loads(body) for (body,) in rows]

    def page(
        self,
        kind: str,
        project: str,
        request: PageRequest,
        *,
        parent: str = "",
        where: Mapping[str, str] | None = None,
    ) -> Json:
        """One page in OpenAI's list body."""
        where = where or {}
        sql = ["SELECT body FROM objects WHERE project = ? AND kind = ? AND parent = ?"]
        values: list[str | int] = [project, kind, parent, *where.values()]
        sql.append(fields(where))
        for name, cursor in (("after", request.after), ("before", request.before)):
            if cursor is not None:
                further = (name == "after") is not request.descending
                sql.append(f"AND seq {'>' if further else '<'} ?")
                values.append(self._seq(name, (project, kind, parent, cursor)))
        # A page before something is read from there backwards, then turned round.
        backwards = request.before is not None and request.after is None
        sql.append(f"ORDER BY seq {'ASC' if request.descending is backwards else 'DESC'} LIMIT ?")
        rows = self.connection.execute(" ".join(sql), (*values, request.limit + 1)).fetchall()
        bodies = [json.loads(body) for (body,) in rows]
        window = bodies[: request.limit]
        return listing(window[::-1] if backwards else window, has_more=len(bodies) > len(window))

    def _seq(self, name: str, key: tuple[str, str, str, str]) -> int:
        row = self.connection.execute(
            "SELECT seq FROM objects WHERE project = ? AND kind = ? AND parent = ? AND id = ?", key
        ).fetchone()
        if row is None:
            raise unknown_cursor(name, key[-1])
        return int(row[0])

    def inventory(self) -> list[Json]:
        """Every project's objects, for the control API only. An upload that is over holds none."""
        names = ("project", "object", "parent", "id")
        rows = self.connection.execute(
            "SELECT project, kind, parent, id FROM objects"
            " WHERE kind != 'upload' OR json_extract(body, '$.status') = 'pending' ORDER BY seq"
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def wipe(self) -> None:
        with self.connection:
            self.connection.execute("DELETE FROM objects")
            self.connection.execute("DELETE FROM passages")


FILTERABLE: Final = frozenset({"purpose", "status", "batch_id", "state", "id"})


def fields(names: Iterable[str]) -> str:
    unknown = set(names) - FILTERABLE
    if unknown:
        raise ValueError(unknown)
    return "".join(f" AND json_extract(body, '$.{name}') = ?" for name in names)
