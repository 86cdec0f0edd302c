"""Write a response's output: search, ask the brain or follow the script."""

import base64
import binascii
import io
from collections.abc import AsyncIterator, Iterator
from typing import Final

from local.openai.brain.turn import Brain, BrainError, Excerpt, Message, Reply, Turn
from local.openai.control.plans import ResponsePlan
from local.openai.engine.outcome import Outcome, failed, limited, scripted
from local.openai.retrieval.chunks import CHARACTERS_PER_TOKEN
from local.openai.retrieval.extract import extract_text
from local.openai.retrieval.search import Hit, Query, Searcher
from local.openai.retrieval.unreadable import UnreadableFileError
from local.openai.store.contents import Contents
from local.openai.store.records import Records
from local.openai.wire import Json
from local.openai.wire.items import text_of
from local.openai.wire.responses import file_search_item, message_item, usage
from local.openai.wire.tools import FileSearchTool

SPOKEN: Final = frozenset({"message", "function_call_output"})


class Author:
    def __init__(
        self, records: Records, searcher: Searcher, contents: Contents, brain: Brain
    ) -> None:
        self.records = records
        self.searcher = searcher
        self.contents = contents
        self.brain = brain

    async def write(self, project: str, record: Json) -> Outcome:
        plan = ResponsePlan.model_validate(record["plan"] or {})
        messages = self._messages(project, record)
        question = Turn(messages).question
        searches = [s async for s in self._searches(project, record["response"], question)]
        excerpts = [
            *self._attached(project, record),
            *(Excerpt(h.filename, h.text, h.file_id) for _, hits in searches for h in hits),
        ]
        instructions = record["response"]["instructions"] or ""
        turn = Turn(messages, instructions, excerpts)
        outcome = await self._outcome(turn, plan, record["response"]["max_output_tokens"])
        if outcome.status != "failed" and not plan.empty:
            outcome.output[:0] = [item for item, _ in searches]
        outcome.usage = usage(prompt(turn), outcome.output)
        return outcome

    async def _outcome(self, turn: Turn, plan: ResponsePlan, limit: int | None) -> Outcome:
        try:
            reply = Reply(plan.text) if plan.text is not None else await self.brain.answer(turn)
        except BrainError as error:
            return failed("server_error", str(error))
        if plan != ResponsePlan():
            return scripted(plan, reply)
        if limit is not None and len(reply.text) > limit * CHARACTERS_PER_TOKEN:
            return limited(reply, limit)
        return Outcome("completed", [message_item(reply)])

    def _messages(self, project: str, record: Json) -> list[Message]:
        return [
            Message(item.get("role", "user"), text_of(item))
            for item in self.records.conversation(project, record)
            if item["type"] in SPOKEN
        ]

    async def _searches(
        self, project: str, response: Json, question: str
    ) -> AsyncIterator[tuple[Json, list[Hit]]]:
        if response["tool_choice"] == "none":
            return
        for tool in response["tools"]:
            if tool["type"] == "file_search":
                asked = FileSearchTool.model_validate(tool)
                threshold = asked.ranking_options.score_threshold
                query = Query(question, asked.max_num_results, asked.filters, threshold)
                hits = await self.searcher.search(project, asked.vector_store_ids, query)
                yield file_search_item(question, hits), hits

    def _attached(self, project: str, record: Json) -> Iterator[Excerpt]:
        """The files that came inside the messages."""
        for item in self.records.conversation(project, record):
            for part in item.get("content", ()):
                if part["type"] == "input_file":
                    yield self._read_part(project, part)

    def _read_part(self, project: str, part: Json) -> Excerpt:
        filename = str(part.get("filename") or "the attached file")
        try:
            if file_id := part.get("file_id"):
                body = self.records.database.get("file", project, file_id) or {}
                filename = str(body.get("filename", filename))
                with self.contents.open(file_id) as source:
                    return Excerpt(filename, extract_text(filename, source))
            encoded = part.get("file_data", "").rpartition("base64,")[2]
            return Excerpt(filename, extract_text(filename, io.BytesIO(base64.b64decode(encoded))))
        except (UnreadableFileError, FileNotFoundError, binascii.Error) as error:
            return Excerpt(filename, f"The file cannot be read: {error}")


def prompt(turn: Turn) -> str:
    said = [message.text for message in turn.messages]
    return "\n".join([turn.instructions, *said, *(excerpt.text for excerpt in turn.excerpts)])
