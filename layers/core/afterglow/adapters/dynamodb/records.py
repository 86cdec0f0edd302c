"""From items to the domain and back."""

from dataclasses import asdict, fields
from typing import Any

from afterglow.adapters.dynamodb.tables import (
    AssistantItem,
    MessageItem,
    ProfileItem,
    RunItem,
    SessionItem,
    ThreadItem,
    number_key,
    user_key,
)
from afterglow.domain.models import (
    ApiKeyRecord,
    Assistant,
    AssistantSpec,
    Message,
    MessageRole,
    Role,
    Run,
    Session,
    Thread,
    Tool,
    User,
)


def spec_to_json(spec: AssistantSpec) -> dict[str, Any]:
    """Return the spec as JSON."""
    return asdict(spec)


def spec_from_json(stored: dict[str, Any]) -> AssistantSpec:
    """Return the spec; fields of later versions are left out."""
    known = {field.name: stored[field.name] for field in fields(AssistantSpec)}
    return AssistantSpec(**known | {"tools": tuple(Tool(**tool) for tool in stored["tools"])})


def user_from(item: ProfileItem) -> User:
    """Return the user of a profile."""
    return User(
        id=int(item.user_id),
        username=item.username,
        password_hash=item.password_hash,
        created_at=item.created_at,
        role=Role(item.role),
        default_assistant_id=_optional_int(item.default_assistant_id),
        api_key=_api_key_from(item),
        session_epoch=int(item.session_epoch),
        is_disabled=item.is_disabled,
    )


def _api_key_from(item: ProfileItem) -> ApiKeyRecord | None:
    if item.key_last4 is None or item.key_fingerprint is None or item.key_stored_at is None:
        return None
    return ApiKeyRecord(item.key_last4, item.key_fingerprint, item.key_stored_at)


def profile_of(user: User) -> ProfileItem:
    """Return a new user's profile."""
    return ProfileItem(
        user_key(user.id),
        "PROFILE",
        user_id=user.id,
        username=user.username,
        password_hash=user.password_hash,
        role=user.role.value,
        session_epoch=user.session_epoch,
        is_disabled=user.is_disabled,
        default_assistant_id=user.default_assistant_id,
        created_at=user.created_at,
    )


def session_from(item: SessionItem) -> Session:
    """Return the session."""
    return Session(
        token_hash=item.token_hash,
        user_id=int(item.user_id),
        epoch=int(item.epoch),
        created_at=item.created_at,
        last_seen_at=item.last_seen_at,
        expires_at=item.expires_at,
    )


def assistant_from(item: AssistantItem) -> Assistant:
    """Return the assistant."""
    return Assistant(
        id=int(item.id),
        user_id=int(item.user_id),
        spec=spec_from_json(item.spec),
        created_at=item.created_at,
        updated_at=item.updated_at,
        openai_assistant_id=item.openai_assistant_id,
        file_ids=tuple(item.file_ids),
        is_active=item.is_active,
    )


def thread_from(item: ThreadItem) -> Thread:
    """Return the thread."""
    return Thread(
        id=int(item.id),
        user_id=int(item.user_id),
        openai_thread_id=item.openai_thread_id,
        title=item.title,
        created_at=item.created_at,
        updated_at=item.updated_at,
        assistant_id=_optional_int(item.assistant_id),
        is_archived=item.is_archived,
        last_message_id=int(item.last_message_id),
        head_response_id=item.head_response_id,
        active_run_id=item.active_run_id,
        lease_until=item.lease_until,
    )


def message_from(item: MessageItem) -> Message:
    """Return the message."""
    return Message(
        id=int(item.id),
        thread_id=int(item.thread_id),
        user_id=int(item.user_id),
        role=MessageRole(item.role),
        content=item.content,
        openai_message_id=item.openai_message_id,
        run_id=item.run_id,
        created_at=item.created_at,
    )


def message_item(message: Message) -> MessageItem:
    """Return the item of a message."""
    return MessageItem(
        messages_key(message.user_id, message.thread_id),
        number_key("M", message.id),
        user_id=message.user_id,
        thread_id=message.thread_id,
        id=message.id,
        role=message.role.value,
        content=message.content,
        openai_message_id=message.openai_message_id,
        run_id=message.run_id,
        created_at=message.created_at,
    )


def messages_key(user_id: int, thread_id: int) -> str:
    """Return the owner of a thread's messages."""
    return f"{user_key(user_id)}#{number_key('T', thread_id)}"


def run_item(run: Run) -> RunItem:
    """Return the item of a run that is yet to begin."""
    return RunItem(
        user_key(run.user_id),
        f"R#{run.id}",
        id=run.id,
        user_id=run.user_id,
        thread_id=run.thread_id,
        assistant_id=run.assistant_id,
        message_id=run.message_id,
        spec=spec_to_json(run.spec),
        state=run.state.value,
        attempt=run.attempt,
        lease_until=run.lease_until,
        deadline=run.deadline,
        created_at=run.created_at,
    )


def _optional_int(number: float | None) -> int | None:
    return None if number is None else int(number)
