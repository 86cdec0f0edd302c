"""Staging and copies, once in memory and once on S3, and files to put there."""

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

from afterglow.adapters.s3.copies import S3Copies
from afterglow.adapters.s3.staging import S3Staging
from afterglow.domain.identifiers import new_opaque_id, new_ordered_id, new_user_id
from afterglow.domain.models import File, FileUse, UploadFile, UploadState
from afterglow.ports.staging import CopyRepository, Staging
from afterglow.settings import settings
from tests.fakes.clock import NOON
from tests.fakes.staging import Buckets, InMemoryCopies, InMemoryStaging


@dataclass(frozen=True, slots=True)
class Stores:
    """One implementation of both ports, for a user of the test's own."""

    staging: Staging
    copies: CopyRepository
    user_id: int = field(default_factory=new_user_id)

    def staged(self, content: bytes, **facts: Any) -> UploadFile:
        """Return a file of an upload whose bytes have come."""
        file = an_entry(self.user_id, size=len(content), **facts)
        self.staging.put(file, content)
        return file

    def kept(self, content: bytes, **facts: Any) -> File:
        """Return a file of which there is a copy."""
        file = a_file(self.user_id, content, **facts)
        self.copies.keep(self.staged(content), file)
        return file

    def read(self, file: File, *bounds: int) -> bytes:
        """Return what there is of a copy."""
        return b"".join(self.copies.source(file).chunks(*bounds))


def stores_in_memory() -> Stores:
    """Return the fakes."""
    buckets = Buckets()
    return Stores(InMemoryStaging(buckets, lambda: NOON), InMemoryCopies(buckets))


def stores_on_s3() -> Stores:
    """Return the adapters, to be used while moto plays AWS."""
    staging, content = settings().staging_bucket, settings().content_bucket
    return Stores(S3Staging(staging, lambda: NOON), S3Copies(content, staging))


def an_entry(user_id: int, **facts: Any) -> UploadFile:
    """Return a file of an upload that somebody is at work on."""
    entry = UploadFile(
        user_id=user_id,
        upload_id=new_opaque_id("upload"),
        number=3,
        path="documentation/Überblick.md",
        size=1,
        state=UploadState.IN_PROGRESS,
        created_at=NOON,
        lease_until=NOON,
        assistant_id=1,
    )
    return replace(entry, **facts)


def a_file(user_id: int, content: bytes, **facts: Any) -> File:
    """Return a file with this content."""
    file = File(
        id=new_ordered_id("file-", NOON),
        user_id=user_id,
        path="documentation/Überblick.md",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        use=FileUse.SEARCH,
        created_at=NOON,
    )
    return replace(file, **facts)
