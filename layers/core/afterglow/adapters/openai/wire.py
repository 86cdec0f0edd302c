"""What we read of OpenAI's bodies. Another's data is validated like a stranger's."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from afterglow.adapters.openai.citations import distinct, read_citations
from afterglow.adapters.openai.identifiers import UpstreamId
from afterglow.adapters.openai.models import plain_code
from afterglow.adapters.openai.replacements import replacement_named
from afterglow.domain.errors import OperationFailedError
from afterglow.domain.identifiers import MAX_INTEGER_ID
from afterglow.domain.model_lifecycle import MODEL_NOT_FOUND
from afterglow.domain.models import Citation, Usage
from afterglow.ports.engine import Reply, ReplyState

BAD_ANSWER = "openai_bad_answer"
_STATES = {
    "queued": ReplyState.WORKING,
    "in_progress": ReplyState.WORKING,
    "completed": ReplyState.DONE,
    "incomplete": ReplyState.INCOMPLETE,
    "failed": ReplyState.FAILED,
    "cancelled": ReplyState.CANCELLED,
}

# What looks otherwise may quote a user: it is not passed on.
_CODE = re.compile("[a-z][a-z0-9_]{0,63}")


class Part(BaseModel):
    """A part of a message: `output_text` has a text, `refusal` a refusal."""

    type: str
    text: str = ""
    refusal: str = ""
    annotations: Any = None

    @property
    def said(self) -> str:
        """What it adds to the answer."""
        return self.text or self.refusal


class Item(BaseModel):
    """An item of a Response's output; other types than `message` have other fields."""

    type: str
    id: UpstreamId | None = None
    content: list[Part] | None = None


TokenCount = Annotated[int, Field(ge=0, le=MAX_INTEGER_ID)]


class TokenUsage(BaseModel):
    """Tokens spent."""

    input_tokens: TokenCount = 0
    output_tokens: TokenCount = 0


class Failure(BaseModel):
    """Why a Response failed; the set of codes is open."""

    code: str | None = None
    message: str | None = None


class Incompleteness(BaseModel):
    """Why a Response is incomplete."""

    reason: str | None = None


class ResponseBody(BaseModel):
    """A Response (`types/responses/response.py` of openai 3.54)."""

    id: UpstreamId
    status: Literal["queued", "in_progress", "completed", "incomplete", "failed", "cancelled"]
    model: str | None = None
    output: list[Item] = []
    usage: TokenUsage | None = None
    error: Failure | None = None
    incomplete_details: Incompleteness | None = None

    def to_reply(self) -> Reply:
        """Return it in the engine's words."""
        messages = [item for item in self.output if item.type == "message"]
        text, citations = _answer(messages)
        if self.status == "completed" and not text:
            # It is over, and there will never be more: to ask again would be to wait for nothing.
            return Reply(self.id, ReplyState.FAILED, usage=self._usage(), error_code=BAD_ANSWER)
        return Reply(
            response_id=self.id,
            state=_STATES[self.status],
            text=text,
            message_id=messages[-1].id if messages else None,
            usage=self._usage(),
            error_code=self._why(),
            replacement_model=self._replacement(),
            citations=citations,
        )

    def _usage(self) -> Usage | None:
        return Usage(self.usage.input_tokens, self.usage.output_tokens) if self.usage else None

    def _why(self) -> str | None:
        ending = self.incomplete_details and self.incomplete_details.reason
        code = plain_code(self.error.code) if self.error else ending
        return shown_code(code)

    def _replacement(self) -> str | None:
        if self.error is None or self._why() != MODEL_NOT_FOUND:
            return None
        return replacement_named(self.error.message, self.model or "")


def read_reply(body: bytes, *, expected_id: str | None = None) -> Reply:
    """Return what a body says. Raises OperationFailedError if it is no Response, or another."""
    try:
        response = ResponseBody.model_validate_json(body)
    except ValidationError:
        raise bad_answer() from None
    if expected_id is not None and response.id != expected_id:
        raise bad_answer()
    return response.to_reply()


def shown_code(code: object) -> str | None:
    """Return a code of OpenAI's, None if it is none."""
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None


def bad_answer() -> OperationFailedError:
    """Return the error for an answer nobody can use."""
    return OperationFailedError("OpenAI answered unintelligibly", code=BAD_ANSWER)


def _answer(messages: Iterable[Item]) -> tuple[str, tuple[Citation, ...]]:
    """Return the text of all messages, and what it rests on, by the places in the whole of it."""
    text, citations = "", list[Citation]()
    for message in messages:
        parts = [part for part in message.content or [] if part.said]
        if text and parts:
            text += "\n\n"
        for part in parts:
            citations += read_citations(part.annotations, part.said, begins_at=len(text))
            text += part.said
    return text, distinct(citations)
