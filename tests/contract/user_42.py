"""User 42 of both documents' examples, as items to be stored on moto or on a deployment."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.adapters.dynamodb.records.accounts import profile_of, session_item
from afterglow.adapters.dynamodb.records.conversations import (
    assistant_item,
    message_item,
    thread_item,
)
from afterglow.adapters.dynamodb.records.files import assistant_prefix
from afterglow.adapters.dynamodb.tables.accounts import CountersItem
from afterglow.adapters.dynamodb.tables.base import Item, user_key
from afterglow.adapters.dynamodb.tables.conversations import ThreadPointerItem
from afterglow.adapters.dynamodb.tables.files import AttachmentItem
from afterglow.adapters.secrets_manager import SecretsManagerVault
from afterglow.domain.models import (
    ApiKeyRecord,
    Assistant,
    FileUse,
    Message,
    MessageRole,
    SessionKind,
    Thread,
)
from afterglow.services.sessions import BEARER_PREFIX, token_hash
from afterglow.settings import settings
from tests.examples import a_session, a_token, a_user

OWNER = user_key(42)
COOKIE_TOKEN = a_token(42)
BEARER_TOKEN = BEARER_PREFIX + a_token(42)
QUESTION = "Can you help me research quantum computing?"
ANSWER = "I'd be happy to help with your quantum computing research..."


def at(moment: str) -> datetime:
    """Return a time of the examples."""
    return datetime.fromisoformat(moment)


def user_42(now: datetime, **facts: object) -> list[Item]:
    """Return the user, who has just signed in with a browser and with a program."""
    user = a_user(42, username="the-user", created_at=at("2025-04-29T20:00:00.000Z"), **facts)
    sessions = [
        session_item(
            a_session(
                user,
                token_hash=token_hash(token),
                kind=kind,
                created_at=now,
                last_seen_at=now,
                expires_at=now + timedelta(days=7),
            )
        )
        for kind, token in (
            (SessionKind.COOKIE, COOKIE_TOKEN),
            (SessionKind.BEARER, BEARER_TOKEN),
        )
    ]
    return [profile_of(user), *sessions]


def counters(assistants: int, threads: int) -> Item:
    """Return how many of each there have been, all of which are still there."""
    return CountersItem(
        OWNER, "COUNTERS", assistants=assistants, assistants_now=assistants, threads=threads
    )


def assistant_items(*assistants: Assistant) -> list[Item]:
    """Return what is stored of assistants."""
    return [assistant_item(assistant) for assistant in assistants]


def attachment_items(assistant: Assistant, *file_ids: str) -> list[Item]:
    """Return that an assistant uses some files."""
    return [
        AttachmentItem(
            user_key(assistant.user_id),
            f"{assistant_prefix(assistant.id)}F#{file_id}",
            file_id=file_id,
            use=FileUse.SEARCH.value,
        )
        for file_id in file_ids
    ]


def thread_items(thread: Thread) -> list[Item]:
    """Return what is stored of a thread, and of what was said in it if anything was."""
    pointer = ThreadPointerItem(OWNER, f"P#{thread.openai_thread_id}", thread_id=thread.id)
    return [thread_item(thread), pointer, *(_said(thread) if thread.last_message_id else ())]


def a_thread_of_42(thread_id: int, openai_thread_id: str, **facts: object) -> Thread:
    """Return a thread with the first assistant."""
    thread = Thread(
        id=thread_id,
        user_id=42,
        openai_thread_id=openai_thread_id,
        title="Research Discussion",
        assistant_id=1,
        created_at=at("2025-04-29T21:10:30.123Z"),
        updated_at=at("2025-04-29T21:20:45.678Z"),
    )
    return replace(thread, **facts)  # type: ignore[arg-type] # each fact by its name


def store(items: Iterable[Item]) -> None:
    """Store items on moto, and the user's key."""
    for item in items:
        item.save()
    vault = SecretsManagerVault(settings().openai_keys_prefix)
    version = vault.put(42, "sk-your-openai-api-key")
    record = ApiKeyRecord("-key", "f" * 64, version, at("2025-04-29T20:00:00.000Z"))
    DynamoAccountRepository().set_api_key(42, record)


def _said(thread: Thread) -> Iterable[Item]:
    question = Message(
        id=1,
        thread_id=thread.id,
        user_id=42,
        role=MessageRole.USER,
        content=QUESTION,
        openai_message_id="msg_abc123",
        run_id="run_1",
        created_at=at("2025-04-29T21:10:35.123Z"),
    )
    yield message_item(question)
    yield message_item(
        replace(
            question,
            id=2,
            role=MessageRole.ASSISTANT,
            content=ANSWER,
            openai_message_id="msg_def456",
            created_at=at("2025-04-29T21:10:40.456Z"),
        )
    )
