"""Assistants, threads, messages and runs from items and back."""

from dataclasses import asdict
from typing import Any

from afterglow.adapters.dynamodb.contents import content_at
from afterglow.adapters.dynamodb.records.nested import known_fields
from afterglow.adapters.dynamodb.records.numbers import optional_int
from afterglow.adapters.dynamodb.tables.base import number_key, user_key
from afterglow.adapters.dynamodb.tables.conversations import (
    AssistantItem,
    MessageItem,
    ThreadItem,
)
from afterglow.domain.models import (
    Assistant,
    AssistantSpec,
    Citation,
    Message,
    MessageRole,
    Thread,
    Tool,
)


def spec_to_json(spec: AssistantSpec) -> dict[str, Any]:
    """Return the spec as JSON."""
    return asdict(spec)


def spec_from_json(stored: dict[str, Any]) -> AssistantSpec:
    """Return the spec; fields of later versions are left out."""
    tools = tuple(Tool(**known_fields(Tool, tool)) for tool in stored["tools"])
    return AssistantSpec(**known_fields(AssistantSpec, stored) | {"tools": tools})


def assistant_from(item: AssistantItem) -> Assistant:
    """Return the assistant."""
    return Assistant(
        id=int(item.id),
        user_id=int(item.user_id),
        spec=spec_from_json(item.spec),
        created_at=item.created_at,
        updated_at=item.updated_at,
        openai_assistant_id=item.openai_assistant_id,
        is_used=item.is_used,
        is_active=item.is_active,
    )


def assistant_item(assistant: Assistant) -> AssistantItem:
    """Return the item of an assistant."""
    return AssistantItem(
        user_key(assistant.user_id),
        number_key("A", assistant.id),
        user_id=assistant.user_id,
        id=assistant.id,
        spec=spec_to_json(assistant.spec),
        openai_assistant_id=assistant.openai_assistant_id,
        is_used=assistant.is_used,
        is_active=assistant.is_active,
        created_at=assistant.created_at,
        updated_at=assistant.updated_at,
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
        assistant_id=optional_int(item.assistant_id),
        is_archived=item.is_archived,
        last_message_id=int(item.last_message_id),
        head_response_id=item.head_response_id,
        head_message_id=int(item.head_message_id),
        active_run_id=item.active_run_id,
    )


def thread_item(thread: Thread) -> ThreadItem:
    """Return the item of a thread."""
    return ThreadItem(
        user_key(thread.user_id),
        number_key("T", thread.id),
        user_id=thread.user_id,
        id=thread.id,
        openai_thread_id=thread.openai_thread_id,
        title=thread.title,
        assistant_id=thread.assistant_id,
        is_archived=thread.is_archived,
        last_message_id=thread.last_message_id,
        active_run_id=thread.active_run_id,
        created_at=thread.created_at,
        updated_at=thread.updated_at,
    )


def message_from(item: MessageItem) -> Message:
    """Return the message, its text from wherever it is."""
    return Message(
        id=int(item.id),
        thread_id=int(item.thread_id),
        user_id=int(item.user_id),
        role=MessageRole(item.role),
        content=content_at(item.content_key) if item.content_key else item.content,
        openai_message_id=item.openai_message_id,
        run_id=item.run_id,
        created_at=item.created_at,
        is_partial=item.is_partial,
        citations=tuple(
            Citation(**known_fields(Citation, citation)) for citation in item.citations or ()
        ),
    )


def message_item(message: Message, content_key: str | None = None) -> MessageItem:
    """Return the item of a message, without its text if that is kept at a key."""
    return MessageItem(
        messages_key(message.user_id, message.thread_id),
        number_key("M", message.id),
        user_id=message.user_id,
        thread_id=message.thread_id,
        id=message.id,
        role=message.role.value,
        content="" if content_key else message.content,
        content_key=content_key,
        openai_message_id=message.openai_message_id,
        run_id=message.run_id,
        created_at=message.created_at,
        is_partial=message.is_partial,
        citations=[asdict(citation) for citation in message.citations] or None,
    )


def messages_key(user_id: int, thread_id: int) -> str:
    """Return the owner of a thread's messages."""
    return f"{user_key(user_id)}#{number_key('T', thread_id)}"
