"""The two names of a thing: the integer that counts per user, and the id in OpenAI's manner."""

from afterglow.domain.errors import InvalidInputError
from afterglow.domain.models import Assistant, Thread, User
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


def given_or_default(assistants: AssistantRepository, user: User, given: int | None) -> Assistant:
    """Return the assistant that is given, else the user's default one.

    Raises NotFoundError if there is no such assistant, InvalidInputError if none is meant.
    """
    chosen = user.default_assistant_id if given is None else given
    if chosen is None:
        raise InvalidInputError(
            "No assistant was given and there is no default assistant",
            details=({"field": "assistantId", "code": "missing"},),
        )
    return assistants.get(user.id, chosen)
