"""Run responses: queued, in progress, done. A restart goes on where it was."""

import asyncio
import logging
import time
from dataclasses import asdict
from typing import Final

from local.openai.engine.author import Author
from local.openai.engine.changes import Changes
from local.openai.engine.outcome import Outcome, failed
from local.openai.store.records import DONE, RUNNING, Records
from local.openai.wire import Json

logger: Final = logging.getLogger(__name__)


class Runner:
    """One task a response. Its record's own times say when it moves, so a restart is harmless."""

    def __init__(self, records: Records, author: Author) -> None:
        self.records = records
        self.author = author
        self.changes = Changes()
        self.tasks: set[asyncio.Task[None]] = set()

    def resume(self) -> None:
        for project, record in self.records.running():
            self._spawn(project, record["id"])

    def start(self, project: str, record: Json) -> None:
        self.records.insert(project, record)
        self._spawn(project, record["id"])

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def done(self, project: str, response_id: str) -> Json | None:
        """The record once it has ended; none if it was deleted."""
        while (record := self.records.get(project, response_id)) and record["state"] == RUNNING:
            await self.changes.wait(response_id)
        return record

    async def started(self, project: str, response_id: str) -> Json | None:
        """The record once it is no longer queued; none if it ended or vanished before."""
        while (record := self.records.get(project, response_id)) and (
            record["response"]["status"] == "queued"
        ):
            await self.changes.wait(response_id)
        return record if record and record["response"]["status"] != "cancelled" else None

    def cancel(self, record: Json) -> Json:
        if record["state"] == RUNNING:
            record = {**record, "state": DONE}
            record["response"] = {**record["response"], "status": "cancelled"}
            self._save(record)
        return record

    def delete(self, response_id: str) -> None:
        self.records.delete(response_id)
        self.changes.announce(response_id)

    def reschedule(self, record: Json, due_at: float | None, plan: Json | None = None) -> Json:
        """Hold (no due time) or release, with another ending if a plan comes along."""
        record = {**record, "due_at": due_at, "plan": plan or record["plan"]}
        self._save(record)
        return record

    def _save(self, record: Json) -> None:
        self.records.save(record)
        self.changes.announce(record["id"])

    def _spawn(self, project: str, response_id: str) -> None:
        task = asyncio.create_task(self._run(project, response_id))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _run(self, project: str, response_id: str) -> None:
        record = await self._until(project, response_id, "start_at")
        if record is None:
            return
        self._save({**record, "response": {**record["response"], "status": "in_progress"}})
        record = await self._until(project, response_id, "due_at")
        if record is None:
            return
        outcome = await self._write(project, record)
        # It may have been cancelled or deleted while the brain was busy.
        current = self.records.get(project, response_id)
        if current and current["state"] == RUNNING:
            self._save(ended(current, outcome))

    async def _until(self, project: str, response_id: str, moment: str) -> Json | None:
        while (record := self.records.get(project, response_id)) and record["state"] == RUNNING:
            at = record[moment]
            if at is not None and at <= time.time():
                return record
            await self.changes.wait(response_id, None if at is None else at - time.time())
        return None

    async def _write(self, project: str, record: Json) -> Outcome:
        try:
            return await self.author.write(project, record)
        except Exception:
            # Whatever breaks, the response must end: its client polls until it does.
            logger.exception("Response %s could not be written", record["id"])
            return failed("server_error", "The local OpenAI stand-in has a fault. See its log.")


def ended(record: Json, outcome: Outcome) -> Json:
    completed_at = int(time.time()) if outcome.status == "completed" else None
    response = {**record["response"], **asdict(outcome), "completed_at": completed_at}
    return {**record, "state": DONE, "response": response}
