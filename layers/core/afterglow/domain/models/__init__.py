"""The product's nouns. All times are aware and UTC."""

from afterglow.domain.models.accounts import ApiKeyRecord, Role, Session, SessionKind, User
from afterglow.domain.models.assistants import Assistant, AssistantSpec, Tool
from afterglow.domain.models.conversations import Message, MessageRole, Thread
from afterglow.domain.models.runs import Run, RunState, Usage

__all__ = [
    "ApiKeyRecord",
    "Assistant",
    "AssistantSpec",
    "Message",
    "MessageRole",
    "Role",
    "Run",
    "RunState",
    "Session",
    "SessionKind",
    "Thread",
    "Tool",
    "Usage",
    "User",
]
