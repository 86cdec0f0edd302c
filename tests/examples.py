"""Things to build tests from."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from afterglow.domain.identifiers import new_opaque_id, new_user_id
from afterglow.domain.models import (
    Assistant,
    AssistantSpec,
    Message,
    MessageRole,
    Run,
    Session,
    Thread,
    Tool,
    User,
)
from afterglow.ports.conversations import ThreadRepository
from afterglow.services.threads import new_thread
from tests.fakes.clock import NOON

SPEC = AssistantSpec(
    name="My Research Assistant",
    description="Helps with academic research",
    model="gpt-4o",
    instructions="You are a helpful research assistant...",
    temperature=0.7,
    tools=(Tool("retrieval"),),
)


def a_user(user_id: int | None = None, **facts: Any) -> User:
    """Return a user."""
    user_id = user_id or new_user_id()
    user = User(user_id, f"user{user_id}", "a hash", created_at=NOON)
    return replace(user, **facts)


def a_token(user_id: int) -> str:
    """Return a token that nobody else has, of a browser of a user; a program's begins with oak_."""
    return f"{user_id}.{secrets.token_urlsafe(32)}"


def a_session(user: User, **facts: Any) -> Session:
    """Return a session that has just begun."""
    session = Session(
        token_hash=new_opaque_id("hash"),
        user_id=user.id,
        epoch=user.session_epoch,
        created_at=NOON,
        last_seen_at=NOON,
        expires_at=NOON + timedelta(days=7),
    )
    return replace(session, **facts)


def an_assistant(user_id: int, assistant_id: int = 1, **facts: Any) -> Assistant:
    """Return an assistant that nobody has used."""
    assistant = Assistant(
        id=assistant_id,
        user_id=user_id,
        spec=SPEC,
        created_at=NOON,
        updated_at=NOON,
        openai_assistant_id=new_opaque_id("asst"),
    )
    return replace(assistant, **facts)


def a_thread(**facts: Any) -> Thread:
    """Return a thread nobody has written in."""
    thread = Thread(
        id=1,
        user_id=new_user_id(),
        openai_thread_id=new_opaque_id("thread"),
        title="A thread",
        created_at=NOON,
        updated_at=NOON,
        assistant_id=1,
    )
    return replace(thread, **facts)


def open_thread(
    threads: ThreadRepository,
    user_id: int,
    *,
    assistant_id: int,
    openai_thread_id: str,
    title: str,
    now: datetime,
) -> Thread:
    """Store a thread under the user's next id."""
    thread = new_thread(user_id, threads.next_id(user_id), title, assistant_id, now)
    thread = replace(thread, openai_thread_id=openai_thread_id)
    threads.add(thread)
    return thread


def a_run(thread: Thread, **facts: Any) -> Run:
    """Return a run on a thread's next message."""
    run = Run(
        id=new_opaque_id("run"),
        user_id=thread.user_id,
        thread_id=thread.id,
        assistant_id=1,
        openai_assistant_id="asst_abc123",
        message_id=thread.last_message_id + 1,
        spec=SPEC,
        created_at=NOON,
        lease_until=NOON + timedelta(seconds=35),
        deadline=NOON + timedelta(minutes=15),
    )
    return replace(run, **facts)


def a_question(run: Run, content: str = "Can you help me?") -> Message:
    """Return the message that a run works on."""
    return _message(run, run.message_id, MessageRole.USER, content)


def an_answer(run: Run, content: str = "I'd be happy to.") -> Message:
    """Return a run's answer."""
    return _message(run, run.message_id + 1, MessageRole.ASSISTANT, content)


def _message(run: Run, message_id: int, role: MessageRole, content: str) -> Message:
    return Message(
        id=message_id,
        thread_id=run.thread_id,
        user_id=run.user_id,
        role=role,
        content=content,
        openai_message_id=new_opaque_id("msg"),
        run_id=run.id,
        created_at=NOON,
    )
