"""Uploads as a request is shown them."""

import math
from datetime import datetime, timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Request
from aws_lambda_powertools.event_handler.openapi.params import Query

from afterglow import bootstrap
from afterglow.api.dependencies.requests import AnswerBy
from afterglow.api.dependencies.uploads import Forms, Uploads
from afterglow.api.paging import Page, PageQuery
from afterglow.api.schemas.web.uploads import (
    AnnouncedFileOut,
    NewUploadOut,
    UploadFileOut,
    UploadOut,
    UploadWithFilesOut,
)
from afterglow.api.waiting import WaitQuery
from afterglow.domain.models import Upload, UploadState, User
from afterglow.services.forms import FormService
from afterglow.services.pacing import wait_at
from afterglow.services.uploads import UploadService


class UploadQuery(PageQuery, WaitQuery):
    """For how long to wait for an upload, and which of its files to show."""


UploadParameters = Annotated[UploadQuery, Query()]


class UploadViews:
    """Shows uploads."""

    def __init__(
        self, request: Request, uploads: UploadService, forms: FormService, answer_by: datetime
    ) -> None:
        self._user: User = request.context["user"]
        self._headers: dict[str, str] = request.context["response_headers"]
        self._uploads = uploads
        self._forms = forms
        self._answer_by = answer_by

    def found(self, upload_id: str) -> Upload:
        """Return an upload as it stands. Raises NotFoundError."""
        return self._uploads.get(self._user, upload_id, wait_until=bootstrap.now())

    def awaited(self, upload_id: str, query: WaitQuery) -> Upload:
        """Return an upload once it is over, or when the wait is. Raises NotFoundError."""
        latest = min(bootstrap.now() + timedelta(seconds=query.wait), self._answer_by)
        return self._uploads.get(self._user, upload_id, wait_until=latest)

    def listed(self, upload: Upload) -> UploadOut:
        """Return an upload's body without its files."""
        return UploadOut.of(upload, self._uploads.state(upload))

    def one(self, upload: Upload) -> UploadOut:
        """Return an upload's body without its files; the answer says when to ask for it again."""
        return UploadOut.of(upload, self._state(upload))

    def with_files(self, upload: Upload, page: Page) -> UploadWithFilesOut:
        """Return an upload's body with a part of its files."""
        state = self._state(upload)
        after = -1 if page.number is None else page.number
        files = page.fill(
            self._uploads.files(upload, after=after, page_size=page.size),
            UploadFileOut.of,
            lambda entry: entry.number,
        )
        return UploadWithFilesOut.with_files(upload, state, files)

    def with_forms(self, upload: Upload) -> NewUploadOut:
        """Return an upload's body with a form for every file that is awaited."""
        files = [
            AnnouncedFileOut.with_form(entry, self._forms.form(entry))
            for entry in self._uploads.files(upload)
        ]
        return NewUploadOut.with_forms(upload, self._uploads.state(upload), files)

    def _state(self, upload: Upload) -> UploadState:
        state = self._uploads.state(upload)
        if state is UploadState.IN_PROGRESS:
            self._headers["Retry-After"] = retry_after(upload)
        return state


def retry_after(upload: Upload) -> str:
    """Return in how many seconds it pays to ask for an upload again."""
    return str(math.ceil(wait_at(bootstrap.now() - upload.created_at).total_seconds()))


def _views(request: Request, uploads: Uploads, forms: Forms, answer_by: AnswerBy) -> UploadViews:
    return UploadViews(request, uploads, forms, answer_by)


UploadViewsOf = Annotated[UploadViews, Depends(_views)]
