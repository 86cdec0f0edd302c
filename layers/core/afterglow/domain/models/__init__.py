"""The product's nouns. All times are aware and UTC."""

from afterglow.domain.models.accounts import ApiKeyRecord, Role, Session, SessionKind, User
from afterglow.domain.models.assistants import Assistant, AssistantSpec, Tool
from afterglow.domain.models.conversations import Message, MessageRole, Thread
from afterglow.domain.models.files import Citation, File, FileUse, Library, VectorStore
from afterglow.domain.models.idempotency import IdempotencyClaim, IdempotencyRecord
from afterglow.domain.models.runs import (
    OPEN_STATES,
    FailureKind,
    Run,
    RunError,
    RunState,
    Usage,
    WaitReason,
)
from afterglow.domain.models.uploads import (
    OVER,
    Staged,
    Upload,
    UploadError,
    UploadFile,
    UploadKind,
    UploadState,
)

__all__ = [
    "OPEN_STATES",
    "OVER",
    "ApiKeyRecord",
    "Assistant",
    "AssistantSpec",
    "Citation",
    "FailureKind",
    "File",
    "FileUse",
    "IdempotencyClaim",
    "IdempotencyRecord",
    "Library",
    "Message",
    "MessageRole",
    "Role",
    "Run",
    "RunError",
    "RunState",
    "Session",
    "SessionKind",
    "Staged",
    "Thread",
    "Tool",
    "Upload",
    "UploadError",
    "UploadFile",
    "UploadKind",
    "UploadState",
    "Usage",
    "User",
    "VectorStore",
    "WaitReason",
]
