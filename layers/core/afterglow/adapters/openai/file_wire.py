"""What we read of OpenAI's files, uploads and vector stores."""

from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from afterglow.adapters.openai.identifiers import UpstreamId
from afterglow.adapters.openai.wire import bad_answer, shown_code
from afterglow.ports.upstream_files import Indexing, IndexingState

_STATES = {
    "in_progress": IndexingState.WORKING,
    "completed": IndexingState.DONE,
    "cancelled": IndexingState.FAILED,
    "failed": IndexingState.FAILED,
}


class FileBody(BaseModel):
    """A file (`types/file_object.py` of openai 3.54)."""

    id: UpstreamId


class UploadBody(BaseModel):
    """A file in the making (`types/upload.py`); `file` once it is completed."""

    id: UpstreamId
    status: Literal["pending", "completed", "cancelled", "expired"]
    file: FileBody | None = None


class PartBody(BaseModel):
    """A part of an upload (`types/uploads/upload_part.py`)."""

    id: UpstreamId
    upload_id: UpstreamId


class StoreBody(BaseModel):
    """A vector store (`types/vector_store.py`)."""

    id: UpstreamId
    status: Literal["expired", "in_progress", "completed"]


class IndexingFailure(BaseModel):
    """Why a file could not be indexed; the set of codes is open."""

    code: Any = None


class StoreFileBody(BaseModel):
    """A file in a vector store (`types/vector_stores/vector_store_file.py`)."""

    id: UpstreamId
    vector_store_id: UpstreamId
    status: Literal["in_progress", "completed", "cancelled", "failed"]
    last_error: IndexingFailure | None = None


Body = TypeVar("Body", bound=BaseModel)


def read_file(body: bytes) -> str:
    """Return the id of a file. Raises OperationFailedError if there is none, like all of these."""
    return _read(FileBody, body).id


def read_begun(body: bytes) -> str:
    """Return the id of an upload that takes parts."""
    upload = _read(UploadBody, body)
    if upload.status != "pending":
        raise bad_answer()
    return upload.id


def read_part(body: bytes, *, upload_id: str) -> str:
    """Return the id of a part of this upload."""
    part = _read(PartBody, body)
    if part.upload_id != upload_id:
        raise bad_answer()
    return part.id


def read_completed(body: bytes, *, upload_id: str) -> str:
    """Return the id of the file that this upload has become."""
    upload = _read(UploadBody, body)
    if upload.id != upload_id or upload.status != "completed" or upload.file is None:
        raise bad_answer()
    return upload.file.id


def read_store(body: bytes, *, expected_id: str | None = None) -> StoreBody:
    """Return a vector store: this one, if an id is given."""
    store = _read(StoreBody, body)
    if expected_id is not None and store.id != expected_id:
        raise bad_answer()
    return store


def read_indexing(body: bytes, *, store_id: str, upstream_id: str) -> Indexing:
    """Return how far this file is in this store."""
    file = _read(StoreFileBody, body)
    if (file.vector_store_id, file.id) != (store_id, upstream_id):
        raise bad_answer()
    state = _STATES[file.status]
    code = file.last_error.code if file.last_error else None
    return Indexing(state, shown_code(code) if state is IndexingState.FAILED else None)


def _read(kind: type[Body], body: bytes) -> Body:
    try:
        return kind.model_validate_json(body)
    except ValidationError:
        raise bad_answer() from None
