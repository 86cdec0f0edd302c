"""Uploads in parts: their parts are kept until they are a file, or will never be one."""

import asyncio
import secrets
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from local.openai.control.filenames import FileNames
from local.openai.control.settings import Settings
from local.openai.store.contents import Contents
from local.openai.store.database import Database
from local.openai.wire import Json
from local.openai.wire.errors import ApiError, invalid, upload_not_found
from local.openai.wire.objects import file_object
from local.openai.wire.uploads import (
    LARGEST_UPLOAD,
    MIME_TYPES,
    CompleteUpload,
    CreateUpload,
    upload_object,
    upload_part,
)

UPLOAD: Final = "upload"
PART: Final = "upload.part"


def new_file_id() -> str:
    return f"file-{secrets.token_hex(12)}"


@dataclass
class Uploads:
    database: Database
    contents: Contents
    settings: Settings
    names: FileNames
    locks: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    joining: set[str] = field(default_factory=set)

    def create(self, project: str, request: CreateUpload) -> Json:
        if request.purpose == "assistants" and request.mime_type not in MIME_TYPES:
            message = f"MIME type '{request.mime_type}' is not supported for purpose 'assistants'."
            raise invalid(message, param="mime_type", code="invalid_value")
        self.expire()
        body = upload_object(request, self.settings.upload_seconds)
        self.database.insert(UPLOAD, project, body)
        self.names.know(body["id"], body["filename"])
        return body

    def pending(self, project: str, upload_id: str) -> Json:
        """The upload if it can still be worked on, or a 404 or 400."""
        self.expire()
        body = self.database.get(UPLOAD, project, upload_id)
        if body is None:
            raise upload_not_found(upload_id)
        if body["status"] != "pending":
            raise invalid(f"Upload {upload_id} is {body['status']}.", code="invalid_upload_status")
        return body

    async def add_part(self, project: str, upload_id: str, source: BinaryIO, size: int) -> Json:
        part = upload_part(upload_id, size)
        await asyncio.to_thread(self.contents.write, part["id"], source)
        try:
            self._keep_part(project, part)
        except ApiError:
            self.contents.delete(part["id"])
            raise
        return part

    async def complete(self, project: str, upload_id: str, request: CompleteUpload) -> Json:
        async with self.locks[upload_id]:
            body = self.pending(project, upload_id)
            self._check_parts(project, body, request.part_ids)
            file_id = new_file_id()
            digest = await self._join(upload_id, file_id, request.part_ids)
            if request.md5 is not None and request.md5.lower() != digest:
                self.contents.delete(file_id)
                raise invalid("The MD5 checksum is not that of the parts.", param="md5")
            file = self._keep_file(project, file_id, body)
            return self._end(project, {**body, "status": "completed", "file": file})

    async def cancel(self, project: str, upload_id: str) -> Json:
        async with self.locks[upload_id]:
            body = self.pending(project, upload_id)
            return self._end(project, {**body, "status": "cancelled"})

    def expire(self) -> None:
        """End what is past its time, and with it the parts."""
        for project, _, body in self.database.find(UPLOAD, {"status": "pending"}):
            if body["expires_at"] <= time.time() and body["id"] not in self.joining:
                self._end(project, {**body, "status": "expired"})

    async def _join(self, upload_id: str, file_id: str, part_ids: list[str]) -> str:
        self.joining.add(upload_id)
        try:
            return await asyncio.to_thread(self.contents.join, file_id, part_ids)
        finally:
            self.joining.discard(upload_id)

    def _check_parts(self, project: str, body: Json, part_ids: list[str]) -> None:
        sizes = {part["id"]: part["bytes"] for part in self._parts(project, body["id"])}
        for part_id in part_ids:
            if part_id not in sizes:
                raise invalid(f"No such Part: {part_id}", param="part_ids")
        if len(set(part_ids)) < len(part_ids):
            raise invalid("A part is named twice.", param="part_ids")
        total = sum(sizes[part_id] for part_id in part_ids)
        if total != body["bytes"]:
            message = f"The parts have {total} bytes, the upload was to have {body['bytes']}."
            raise invalid(message, param="part_ids")

    def _keep_part(self, project: str, part: Json) -> None:
        # Asked again: it may have ended while the bytes were coming.
        upload = self.pending(project, part["upload_id"])
        parts = [part, *self._parts(project, upload["id"])]
        if sum(part["bytes"] for part in parts) > LARGEST_UPLOAD:
            raise invalid(f"An upload holds at most {LARGEST_UPLOAD} bytes.", param="data")
        self.database.insert(PART, project, part, parent=upload["id"])

    def _keep_file(self, project: str, file_id: str, upload: Json) -> Json:
        expiry = upload["expires_after"]
        file = file_object(
            file_id,
            filename=upload["filename"],
            size=upload["bytes"],
            purpose=upload["purpose"],
            expires_at=int(time.time()) + expiry["seconds"] if expiry else None,
        )
        self.database.insert("file", project, file)
        self.names.know(file_id, file["filename"])
        return file

    def _end(self, project: str, body: Json) -> Json:
        self.database.update(UPLOAD, body)
        for part in self._parts(project, body["id"]):
            self.database.delete(PART, part["id"], parent=body["id"])
            self.contents.delete(part["id"])
        return body

    def _parts(self, project: str, upload_id: str) -> list[Json]:
        return self.database.children(PART, project, upload_id)
