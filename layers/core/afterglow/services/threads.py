"""Threads of a user, and what was said in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from afterglow.domain.errors import InvalidInputError
from afterglow.domain.identifiers import new_opaque_id
from afterglow.domain.models import Message, Thread, User
from afterglow.ports.clock import Clock
from afterglow.ports.conversations import AssistantRepository, ThreadRepository

DEFAULT_TITLE = "New Conversation"


@dataclass(frozen=True, slots=True)
class ThreadService:
    """Conversations. Sending a message is a turn: see `turns`."""

    threads: ThreadRepository
    assistants: AssistantRepository
    now: Clock

    def create(self, user: User, *, title: str | None, assistant_id: int | None) -> Thread:
        """Open a thread with an assistant, by default the user's default assistant.

        Raises NotFoundError if there is no such assistant, InvalidInputError if none is meant.
        """
        chosen = user.default_assistant_id if assistant_id is None else assistant_id
        if chosen is None:
            raise InvalidInputError(
                "No assistant was given and there is no default assistant",
                details=({"field": "assistantId", "code": "missing"},),
            )
        assistant = self.assistants.get(user.id, chosen)
        return self.threads.add(
            user.id,
            assistant_id=assistant.id,
            openai_thread_id=new_opaque_id("thread"),
            title=DEFAULT_TITLE if title is None else title,
            now=self.now(),
        )

    def messages(self, user: User, thread_id: int) -> Sequence[Message]:
        """Return a thread's messages, by id ascending. Raises NotFoundError."""
        self.threads.get(user.id, thread_id)
        return self.threads.messages(user.id, thread_id)
