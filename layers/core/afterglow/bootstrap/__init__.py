"""Where ports meet adapters. Imports are inside, so that a function loads only what it uses."""

from afterglow.bootstrap.accounts import (
    account_service,
    administration_service,
    credential_service,
    preference_service,
    session_service,
)
from afterglow.bootstrap.conversations import (
    assistant_limit,
    assistant_service,
    reaper,
    thread_directory,
    thread_service,
)
from afterglow.bootstrap.limiting import anonymous_limit, limits
from afterglow.bootstrap.ports import now, pepper
from afterglow.bootstrap.runs import idempotency, run_poller, run_service, sweeper, turn_service
from afterglow.bootstrap.snapshots import prepare_snapshot
from afterglow.bootstrap.uploads import (
    directory_service,
    file_removal,
    file_service,
    form_service,
    mover,
    upload_service,
    upload_sweeper,
    upload_work,
)

__all__ = [
    "account_service",
    "administration_service",
    "anonymous_limit",
    "assistant_limit",
    "assistant_service",
    "credential_service",
    "directory_service",
    "file_removal",
    "file_service",
    "form_service",
    "idempotency",
    "limits",
    "mover",
    "now",
    "pepper",
    "preference_service",
    "prepare_snapshot",
    "reaper",
    "run_poller",
    "run_service",
    "session_service",
    "sweeper",
    "thread_directory",
    "thread_service",
    "turn_service",
    "upload_service",
    "upload_sweeper",
    "upload_work",
]
