"""Search vector stores as file_search and the search route do."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from local.openai.retrieval.filters import matches
from local.openai.retrieval.ranking import scores
from local.openai.store.database import Database
from local.openai.store.passages import Passages
from local.openai.wire import Json
from local.openai.wire.tools import Filter


@dataclass(frozen=True)
class Hit:
    file_id: str
    filename: str
    score: float
    text: str
    attributes: Json


@dataclass(frozen=True)
class Query:
    text: str
    limit: int
    filters: Filter | None = None
    threshold: float = 0.0


class Searcher:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.passages = Passages(database)

    async def search(
        self, project: str, vector_store_ids: Sequence[str], query: Query
    ) -> list[Hit]:
        """The passages that share words with the question, best first."""
        candidates = [
            hit
            for vector_store_id in vector_store_ids
            for hit in self._candidates(project, vector_store_id, query)
        ]
        # A big store takes seconds: whoever else calls shall not wait for it.
        rated = await asyncio.to_thread(scores, query.text, [hit.text for hit in candidates])
        ranked = [
            Hit(hit.file_id, hit.filename, round(score, 4), hit.text, hit.attributes)
            for hit, score in zip(candidates, rated, strict=True)
            if score > 0 and score >= query.threshold
        ]
        return sorted(ranked, key=lambda hit: -hit.score)[: query.limit]

    def _candidates(self, project: str, vector_store_id: str, query: Query) -> list[Hit]:
        files = {
            body["id"]: body
            for body in self.database.children("vector_store.file", project, vector_store_id)
            if body["status"] == "completed" and matches(query.filters, body["attributes"])
        }
        names = {file_id: self._filename(project, file_id) for file_id in files}
        return [
            Hit(passage.file_id, names[passage.file_id], 0.0, passage.text,
                files[passage.file_id]["attributes"])
            for passage in self.passages.of_store(vector_store_id)
            if passage.file_id in files
        ]  # fmt: skip

    def _filename(self, project: str, file_id: str) -> str:
        body = self.database.get("file", project, file_id)
        return str(body["filename"]) if body else file_id
