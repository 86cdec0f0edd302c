"""Why a file could not be attached: a transaction only says that something was in its way."""

from afterglow.adapters.dynamodb.assistant_presence import is_assistant
from afterglow.adapters.dynamodb.libraries import stored_library
from afterglow.adapters.dynamodb.records.files import count_key
from afterglow.adapters.dynamodb.stored_files import stored_file
from afterglow.adapters.dynamodb.tables.files import AttachmentCountItem
from afterglow.adapters.dynamodb.upload_opening import stored_upload
from afterglow.domain.errors import ConflictError, LimitExceededError, NotFoundError
from afterglow.domain.models import File, UploadFile


def is_attached_by_now(entry: UploadFile, file: File, assistant_id: int, most: int) -> bool:
    """Tell whether the assistant uses the file by now.

    Raises NotFoundError if the file, the assistant or the upload is gone, ConflictError if the
    library is not settled in the file's generation, LimitExceededError if the assistant uses `most`
    others.
    """
    stored = stored_file(file.user_id, file.id)
    if stored is None:
        raise NotFoundError("File not found")
    if not is_assistant(file.user_id, assistant_id):
        raise NotFoundError("Assistant not found")
    if stored_upload(file.user_id, entry.upload_id) is None:
        raise NotFoundError("Upload not found")
    library = stored_library(file.user_id)
    if not library.is_settled or library.generation != file.generation:
        raise ConflictError("The files are about to move")
    if assistant_id in stored.assistant_ids:
        return True
    if _used(file.user_id, assistant_id) >= most:
        raise LimitExceededError(
            "The assistant uses as many files as it may", code="assistant_files_reached"
        )
    return False


def _used(user_id: int, assistant_id: int) -> int:
    key = count_key(user_id, assistant_id)
    try:
        item = AttachmentCountItem.get(key.owner, key.item, consistent_read=True)
    except AttachmentCountItem.DoesNotExist:
        return 0
    return int(item.files)
