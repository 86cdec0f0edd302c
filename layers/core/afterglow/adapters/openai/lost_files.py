"""A create that is refused since OpenAI no longer has what the assistant's tools were to read."""

import re

import openai

from afterglow.domain.errors import OperationFailedError
from afterglow.ports.engine import PromptFiles

# Neither status nor code is documented; the text names what is missing, and is read for that only.
_REFUSALS = {400, 404}
_STORE = re.compile("vector store", re.IGNORECASE)


def lost_files(error: openai.APIStatusError, files: PromptFiles) -> OperationFailedError | None:
    """Return the error that says so, None if it is about something else."""
    text = error.body.get("message") if isinstance(error.body, dict) else None
    if error.status_code not in _REFUSALS or not isinstance(text, str):
        return None
    store_id = files.vector_store_id
    if store_id is not None and (store_id in text or _STORE.search(text)):
        return OperationFailedError(
            "OpenAI no longer has the assistant's files: upload them again",
            code="vector_store_lost",
        )
    if any(file_id in text for file_id in files.code_file_ids):
        return OperationFailedError(
            "OpenAI no longer has one of the assistant's files: upload it again",
            code="upstream_file_lost",
        )
    return None
