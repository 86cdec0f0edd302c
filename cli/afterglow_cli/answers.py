"""What the service answers, as far as the command reads it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class _Answer(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True)


class Detail(_Answer):
    """What is wrong with one field of a request."""

    field: str = ""
    message: str


class Problem(_Answer):
    """Why something was refused."""

    error: str
    details: Sequence[Detail] = ()


class User(_Answer):
    """Who is signed in."""

    id: int
    username: str
    role: str
    default_assistant_id: int | None


class Tool(_Answer):
    """What an assistant can do."""

    type: str


class Assistant(_Answer):
    """An assistant, by its name."""

    id: int
    name: str
    tools: Sequence[Tool]


class File(_Answer):
    """A file that the service has: `size` in bytes, `sha256` in hex."""

    path: str
    size: int
    sha256: str


class Reason(_Answer):
    """Why a file came to nothing."""

    code: str
    message: str


class Form(_Answer):
    """A presigned POST."""

    url: str
    fields: Mapping[str, str]
    expires_at: datetime


class UploadFile(_Answer):
    """A file of an upload. With a form, its bytes are wanted."""

    path: str
    status: str
    error: Reason | None = None
    upload: Form | None = None


class Upload(_Answer):
    """Files on their way."""

    id: str
    status: Literal["in_progress", "completed", "failed", "cancelled"]
    total: int
    completed: int
    failed: int
    cancelled: int
    files: Sequence[UploadFile]

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is left to do."""
        return self.status != "in_progress"


class Ingestion(_Answer):
    """That a staged folder is on its way to an assistant, or is there already."""

    upload_id: str
    assistant_id: int
