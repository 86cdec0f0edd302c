"""What is kept of a reply: an answer, or as much as there was of one."""

import json
from datetime import datetime

from afterglow.domain.identifiers import new_opaque_id
from afterglow.domain.models import Citation, Message, MessageRole, Run
from afterglow.ports.engine import Reply, ReplyState

MAX_ANSWER_BYTES = 4 * 1024 * 1024
# Lambda answers with 6 MB at most: JSON, in which the body is a text of JSON, so that quotes and
# line ends are escaped twice. What could not be shown would make its whole thread unreadable.
MAX_SENT_BYTES = 5632 * 1024


def is_answered(reply: Reply) -> bool:
    """Tell whether there is an answer, and one that can be kept."""
    return reply.state is ReplyState.DONE and _can_be_shown(reply.text)


def answer_of(run: Run, reply: Reply, citations: tuple[Citation, ...], now: datetime) -> Message:
    """Return the message that a reply is, with what it rests on."""
    return _message(run, reply, citations, now, is_partial=False)


def partial_of(
    run: Run, reply: Reply | None, citations: tuple[Citation, ...], now: datetime
) -> Message | None:
    """Return what a reply has of an answer that was never done, None if that is nothing."""
    if reply is None or not reply.text or not _can_be_shown(reply.text):
        return None
    return _message(run, reply, citations, now, is_partial=True)


def _message(
    run: Run, reply: Reply, citations: tuple[Citation, ...], now: datetime, *, is_partial: bool
) -> Message:
    return Message(
        id=run.message_id + 1,
        thread_id=run.thread_id,
        user_id=run.user_id,
        role=MessageRole.ASSISTANT,
        content=reply.text,
        openai_message_id=reply.message_id or new_opaque_id("msg"),
        run_id=run.id,
        created_at=now,
        is_partial=is_partial,
        citations=citations,
    )


def _can_be_shown(text: str) -> bool:
    if len(text.encode()) > MAX_ANSWER_BYTES:
        return False
    sent = json.dumps(json.dumps(text, ensure_ascii=False), ensure_ascii=False)
    return len(sent.encode()) <= MAX_SENT_BYTES
