"""The product's nouns. All times are aware and UTC."""

from afterglow.domain.models.accounts import ApiKeyRecord, Role, Session, SessionKind, User
from afterglow.domain.models.assistants import Assistant, AssistantSpec, Tool
from afterglow.domain.models.conversations import Message, MessageRole, Thread
from afterglow.domain.models.idempotency import IdempotencyClaim, IdempotencyRecord
from afterglow.domain.models.runs import OPEN_STATES, FailureKind, Run, RunError, RunState, Usage

__all__ = [
    "OPEN_STATES",
    "ApiKeyRecord",
    "Assistant",
    "AssistantSpec",
    "FailureKind",
    "IdempotencyClaim",
    "IdempotencyRecord",
    "Message",
    "MessageRole",
    "Role",
    "Run",
    "RunError",
    "RunState",
    "Session",
    "SessionKind",
    "Thread",
    "Tool",
    "Usage",
    "User",
]
