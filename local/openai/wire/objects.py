"""Files, vector stores and their deletion notices."""

import time
from collections import Counter
from collections.abc import Iterable
from typing import Final

from local.openai.wire import Json
from local.openai.wire.items import new_id
from local.openai.wire.requests import AttachFile, ChunkingStrategy, CreateVectorStore, ExpiresAfter

DAY: Final = 86_400
STATUSES: Final = ("in_progress", "completed", "failed", "cancelled")


def file_object(
    file_id: str, *, filename: str, size: int, purpose: str, expires_at: int | None
) -> Json:
    body: Json = {
        "id": file_id,
        "object": "file",
        "bytes": size,
        "created_at": int(time.time()),
        "filename": filename,
        "purpose": purpose,
        "status": "processed",
    }
    # OpenAI's description knows no null here.
    return body if expires_at is None else {**body, "expires_at": expires_at}


def vector_store_object(request: CreateVectorStore) -> Json:
    now = int(time.time())
    body: Json = {
        "id": new_id("vs"),
        "object": "vector_store",
        "created_at": now,
        "name": request.name or "",
        "description": request.description,
        "usage_bytes": 0,
        "file_counts": file_counts([]),
        "status": "completed",
        "last_active_at": now,
        "expires_at": None,
        "metadata": request.metadata or {},
    }
    return with_expiry(body, request.expires_after)


def with_expiry(body: Json, policy: ExpiresAfter | None) -> Json:
    if policy is None:
        return body
    expires_at = body["last_active_at"] + policy.days * DAY
    return {**body, "expires_after": policy.model_dump(), "expires_at": expires_at}


def used_now(body: Json) -> Json:
    """A store that was just used: its expiry moves on."""
    body = {**body, "last_active_at": int(time.time())}
    policy = body.get("expires_after")
    return with_expiry(body, ExpiresAfter.model_validate(policy)) if policy else body


def with_files(body: Json, files: list[Json]) -> Json:
    """A store as its files make it."""
    counts = file_counts(files)
    status = "in_progress" if counts["in_progress"] else "completed"
    if body["expires_at"] is not None and body["expires_at"] <= time.time():
        status = "expired"
    used = sum(file["usage_bytes"] for file in files)
    return {**body, "file_counts": counts, "status": status, "usage_bytes": used}


def file_counts(files: Iterable[Json]) -> Json:
    counts = Counter(file["status"] for file in files)
    return {**{status: counts[status] for status in STATUSES}, "total": counts.total()}


def vector_store_file(vector_store_id: str, request: AttachFile) -> Json:
    return {
        "id": request.file_id,
        "object": "vector_store.file",
        "created_at": int(time.time()),
        "usage_bytes": 0,
        "vector_store_id": vector_store_id,
        "status": "in_progress",
        "last_error": None,
        "attributes": request.attributes or {},
        "chunking_strategy": chunking(request.chunking_strategy),
    }


def chunking(asked: ChunkingStrategy | None) -> Json:
    strategy = asked or ChunkingStrategy(type="auto")
    return {"type": "static", "static": strategy.static.model_dump()}


def file_batch(vector_store_id: str) -> Json:
    return {
        "id": new_id("vsfb"),
        "object": "vector_store.files_batch",
        "created_at": int(time.time()),
        "vector_store_id": vector_store_id,
        "status": "in_progress",
        "file_counts": file_counts([]),
    }


def batch_with_files(body: Json, files: list[Json]) -> Json:
    counts = file_counts(files)
    if body["status"] != "cancelled":
        body = {**body, "status": "in_progress" if counts["in_progress"] else "completed"}
    return {**body, "file_counts": counts}


def deleted(object_id: str, kind: str) -> Json:
    return {"id": object_id, "object": kind, "deleted": True}
