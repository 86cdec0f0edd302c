"""Values that no client may send, for every field of every body."""

from collections.abc import Mapping, Sequence

Values = Sequence[object]

NULL: Values = [None]
NO_TEXT: Values = [1, 1.5, True, [], {}, ["text"]]
CONTROLS: Values = [
    "a\nb",
    "a\r\nb",
    "a\x1bb",
    "a\x7fb",
    "a\u009bb",
    "a\u202eb",
    "\u2066",
    "\u200f",
]
NO_NAME: Values = [*NO_TEXT, "", "x" * 101, "🦊" * 101, *CONTROLS]
NO_TITLE: Values = [*NO_TEXT, "", "x" * 201, "🦊" * 201, *CONTROLS]
NO_BOOLEAN: Values = [0, 1, "true", "", [], {}]
NO_NUMBER: Values = ["0.5", True, -0.1, -1, 2.1, 3, 10**400, [], {}]
NO_INTEGER_ID: Values = ["1", 1.0, 1.5, True, [], {}, 0, -1, 2**53, 2**53 + 1, 10**40]
NO_REFERENCE: Values = [
    *[1.0, 1.5, True, [], {}, 0, -1, 2**53, 10**40],
    *["", "0", "01", "-1", "+1", "1e3", "1.0", " 1", "1 ", "1\n", "true", "9" * 17, "\uff11\uff12"],
    *["asst_", "asst_é", "asst_a\n", "asst_" + "x" * 65, "thread_1", "ASST_1", "asst_../1"],
]
NO_MODEL: Values = [1, [], {}, "", "x" * 101, "gpt 4o", "../x", "gpt-4o\n", "gpt-4ö", "a/b"]
TOO_LONG_INSTRUCTIONS: Values = ["x" * (64 * 1024 + 1), "🦊" * (16 * 1024 + 1)]
TOO_LONG_MESSAGE: Values = ["x" * (256 * 1024 + 1), "🦊" * (64 * 1024 + 1)]
NO_TOOLS: Values = [
    {},
    "retrieval",
    ["retrieval"],
    [None],
    [{}],
    [{"type": None}],
    [{"type": "mcp", "server_url": "http://169.254.169.254"}],
    [{"type": "web_search"}],
    [{"type": "computer_use"}],
    [{"type": "shell"}],
    [{"type": "function"}],
    [{"type": "Retrieval"}],
    [{"type": "retrieval "}],
    [{"type": "retrieval"}, {"type": "mcp"}],
    [{"type": "retrieval"}] * 17,
]
NO_PATH: Values = [
    *NO_TEXT,
    *["../a.md", "/a.md", "~/a.md", "a\\b.md", "..%2fa.md", "s3://a", "$(id)", "a/b/../../../c"],
    *["\uff0e\uff0e/a.md", "x" * 256, "🦊" * 64, "/".join("abcdefghijk"), *CONTROLS],
]
_FILE = {"path": "docs/a.md", "size": 4}
NO_FILES: Values = [
    *NULL,
    *[{}, "docs/a.md", [], ["docs/a.md"], [None], [{}], [_FILE] * 101, [_FILE, _FILE]],
    *[[_FILE | {"path": path}] for path in (None, "", "docs/", *NO_PATH)],
    *[[_FILE | {"size": size}] for size in (None, "4", 4.5, True, 0, -1, 2**29 + 1, 10**40)],
    *[[_FILE | {"sha256": text}] for text in (1, "", "a" * 63, "A" * 64, "a" * 64 + "\n")],
    *[[_FILE | {"contentType": text}] for text in (1, "", "text", "a/b\r\nc: d", "a/ü")],
]
NO_UPLOADS: Values = [
    *[{}, 1, "upload_1", [], ["upload_1"] * 201, [None], [1], [["upload_1"]]],
    *[[text] for text in ("", "upload_", "run_1", "upload_é", "upload_1\n", "upload_" + "x" * 65)],
    *[[text] for text in ("UPLOAD_1", "upload_../1", " upload_1")],
]

_CREDENTIALS = {"username": [*NULL, *NO_TEXT], "password": [*NULL, *NO_TEXT]}
_SPEC: Mapping[str, Values] = {
    "description": [1, [], {}, "x" * 1001, "🦊" * 1001],
    "model": NO_MODEL,
    "instructions": [*NO_TEXT, *TOO_LONG_INSTRUCTIONS],
    "temperature": NO_NUMBER,
    "tools": [*NULL, *NO_TOOLS],
}
_MESSAGE: Mapping[str, Values] = {
    "content": [*NULL, *NO_TEXT, "", *TOO_LONG_MESSAGE],
    "assistantId": NO_REFERENCE,
}
BAD_VALUES: Mapping[str, Mapping[str, Values]] = {
    "POST /api/register": _CREDENTIALS,
    "POST /api/login": _CREDENTIALS,
    "POST /api/settings/password": {
        "currentPassword": [*NULL, *NO_TEXT],
        "newPassword": [*NULL, *NO_TEXT],
    },
    "POST /api/settings/apikey": {"apiKey": [*NULL, *NO_TEXT]},
    "POST /api/settings/default-assistant": {"assistantId": NO_INTEGER_ID},
    "POST /api/assistants": {"name": [*NULL, *NO_NAME], **_SPEC},
    "PATCH /api/assistants/1": {
        "name": [*NULL, *NO_NAME],
        **_SPEC,
        "isActive": [*NULL, *NO_BOOLEAN],
    },
    "POST /api/thread/new": {"title": NO_TITLE, "assistantId": NO_INTEGER_ID},
    "PATCH /api/threads/1": {"title": NO_TITLE, "isArchived": NO_BOOLEAN},
    "POST /api/uploads": {"files": NO_FILES, "assistantId": NO_INTEGER_ID},
    "POST /api/upload-directory": {
        "dir": [*NULL, *NO_PATH],
        "assistantId": NO_INTEGER_ID,
        "uploadIds": NO_UPLOADS,
    },
    "POST /api/chat": {
        "threadId": [*NULL, *NO_INTEGER_ID],
        "message": [*NULL, *NO_TEXT, "", *TOO_LONG_MESSAGE],
    },
    "POST /api/v1/auth/token": _CREDENTIALS,
    "POST /api/v1/assistant": {"name": [*NULL, *NO_NAME]},
    "POST /api/v1/assistant/admin": {
        "name": [*NULL, *NO_NAME],
        "instructions": _SPEC["instructions"],
        "model": NO_MODEL,
        "tools": NO_TOOLS,
    },
    "PUT /api/v1/assistant/1/instructions": {"instructions": [*NULL, *_SPEC["instructions"]]},
    "POST /api/v1/thread": {**_MESSAGE, "name": NO_TITLE},
    "POST /api/v1/thread/thread_1": _MESSAGE,
    "PUT /api/v1/thread/thread_1": {"name": NO_TITLE, "title": NO_TITLE},
}
