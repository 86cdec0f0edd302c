"""A create that is refused since OpenAI no longer has what the assistant's tools were to read."""

import re

from afterglow.adapters.openai.refusals import RefusalError
from afterglow.domain.errors import STORE_LOST, FileLostError, OperationFailedError
from afterglow.ports.engine import PromptFiles

# Neither status nor code is documented; the text names what is missing, and is read for that only.
_REFUSALS = {400, 404}
_STORE = re.compile("vector store", re.IGNORECASE)


def lost_files(error: RefusalError, files: PromptFiles) -> OperationFailedError | None:
    """Return the error that says so, None if it is about something else."""
    text = error.message
    if error.status not in _REFUSALS or text is None:
        return None
    store_id = files.vector_store_id
    if store_id is not None and (store_id in text or _STORE.search(text)):
        return OperationFailedError(
            "OpenAI no longer has the assistant's files: upload them again",
            code=STORE_LOST,
        )
    # One id may begin as another does: the longest that is in it is the one that is meant.
    named = [file_id for file_id in files.code_file_ids if file_id in text]
    if not named:
        return None
    return FileLostError(
        "OpenAI no longer has one of the assistant's files: upload it again",
        upstream_id=max(named, key=len),
    )
