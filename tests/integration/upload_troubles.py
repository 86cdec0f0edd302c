"""What may go wrong with an upload."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.bootstrap import ports, uploads
from afterglow.domain.errors import OperationFailedError
from afterglow.ports.files import Quota
from afterglow.ports.staging import Source
from tests.fakes.upstream_files import InMemoryUpstream, InMemoryUpstreamFiles
from tests.ingests import forget
from tests.tables import lose_latest


@contextmanager
def nothing(_: InMemoryUpstream, __: int) -> Iterator[None]:
    """Let all go well."""
    yield


@contextmanager
def unreadable(upstream: InMemoryUpstream, _: int) -> Iterator[None]:
    """Let nothing be indexed."""
    with patch.dict(upstream.failures, {f"{n}.md": "unsupported_file" for n in range(99)}):
        yield


@contextmanager
def store_lost(upstream: InMemoryUpstream, user_id: int) -> Iterator[None]:
    """Let the store be gone whenever it is asked for, and somebody clear that up later."""
    lost = OperationFailedError("lost", code="vector_store_lost")
    upstream.fail("index", *[lost] * 99)
    upstream.fail("indexing", *[lost] * 99)
    yield
    upstream.errors.clear()
    library = ports.files().library(user_id)
    ports.files().settle(library, generation=library.generation)


@contextmanager
def quota_reached(_: InMemoryUpstream, user_id: int) -> Iterator[None]:
    """Let the user have as many files as one may."""
    full = Quota(ports.files().library(user_id).files, 10**9, 100)
    with patch.object(uploads, "quota", lambda: full):
        forget()
        yield
    forget()


@contextmanager
def upload_gone(_: InMemoryUpstream, user_id: int) -> Iterator[None]:
    """Let an upload be cleared away while its file is sent, and the file be left."""
    upload = InMemoryUpstreamFiles.upload

    def late(files: InMemoryUpstreamFiles, source: Source) -> str:
        lose_latest("UPLOADS_TABLE", user_key(user_id), "UP#")
        return upload(files, source)

    with patch.object(InMemoryUpstreamFiles, "upload", late):
        yield


TROUBLES = (nothing, unreadable, store_lost, quota_reached, upload_gone)
