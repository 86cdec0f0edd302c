"""The two names of a thing: the integer that counts per user, and the id in OpenAI's manner."""

from afterglow.domain.models import Assistant, Thread
from afterglow.ports.assistants import AssistantRepository
from afterglow.ports.conversations import ThreadRepository

# 1 or `asst_...`, 1 or `thread_...`.
Reference = int | str


def find_assistant(
    assistants: AssistantRepository, user_id: int, reference: Reference
) -> Assistant:
    """Return the assistant that is meant. Raises NotFoundError."""
    if isinstance(reference, int):
        return assistants.get(user_id, reference)
    return assistants.find(user_id, reference)


def assistant_id(assistants: AssistantRepository, user_id: int, reference: Reference) -> int:
    """Return the id that is meant, read only if it is not given. Raises NotFoundError."""
    return reference if isinstance(reference, int) else assistants.find(user_id, reference).id


def thread_id(threads: ThreadRepository, user_id: int, reference: Reference) -> int:
    """Return the id that is meant, read only if it is not given. Raises NotFoundError."""
    return reference if isinstance(reference, int) else threads.find(user_id, reference).id


def find_thread(threads: ThreadRepository, user_id: int, reference: Reference) -> Thread:
    """Return the thread that is meant. Raises NotFoundError."""
    if isinstance(reference, int):
        return threads.get(user_id, reference)
    return threads.find(user_id, reference)
