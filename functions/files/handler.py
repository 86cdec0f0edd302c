"""Files of the caller, and uploads: files on their way."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.answers import (
    FILE_CHANGES,
    FILE_QUOTA,
    FILE_TOO_LARGE,
    FOLDERS_GO_ON,
    MOVE_GOES_ON,
    NO_ASSISTANT,
    NO_DIRECTORY,
    NO_FILE,
    NO_FORM,
    NO_UPLOAD,
    OR_WHEN_TO_ASK_AGAIN,
    any_of,
    done_or_later,
)
from afterglow.api.app import Api
from afterglow.api.dependencies.files import FileRemovals, Files
from afterglow.api.dependencies.requests import AnswerBy, CurrentUser
from afterglow.api.dependencies.uploads import Directories, Forms, Uploads
from afterglow.api.idempotency import RepeatableOf
from afterglow.api.paging import PageParameters, PagesOf
from afterglow.api.received_form import FormOf, assistant_in
from afterglow.api.references import PathFile, PathUpload
from afterglow.api.schemas.web.accounts import MessageOnly
from afterglow.api.schemas.web.announcements import DirectoryIn, UploadIn
from afterglow.api.schemas.web.files import FileOut
from afterglow.api.schemas.web.uploaded import (
    DirectoryOut,
    FileAcceptedOut,
    UploadAcceptedOut,
    UploadedOut,
)
from afterglow.api.schemas.web.uploads import NewUploadOut, UploadOut, UploadWithFilesOut
from afterglow.api.upload_views import UploadParameters, UploadViewsOf
from afterglow.api.uploads import UploadExchangeOf
from afterglow.domain.models import Upload, UploadFile
from afterglow.services.uploads import GivenFile

app = Api()


@app.post(
    "/api/upload",
    responses=done_or_later(UploadedOut, FileAcceptedOut)
    | NO_ASSISTANT
    | NO_FORM
    | FILE_TOO_LARGE
    | FILE_QUOTA,
)
def upload_file(
    form: FormOf, uploads: Uploads, exchange: UploadExchangeOf
) -> Response[UploadedOut | FileAcceptedOut]:
    """Give a file of at most 4 MB to an assistant; by default to the default assistant."""
    given = GivenFile(form.file_name, form.content)
    named = assistant_in(form)

    def make() -> UploadFile:
        return uploads.direct(
            exchange.user,
            uploads.assistant_id(exchange.user, named),
            given,
            until=exchange.answer_by,
            claim=exchange.claim,
        )

    return exchange.file(make)


@app.post("/api/uploads", status_code=HTTPStatus.CREATED, responses=NO_ASSISTANT | FILE_QUOTA)
def create_upload(
    body: UploadIn,
    user: CurrentUser,
    forms: Forms,
    request: RepeatableOf,
    views: UploadViewsOf,
) -> NewUploadOut:
    """Announce files; those whose bytes are wanted get a form each, good for five minutes."""
    announced = [file.to_announced() for file in body.files]
    upload = request.once(
        lambda: forms.open(user, body.assistant_id, announced, claim=request.claim),
        views.found,
    )
    return views.with_forms(upload)


@app.get("/api/uploads")
def list_uploads(
    query: PageParameters, user: CurrentUser, uploads: Uploads, pages: PagesOf, views: UploadViewsOf
) -> list[UploadOut]:
    # Whether forms are waited for is known of each only by its files.
    page = pages.page(query.bounded)
    found = uploads.list(user, before=page.text, page_size=page.size)
    return page.fill(found, views.listed, lambda upload: upload.id)


@app.get("/api/uploads/<upload_id>", responses=OR_WHEN_TO_ASK_AGAIN | NO_UPLOAD)
def get_upload(
    upload_id: PathUpload,
    query: UploadParameters,
    pages: PagesOf,
    views: UploadViewsOf,
) -> UploadWithFilesOut:
    """Return an upload and its files, once it is over or when the wait is."""
    return views.with_files(views.awaited(upload_id, query), pages.page(query))


@app.post(
    "/api/uploads/<upload_id>/cancel", responses=OR_WHEN_TO_ASK_AGAIN | NO_UPLOAD | MOVE_GOES_ON
)
def cancel_upload(
    upload_id: PathUpload,
    user: CurrentUser,
    uploads: Uploads,
    answer_by: AnswerBy,
    views: UploadViewsOf,
) -> UploadOut:
    """End what is not over of an upload, and return it: what is over stays as it is."""
    return views.one(uploads.cancel(user, upload_id, until=answer_by))


@app.post(
    "/api/upload-directory",
    responses=done_or_later(DirectoryOut, UploadAcceptedOut)
    | any_of(NO_ASSISTANT, NO_DIRECTORY, NO_UPLOAD)
    | FOLDERS_GO_ON
    | FILE_QUOTA,
)
def upload_directory(
    body: DirectoryIn,
    uploads: Uploads,
    directories: Directories,
    exchange: UploadExchangeOf,
) -> Response[DirectoryOut | UploadAcceptedOut]:
    """Give a folder of the staging area to an assistant; by default to the default assistant."""

    def make() -> Upload:
        assistant_id = uploads.assistant_id(exchange.user, body.assistant_id)
        return directories.open(
            exchange.user,
            assistant_id,
            body.dir,
            upload_ids=body.upload_ids,
            claim=exchange.claim,
        )

    return exchange.directory(make)


@app.get("/api/files")
def list_files(
    query: PageParameters, user: CurrentUser, files: Files, pages: PagesOf
) -> list[FileOut]:
    page = pages.page(query)
    found = files.list(user, after=page.text, page_size=page.size)
    return page.fill(found, lambda each: FileOut.of(*each), lambda each: each[0].id)


@app.delete("/api/files/<file_id>", responses=NO_FILE | FILE_CHANGES)
def delete_file(file_id: PathFile, user: CurrentUser, removals: FileRemovals) -> MessageOnly:
    """Have a file gone: from every assistant that uses it, and from OpenAI."""
    removals.delete(user, file_id)
    return MessageOnly(message="File deleted successfully")


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway."""
    return app.resolve(event, context)
