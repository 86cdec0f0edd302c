"""An upload that somebody waits for: what became of it, or where to ask for that later."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Depends, Request, Response

from afterglow import bootstrap
from afterglow.api.dependencies.files import Files
from afterglow.api.dependencies.requests import AnswerBy
from afterglow.api.dependencies.uploads import Uploads
from afterglow.api.gateway_event import public_prefix
from afterglow.api.idempotency import Repeatable, RepeatableOf
from afterglow.api.rendering import JSON
from afterglow.api.schemas.web.uploaded import (
    DirectoryOut,
    FileAcceptedOut,
    UploadAcceptedOut,
    UploadedOut,
    success,
)
from afterglow.api.upload_views import retry_after
from afterglow.domain.models import Upload, UploadFile, UploadState, User
from afterglow.services.files import FileService
from afterglow.services.upload_states import failure_of
from afterglow.services.uploads import UploadService


class UploadExchange:
    """An upload and what is to be said of it, as HTTP carries them."""

    def __init__(
        self,
        request: Request,
        repeatable: Repeatable,
        answer_by: datetime,
        uploads: UploadService,
        files: FileService,
    ) -> None:
        self.user: User = request.context["user"]
        self.answer_by = answer_by
        self.claim = repeatable.claim
        self._event = request.resolved_event.raw_event
        self._headers: dict[str, str] = request.context["response_headers"]
        self._repeatable = repeatable
        self._uploads = uploads
        self._files = files

    def file(self, make: Callable[[], UploadFile]) -> Response[UploadedOut | FileAcceptedOut]:
        """Return what became of an upload of one file. Raises why it came to nothing."""
        upload = self._awaited(lambda: self._found(make().upload_id))
        state = self._uploads.state(upload)
        # Read after the upload: of one that is over, its file is as it ended.
        entry = next(self._uploads.files(upload))
        if state is UploadState.IN_PROGRESS:
            later = FileAcceptedOut(**self._later(upload), file_id=entry.file_id)
            return Response(int(HTTPStatus.ACCEPTED), JSON, later)
        if state is not UploadState.COMPLETED or entry.file_id is None:
            raise failure_of(entry)
        body = UploadedOut(
            assistant_id=upload.assistant_id or 0,
            file_ids=self._file_ids(upload),
            message=success(upload.completed),
            upload_id=upload.id,
            file_id=entry.file_id,
        )
        return Response(int(HTTPStatus.OK), JSON, body)

    def directory(self, make: Callable[[], Upload]) -> Response[DirectoryOut | UploadAcceptedOut]:
        """Return what became of an upload of a folder: one file fails without the others."""
        upload = self._awaited(make)
        if self._uploads.state(upload) is UploadState.IN_PROGRESS:
            later = UploadAcceptedOut(**self._later(upload))
            return Response(int(HTTPStatus.ACCEPTED), JSON, later)
        entries = self._uploads.files(upload)
        body = DirectoryOut.of(upload, self._file_ids(upload), entries)
        return Response(int(HTTPStatus.OK), JSON, body)

    def _awaited(self, make: Callable[[], Upload]) -> Upload:
        """Return the upload that the request makes, or has made before, once it is over."""
        return self._uploads.awaited(self._repeatable.once(make, self._found), self.answer_by)

    def _found(self, upload_id: str) -> Upload:
        return self._uploads.get(self.user, upload_id, wait_until=bootstrap.now())

    def _later(self, upload: Upload) -> dict[str, Any]:
        """Return the facts of an upload that goes on; the headers say when and where to ask."""
        self._headers["Retry-After"] = retry_after(upload)
        self._headers["Location"] = f"{public_prefix(self._event)}/api/uploads/{upload.id}"
        return {"upload_id": upload.id, "assistant_id": upload.assistant_id or 0}

    def _file_ids(self, upload: Upload) -> list[str]:
        return list(self._files.used_by(upload.user_id, upload.assistant_id or 0))


def _exchange(
    request: Request, repeatable: RepeatableOf, answer_by: AnswerBy, uploads: Uploads, files: Files
) -> UploadExchange:
    return UploadExchange(request, repeatable, answer_by, uploads, files)


UploadExchangeOf = Annotated[UploadExchange, Depends(_exchange)]
