"""Index files of vector stores in the background; what was unfinished goes on at a restart."""

import asyncio
from dataclasses import dataclass
from typing import Final

from local.openai.control.indexing import ActiveRule, IndexingRules
from local.openai.control.settings import Settings
from local.openai.retrieval.chunks import chunk
from local.openai.retrieval.extract import extract_text
from local.openai.retrieval.unreadable import UnreadableFileError
from local.openai.store.contents import Contents
from local.openai.store.database import Database
from local.openai.store.passages import Passages
from local.openai.wire import Json
from local.openai.wire.objects import used_now

KIND: Final = "vector_store.file"
LIVE: Final = frozenset({"in_progress", "completed"})


@dataclass
class Indexer:
    database: Database
    contents: Contents
    settings: Settings
    rules: IndexingRules

    def __post_init__(self) -> None:
        self.passages = Passages(self.database)
        self.tasks: set[asyncio.Task[None]] = set()

    def resume(self) -> None:
        for project, _, body in self.database.find(KIND, {"status": "in_progress"}):
            self._spawn(project, body)

    def attach(self, project: str, body: Json) -> Json:
        """Index a file; one that is in the store already stays as it is."""
        store_id = body["vector_store_id"]
        self.touch(project, store_id)
        known = self.database.get(KIND, project, body["id"], store_id)
        if known is None or known["status"] not in LIVE or is_cut_anew(known, body):
            self.database.insert(KIND, project, body, parent=store_id)
            self._spawn(project, body)
            return body
        told = {name: body[name] for name in ("attributes", "batch_id") if body.get(name)}
        self.database.update(KIND, {**known, **told}, parent=store_id)
        return {**known, **told}

    def touch(self, project: str, vector_store_id: str) -> None:
        if store := self.database.get("vector_store", project, vector_store_id):
            self.database.update("vector_store", used_now(store))

    def detach(self, vector_store_id: str, file_id: str) -> bool:
        self.passages.delete(vector_store_id, file_id)
        return self.database.delete(KIND, file_id, parent=vector_store_id)

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def _spawn(self, project: str, body: Json) -> None:
        task = asyncio.create_task(self._index(project, body))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _index(self, project: str, body: Json) -> None:
        filename = str((self.database.get("file", project, body["id"]) or {}).get("filename"))
        rule = self.rules.take(
            body["id"], filename=filename, vector_store=body["vector_store_id"], key=project
        )
        seconds = rule.rule.seconds if rule else None
        await asyncio.sleep(self.settings.indexing_seconds if seconds is None else seconds)
        try:
            texts = await (
                self._ruled(rule, filename, body) if rule else self._texts(filename, body)
            )
            result = {"status": "completed", "usage_bytes": sum(len(t.encode()) for t in texts)}
        except UnreadableFileError as error:
            texts, reason = [], {"code": error.code, "message": error.message}
            result = {"status": "failed", "last_error": reason}
        except FileNotFoundError:
            return
        self._finish(project, body, texts, result)

    async def _ruled(self, active: ActiveRule, filename: str, body: Json) -> list[str]:
        await active.gate.wait()
        if active.rule.error:
            raise UnreadableFileError(active.rule.error, active.rule.message)
        return await self._texts(filename, body)

    async def _texts(self, filename: str, body: Json) -> list[str]:
        return await asyncio.to_thread(self._read, filename, body)

    def _finish(self, project: str, body: Json, texts: list[str], result: Json) -> None:
        parent = body["vector_store_id"]
        current = self.database.get(KIND, project, body["id"], parent)
        # Detached or cancelled while it was being read: nothing to keep.
        if current and current["status"] == "in_progress":
            self.passages.replace(parent, body["id"], texts)
            self.database.update(KIND, {**current, **result}, parent=parent)

    def _read(self, filename: str, body: Json) -> list[str]:
        with self.contents.open(body["id"]) as source:
            text = extract_text(filename, source)
        sizes = body["chunking_strategy"]["static"]
        return chunk(
            text, size=sizes["max_chunk_size_tokens"], overlap=sizes["chunk_overlap_tokens"]
        )


def is_cut_anew(known: Json, body: Json) -> bool:
    return bool(known["chunking_strategy"] != body["chunking_strategy"])
