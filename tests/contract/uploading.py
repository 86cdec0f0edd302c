"""Files and uploads to test with, and steps of both."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from afterglow.domain.identifiers import new_ordered_id
from afterglow.domain.models import (
    File,
    FileUse,
    IdempotencyClaim,
    Upload,
    UploadFile,
    UploadKind,
    UploadState,
)
from afterglow.ports.files import Quota
from tests.contract.worlds import World
from tests.examples import a_session, a_user, an_assistant
from tests.fakes.clock import NOON

LATER = NOON + timedelta(seconds=35)
QUOTA = Quota(files=100, size=10_000, files_per_assistant=100)
MANY = 20


def content_hash(content: str) -> str:
    """Return a SHA-256 in hex."""
    return hashlib.sha256(content.encode()).hexdigest()


def a_file(world: World, path: str = "docs/a.md", content: str = "Hello.", **facts: Any) -> File:
    """Return a file of the test's user that is not stored yet."""
    created_at = facts.pop("created_at", NOON)
    file = File(
        id=new_ordered_id("file-", created_at),
        user_id=world.user_id,
        path=path,
        size=len(content),
        sha256=content_hash(content),
        use=FileUse.SEARCH,
        created_at=created_at,
    )
    return replace(file, **facts)


def added(world: World, number: int = 0, **facts: Any) -> File:
    """Return a stored file, one for each number, in their order, bound upstream."""
    created_at = NOON + timedelta(milliseconds=number)
    file = a_file(world, f"docs/{number}.md", created_at=created_at, **facts)
    world.files.add(file, QUOTA)
    return world.files.bind(
        file, f"file-upstream{number}", world.files.library(file.user_id).generation
    )


def assistant(world: World) -> int:
    """Return a new assistant of the test's user."""
    if world.accounts.get(world.user_id) is None:
        user = a_user(world.user_id)
        world.accounts.create(user, a_session(user))
    assistant_id = world.assistants.next_id(world.user_id)
    world.assistants.add(an_assistant(world.user_id, assistant_id), limit=MANY)
    return assistant_id


def an_upload(world: World, **facts: Any) -> Upload:
    """Return an upload that is not stored yet."""
    upload = Upload(
        id=new_ordered_id("upload_", facts.get("created_at", NOON)),
        user_id=world.user_id,
        kind=UploadKind.FORMS,
        created_at=NOON,
        lease_until=NOON,
    )
    return replace(upload, **facts)


def an_entry(upload: Upload, number: int = 0, **facts: Any) -> UploadFile:
    """Return a file of an upload, in progress and due."""
    entry = UploadFile(
        user_id=upload.user_id,
        upload_id=upload.id,
        number=number,
        path=f"docs/{number}.md",
        size=6,
        state=UploadState.IN_PROGRESS,
        created_at=upload.created_at,
        lease_until=NOON,
        assistant_id=upload.assistant_id,
    )
    return replace(entry, **facts)


def opened(
    world: World, count: int = 1, *, claim: IdempotencyClaim | None = None, **facts: Any
) -> tuple[Upload, Sequence[UploadFile]]:
    """Return an upload that is stored with so many files: `facts` of an entry are theirs."""
    upload = an_upload(world, assistant_id=facts.pop("assistant_id", None), total=count)
    entries = [an_entry(upload, number, **facts) for number in range(count)]
    world.uploads.open(upload, entries, claim=claim)
    return upload, entries


def claimed(world: World, assistant_id: int | None, **facts: Any) -> UploadFile:
    """Return the one file of an upload that somebody is at work on."""
    _, (entry,) = opened(world, assistant_id=assistant_id, **facts)
    return world.uploads.claim(entry, LATER)


def attached(world: World, file: File, assistant_id: int, quota: Quota = QUOTA) -> UploadFile:
    """Have an assistant use a file from now on, and return the entry that brought it."""
    entry = replace(claimed(world, assistant_id), file_id=file.id).ended(UploadState.COMPLETED)
    world.files.attach(entry, file, quota)
    return entry


def counted(world: World, upload_id: str) -> tuple[int, int, int, int]:
    """Return how many files of an upload are completed, failed, cancelled and known."""
    upload = world.uploads.get(world.user_id, upload_id)
    return upload.completed, upload.failed, upload.cancelled, upload.known
