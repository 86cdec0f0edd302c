"""The indexed text of vector stores, in passages."""

from collections.abc import Sequence
from dataclasses import dataclass

from local.openai.store.database import Database


@dataclass(frozen=True)
class Passage:
    vector_store_id: str
    file_id: str
    text: str


class Passages:
    def __init__(self, database: Database) -> None:
        self.connection = database.connection

    def replace(self, vector_store_id: str, file_id: str, texts: Sequence[str]) -> None:
        rows = [(vector_store_id, file_id, n, text) for n, text in enumerate(texts)]
        with self.connection:
            self._delete(vector_store_id, file_id)
            self.connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?)", rows)

    def of_file(self, vector_store_id: str, file_id: str) -> list[str]:
        rows = self.connection.execute(
            "SELECT text FROM passages WHERE vector_store = ? AND file = ? ORDER BY position",
            (vector_store_id, file_id),
        )
        return [text for (text,) in rows]

    def of_store(self, vector_store_id: str) -> list[Passage]:
        rows = self.connection.execute(
            "SELECT vector_store, file, text FROM passages WHERE vector_store = ?"
            " ORDER BY file, position",
            (vector_store_id,),
        )
        return [Passage(*row) for row in rows]

    def delete(self, vector_store_id: str, file_id: str) -> None:
        with self.connection:
            self._delete(vector_store_id, file_id)

    def delete_store(self, vector_store_id: str) -> None:
        with self.connection:
            self.connection.execute(
                "DELETE FROM passages WHERE vector_store = ?", (vector_store_id,)
            )

    def _delete(self, vector_store_id: str, file_id: str) -> None:
        self.connection.execute(
            "DELETE FROM passages WHERE vector_store = ? AND file = ?", (vector_store_id, file_id)
        )
