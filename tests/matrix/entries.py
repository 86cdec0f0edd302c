"""What each route names. Whoever adds a route, a parameter or a field says so here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """What a parameter or a field names, and in which forms it does."""

    ASSISTANT = ("assistant",)
    ASSISTANT_IN_V1_PATH = ("assistant's digits", "asst_")
    ASSISTANT_IN_V1_BODY = ("assistant", "assistant's digits", "asst_")
    THREAD = ("thread",)
    THREAD_OF_V1 = ("thread_",)
    RUN = ("run_",)
    UPLOAD = ("upload_",)
    UPLOADS = ("list of upload_",)
    FILE = ("file-",)
    CURSOR = ("cursor",)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a route names by which parameter or field, and who may call it.

    `has_turn` says that it asks OpenAI, `needs_password` that it takes more than a credential;
    `shows_admins_all` that it is an admin's to read what belongs to others.
    """

    names: Mapping[str, Kind] = field(default_factory=dict)
    is_public: bool = False
    is_for_admins: bool = False
    has_turn: bool = False
    needs_password: bool = False
    shows_admins_all: bool = False


_LIST = Entry({"cursor": Kind.CURSOR})
_ASSISTANT = Entry({"assistant_id": Kind.ASSISTANT})
_V1_ASSISTANT = Entry({"assistant_id": Kind.ASSISTANT_IN_V1_PATH})
_CHOICE = Entry({"assistantId": Kind.ASSISTANT})
_THREAD = Entry({"thread_id": Kind.THREAD})
_V1_THREAD = Entry({"gpt_id": Kind.THREAD_OF_V1})
_RUN = Entry({"run_id": Kind.RUN})
_UPLOAD = Entry({"upload_id": Kind.UPLOAD})
_PASSWORD = Entry(is_public=True, needs_password=True)
_ADMINS = Entry(is_for_admins=True)

ENTRIES: dict[str, Entry] = {
    "GET /openapi.json": Entry(is_public=True),
    "GET /docs": Entry(is_public=True),
    "POST /api/register": Entry(is_public=True),
    "POST /api/login": _PASSWORD,
    "POST /api/logout": Entry(),
    "GET /api/user": Entry(),
    "DELETE /api/user": Entry(),
    "POST /api/settings/password": Entry(needs_password=True),
    "POST /api/settings/apikey": Entry(),
    "DELETE /api/settings/apikey": Entry(),
    "POST /api/settings/default-assistant": _CHOICE,
    "GET /api/assistants": _LIST,
    "POST /api/assistants": Entry(),
    "GET /api/assistants/{assistant_id}": _ASSISTANT,
    "PATCH /api/assistants/{assistant_id}": _ASSISTANT,
    "DELETE /api/assistants/{assistant_id}": _ASSISTANT,
    "GET /api/threads": _LIST,
    "POST /api/thread/new": _CHOICE,
    "PATCH /api/threads/{thread_id}": _THREAD,
    "DELETE /api/threads/{thread_id}": _THREAD,
    "GET /api/threads/{thread_id}/messages": Entry(
        {"thread_id": Kind.THREAD, "cursor": Kind.CURSOR}
    ),
    "GET /api/threads/{thread_id}/runs": Entry({"thread_id": Kind.THREAD, "cursor": Kind.CURSOR}),
    "GET /api/runs/{run_id}": _RUN,
    "POST /api/runs/{run_id}/cancel": _RUN,
    "POST /api/upload": _CHOICE,
    "POST /api/uploads": _CHOICE,
    "GET /api/uploads": _LIST,
    "GET /api/uploads/{upload_id}": Entry({"upload_id": Kind.UPLOAD, "cursor": Kind.CURSOR}),
    "POST /api/uploads/{upload_id}/cancel": _UPLOAD,
    "POST /api/upload-directory": Entry({"assistantId": Kind.ASSISTANT, "uploadIds": Kind.UPLOADS}),
    "GET /api/files": _LIST,
    "DELETE /api/files/{file_id}": Entry({"file_id": Kind.FILE}),
    "POST /api/chat": Entry({"threadId": Kind.THREAD}, has_turn=True),
    "POST /api/v1/auth/token": _PASSWORD,
    "DELETE /api/v1/auth/token": Entry(),
    "GET /api/v1/assistant": _LIST,
    "POST /api/v1/assistant": Entry(),
    "DELETE /api/v1/assistant": Entry(),
    "POST /api/v1/assistant/admin": _ADMINS,
    "GET /api/v1/assistant/{assistant_id}": _V1_ASSISTANT,
    "DELETE /api/v1/assistant/{assistant_id}": _V1_ASSISTANT,
    "GET /api/v1/assistant/{assistant_id}/instructions": _V1_ASSISTANT,
    "PUT /api/v1/assistant/{assistant_id}/instructions": _V1_ASSISTANT,
    "GET /api/v1/config/assistant/limit": Entry(),
    "PUT /api/v1/config/assistant/limit/{limit}": _ADMINS,
    "GET /api/v1/threads": Entry({"cursor": Kind.CURSOR}, shows_admins_all=True),
    "GET /api/v1/thread": _LIST,
    "POST /api/v1/thread": Entry({"assistantId": Kind.ASSISTANT_IN_V1_BODY}, has_turn=True),
    "DELETE /api/v1/thread": Entry(),
    "GET /api/v1/thread/{gpt_id}": Entry({"gpt_id": Kind.THREAD_OF_V1, "cursor": Kind.CURSOR}),
    "PUT /api/v1/thread/{gpt_id}": _V1_THREAD,
    "POST /api/v1/thread/{gpt_id}": Entry(
        {"gpt_id": Kind.THREAD_OF_V1, "assistantId": Kind.ASSISTANT_IN_V1_BODY}, has_turn=True
    ),
    "DELETE /api/v1/thread/{gpt_id}": _V1_THREAD,
    "GET /api/v1/thread/{gpt_id}/runs": Entry({"gpt_id": Kind.THREAD_OF_V1, "cursor": Kind.CURSOR}),
    "GET /api/v1/runs/{run_id}": _RUN,
    "POST /api/v1/runs/{run_id}/cancel": _RUN,
}

# Parameters and fields that name nothing of anyone's, wherever they are.
PLAIN = frozenset(
    {
        "Idempotency-Key",
        "Prefer",
        "apiKey",
        "content",
        "contentType",
        "currentPassword",
        "description",
        # A folder of one's own staging area: there is no way to name another's.
        "dir",
        "file",
        "files",
        "instructions",
        "isActive",
        "isArchived",
        "limit",
        "message",
        "model",
        "name",
        "newPassword",
        "password",
        "path",
        "sha256",
        "size",
        "temperature",
        "title",
        "tools",
        "type",
        "username",
        "wait",
    }
)
