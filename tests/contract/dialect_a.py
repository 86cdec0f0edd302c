"""User 42 of dialect A's examples, with all that the examples say is there."""

from dataclasses import replace
from datetime import datetime

from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.adapters.dynamodb.records.accounts import (
    profile_of,
)
from afterglow.adapters.dynamodb.records.conversations import (
    message_item,
    spec_to_json,
)
from afterglow.adapters.dynamodb.sessions import DynamoSessionRepository
from afterglow.adapters.dynamodb.tables.accounts import (
    CountersItem,
)
from afterglow.adapters.dynamodb.tables.base import (
    number_key,
    user_key,
)
from afterglow.adapters.dynamodb.tables.conversations import (
    AssistantItem,
    ThreadItem,
)
from afterglow.adapters.secrets_manager import SecretsManagerVault
from afterglow.domain.models import ApiKeyRecord, Message, MessageRole
from afterglow.services.sessions import token_hash
from afterglow.settings import settings
from tests.examples import SPEC, a_session, a_user

OWNER = user_key(42)
TOKEN = "the-token"


def at(moment: str) -> datetime:
    """Return a time of the examples."""
    return datetime.fromisoformat(moment)


def store_user_42(now: datetime) -> None:
    """Store the user, signed in since `now`."""
    user = a_user(42, username="the-user", created_at=at("2025-04-29T20:00:00.000Z"))
    profile_of(user).save()
    session = a_session(user, token_hash=token_hash(TOKEN), last_seen_at=now)
    DynamoSessionRepository().add(replace(session, expires_at=at("2025-05-06T20:15:45Z")))
    vault = SecretsManagerVault(settings().openai_keys_prefix)
    version = vault.put(42, "sk-your-openai-api-key")
    DynamoAccountRepository().set_api_key(42, ApiKeyRecord("-key", "f" * 64, version, now))
    _store_first_assistant()
    _store_first_thread()
    CountersItem(OWNER, "COUNTERS").update(
        actions=[CountersItem.assistants.set(1), CountersItem.threads.set(1)]
    )


def _store_first_assistant() -> None:
    AssistantItem(
        OWNER,
        number_key("A", 1),
        user_id=42,
        id=1,
        spec=spec_to_json(SPEC),
        openai_assistant_id="asst_abc123",
        file_ids=["file-abc123", "file-def456"],
        is_active=True,
        created_at=at("2025-04-29T20:10:30.123Z"),
        updated_at=at("2025-04-29T20:10:30.123Z"),
    ).save()


def _store_first_thread() -> None:
    ThreadItem(
        OWNER,
        number_key("T", 1),
        user_id=42,
        id=1,
        openai_thread_id="thread_abc123",
        title="Research Discussion",
        assistant_id=1,
        is_archived=False,
        last_message_id=2,
        created_at=at("2025-04-29T21:10:30.123Z"),
        updated_at=at("2025-04-29T21:20:45.678Z"),
    ).save()
    question = Message(
        id=1,
        thread_id=1,
        user_id=42,
        role=MessageRole.USER,
        content="Can you help me research quantum computing?",
        openai_message_id="msg_abc123",
        run_id="run_1",
        created_at=at("2025-04-29T21:10:35.123Z"),
    )
    answer = replace(
        question,
        id=2,
        role=MessageRole.ASSISTANT,
        content="I'd be happy to help with your quantum computing research...",
        openai_message_id="msg_def456",
        created_at=at("2025-04-29T21:10:40.456Z"),
    )
    for message in (question, answer):
        message_item(message).save()
