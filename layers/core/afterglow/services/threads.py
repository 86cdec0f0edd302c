"""Threads of a user, and what was said in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from afterglow.domain.identifiers import new_opaque_id
from afterglow.domain.models import IdempotencyClaim, Message, Thread, User
from afterglow.ports.assistants import AssistantRepository
from afterglow.ports.clock import Clock
from afterglow.ports.conversations import ThreadRepository
from afterglow.services.references import (
    Reference,
    find_thread,
    given_or_default,
    thread_id,
)

DEFAULT_TITLE = "New Conversation"


@dataclass(frozen=True, slots=True)
class ThreadService:
    """Conversations. Sending a message is a turn: see `turns`.

    `charge_thread` and `charge_bulk_delete` raise RateLimitError when a user does it too often.
    """

    threads: ThreadRepository
    assistants: AssistantRepository
    charge_thread: Callable[[User], None]
    charge_bulk_delete: Callable[[User], None]
    now: Clock

    def create(
        self,
        user: User,
        *,
        title: str | None,
        assistant_id: int | None,
        claim: IdempotencyClaim | None = None,
    ) -> Thread:
        """Open a thread with an assistant, by default the user's default assistant.

        Raises NotFoundError if there is no such assistant, InvalidInputError if none is meant,
        RateLimitError, ConflictError if the claim is another request's.
        """
        assistant = given_or_default(self.assistants, user, assistant_id)
        self.charge_thread(user)
        thread = new_thread(
            user.id,
            self.threads.next_id(user.id),
            DEFAULT_TITLE if title is None else title,
            assistant.id,
            self.now(),
        )
        self.threads.add(thread, claim=claim)
        return thread

    def get(self, user: User, reference: Reference) -> Thread:
        """Return one. Raises NotFoundError."""
        return find_thread(self.threads, user.id, reference)

    def list(
        self, user: User, *, before: int | None = None, page_size: int | None = None
    ) -> Iterator[Thread]:
        """Return the user's threads below an id, by id descending."""
        return self.threads.list(user.id, before=before, page_size=page_size)

    def change(
        self,
        user: User,
        reference: Reference,
        *,
        title: str | None = None,
        is_archived: bool | None = None,
    ) -> None:
        """Change a title, or whether the thread is archived; None leaves it.

        Raises NotFoundError.
        """
        thread = find_thread(self.threads, user.id, reference)
        if title is None and is_archived is None:
            return
        self.threads.change(
            user.id, thread.id, title=title, is_archived=is_archived, now=self.now()
        )

    def delete(self, user: User, reference: Reference) -> None:
        """Delete a thread with all that was said in it. Raises NotFoundError, ConflictError."""
        self.threads.delete(user.id, thread_id(self.threads, user.id, reference), self.now())

    def delete_all(self, user: User) -> None:
        """Delete all of the user's. Raises RateLimitError."""
        self.charge_bulk_delete(user)
        self.threads.delete_all(user.id, self.now())

    def messages(
        self,
        user: User,
        reference: Reference,
        *,
        after: int = 0,
        page_size: int | None = None,
    ) -> Iterator[Message]:
        """Return a thread's messages beyond an id, by id ascending. Raises NotFoundError."""
        thread = find_thread(self.threads, user.id, reference)
        return self.threads.messages(user.id, thread.id, after=after, page_size=page_size)


def new_thread(
    user_id: int, thread_id: int, title: str, assistant_id: int, now: datetime
) -> Thread:
    """Return a thread that nobody has written in."""
    return Thread(
        id=thread_id,
        user_id=user_id,
        openai_thread_id=new_opaque_id("thread"),
        title=title,
        assistant_id=assistant_id,
        created_at=now,
        updated_at=now,
    )
