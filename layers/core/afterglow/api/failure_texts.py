"""What each operation of dialect B says when it fails, by method and resource.

The document's own texts, and more in its manner where it is silent.
"""

from collections.abc import Mapping

Operation = tuple[str, str]

_ASSISTANT = "/api/v1/assistant"
_THREAD = "/api/v1/thread"
_RUN = "/api/v1/runs/{run_id}"
_LIMIT = "/api/v1/config/assistant/limit"
_TOKEN = "/api/v1/auth/token"  # noqa: S105 - a path

V1_FAILURES: Mapping[Operation, str] = {
    ("GET", _ASSISTANT): "Failed to get assistants",
    ("POST", _ASSISTANT): "Failed to create assistant",
    ("DELETE", _ASSISTANT): "Failed to delete all assistants",
    ("POST", f"{_ASSISTANT}/admin"): "Failed to create assistant",
    ("GET", f"{_ASSISTANT}/{{assistant_id}}"): "Failed to get the assistant",
    ("DELETE", f"{_ASSISTANT}/{{assistant_id}}"): "Failed to delete the assistant",
    ("GET", f"{_ASSISTANT}/{{assistant_id}}/instructions"): "Failed to get assistant instructions",
    ("PUT", f"{_ASSISTANT}/{{assistant_id}}/instructions"): (
        "Failed to update assistant instructions"
    ),
    ("GET", f"{_THREAD}s"): "Failed to get threads",
    ("GET", _THREAD): "Failed to get threads",
    ("POST", _THREAD): "Failed to create thread",
    ("DELETE", _THREAD): "Failed to delete all threads",
    ("GET", f"{_THREAD}/{{gpt_id}}"): "Failed to get the messages",
    ("POST", f"{_THREAD}/{{gpt_id}}"): "Failed to create message or thread",
    ("PUT", f"{_THREAD}/{{gpt_id}}"): "Failed to update the thread",
    ("DELETE", f"{_THREAD}/{{gpt_id}}"): "Failed to delete the thread",
    ("GET", f"{_THREAD}/{{gpt_id}}/runs"): "Failed to get the runs",
    ("GET", _RUN): "Failed to get the run",
    ("POST", f"{_RUN}/cancel"): "Failed to cancel the run",
    ("GET", _LIMIT): "Failed to get assistant limit",
    ("PUT", f"{_LIMIT}/{{limit}}"): "Failed to update assistant limit",
    ("POST", _TOKEN): "Failed to create token",
    ("DELETE", _TOKEN): "Failed to revoke token",
}
