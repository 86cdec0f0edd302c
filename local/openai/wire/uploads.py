"""Uploads in parts: what a client may say of them and what they look like."""

import time
from typing import Annotated, Final, Literal

from pydantic import Field

from local.openai.wire import Json
from local.openai.wire.items import new_id
from local.openai.wire.tools import Strict

Purpose = Literal["assistants", "batch", "fine-tune", "vision", "user_data", "evals"]

LARGEST_UPLOAD: Final = 8 * 1024**3
LARGEST_PART: Final = 64 * 1024**2
# What OpenAI's pages on file search and on the code interpreter list.
LISTED: Final = """
    text/x-c text/x-c++ text/x-csharp text/css application/msword text/x-golang text/html
    text/x-java text/javascript application/json text/markdown application/pdf text/x-php
    text/x-python text/x-script.python text/x-ruby application/x-sh text/x-tex
    application/typescript text/plain text/csv application/csv text/xml application/xml
    image/jpeg image/gif image/png application/octet-stream application/x-tar application/zip
    application/vnd.openxmlformats-officedocument.wordprocessingml.document
    application/vnd.openxmlformats-officedocument.presentationml.presentation
    application/vnd.openxmlformats-officedocument.spreadsheetml.sheet
"""
MIME_TYPES: Final = frozenset(LISTED.split())
SHOWN: Final = (
    "id", "object", "bytes", "created_at", "filename", "purpose", "status", "expires_at", "file",
)  # fmt: skip


class FileExpiry(Strict):
    anchor: Literal["created_at"]
    seconds: Annotated[int, Field(ge=3_600, le=2_592_000)]


class CreateUpload(Strict):
    filename: Annotated[str, Field(min_length=1)]
    bytes: Annotated[int, Field(ge=1, le=LARGEST_UPLOAD)]
    mime_type: str
    purpose: Purpose
    expires_after: FileExpiry | None = None


class CompleteUpload(Strict):
    part_ids: Annotated[list[str], Field(min_length=1)]
    md5: str | None = None


def upload_object(request: CreateUpload, lifetime: int) -> Json:
    """With what its wire form does not show. `lifetime` is in seconds."""
    now = int(time.time())
    return {
        "id": new_id("upload"),
        "object": "upload",
        "created_at": now,
        "status": "pending",
        "expires_at": now + lifetime,
        **request.model_dump(),
    }


def upload_part(upload_id: str, size: int) -> Json:
    """With its size, which its wire form does not show."""
    return {
        "id": new_id("part"),
        "object": "upload.part",
        "created_at": int(time.time()),
        "upload_id": upload_id,
        "bytes": size,
    }


def shown_upload(body: Json) -> Json:
    return {name: body[name] for name in SHOWN if name in body}


def shown_part(body: Json) -> Json:
    return {name: value for name, value in body.items() if name != "bytes"}
