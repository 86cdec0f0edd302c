"""The first half of a turn: a message is taken, or nothing is written."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from afterglow.domain.errors import ConflictError, InvalidInputError, NotFoundError
from afterglow.domain.identifiers import new_opaque_id
from afterglow.domain.models import Assistant, Message, MessageRole, Run, Thread, User
from afterglow.ports.assistants import AssistantRepository
from afterglow.ports.clock import Clock
from afterglow.ports.conversations import ThreadRepository, TurnLedger
from afterglow.services.references import Reference, find_assistant, find_thread

# A function lives 28 s, so whoever holds a lock for longer than this is dead.
LEASE = timedelta(seconds=35)
# When a run is given up, whoever watches it.
DEADLINE = timedelta(minutes=15)
ACCEPT_TRIES = 3

_BUSY = "A message is already being processed in this thread"


@dataclass(frozen=True, slots=True)
class Turn:
    """An accepted message, and the thread as it was before it."""

    thread: Thread
    assistant: Assistant
    message: Message
    run: Run


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Takes one message at a time per thread, and of a user so many as `most_open` at a time."""

    threads: ThreadRepository
    assistants: AssistantRepository
    ledger: TurnLedger
    now: Clock
    most_open: int

    def accept(
        self,
        user: User,
        thread: Reference,
        content: str,
        *,
        charge: Callable[[User], None],
        assistant: Reference | None = None,
    ) -> Turn:
        """Store message and run and lock the thread, all or nothing.

        The run's assistant is the one given, else the thread's, else the user's default. `charge`
        is called once all that is meant is there. Raises what it raises, NotFoundError,
        InvalidInputError, RateLimitError, or ConflictError while another message is at work.
        """
        is_charged = False
        for _ in range(ACCEPT_TRIES):
            seen = find_thread(self.threads, user.id, thread)
            if seen.lease_until is not None and self.now() < seen.lease_until:
                break
            chosen = self._assistant(user, assistant, seen.assistant_id)
            if not is_charged:
                charge(user)
                is_charged = True
            turn = self._begin(seen, chosen, content)
            try:
                self.ledger.accept(seen, turn.run, turn.message, most_open=self.most_open)
            except ConflictError:
                # Someone moved the thread on since it was read: look again.
                continue
            return turn
        raise ConflictError(_BUSY)

    def open(
        self,
        user: User,
        content: str,
        *,
        title: str,
        charge: Callable[[User], None],
        assistant: Reference | None = None,
    ) -> Turn:
        """Store a new thread with its first message and run, all or nothing.

        Raises as `accept` does.
        """
        chosen = self._assistant(user, assistant, None)
        charge(user)
        thread = self._thread(user, title, chosen)
        for _ in range(ACCEPT_TRIES):
            turn = self._begin(thread, chosen, content)
            try:
                self.ledger.open(thread, turn.run, turn.message, most_open=self.most_open)
            except ConflictError:
                # There was no room, and some has been made: look again.
                continue
            return turn
        raise ConflictError("Too much is going on: try again")

    def _thread(self, user: User, title: str, assistant: Assistant) -> Thread:
        now = self.now()
        return Thread(
            id=self.threads.next_id(user.id),
            user_id=user.id,
            openai_thread_id=new_opaque_id("thread"),
            title=title,
            assistant_id=assistant.id,
            created_at=now,
            updated_at=now,
        )

    def _assistant(self, user: User, given: Reference | None, threads_own: int | None) -> Assistant:
        assistant = self._chosen(user, given, threads_own)
        if not assistant.is_active:
            raise InvalidInputError("The assistant is inactive", code="assistant_inactive")
        if not assistant.is_used:
            self.assistants.mark_used(assistant)
        return assistant

    def _chosen(self, user: User, given: Reference | None, threads_own: int | None) -> Assistant:
        if given is not None:
            return find_assistant(self.assistants, user.id, given)
        if threads_own is not None:
            # One that was deleted leaves its threads to the default.
            with suppress(NotFoundError):
                return self.assistants.get(user.id, threads_own)
        if user.default_assistant_id is None:
            raise InvalidInputError("The thread has no assistant", code="assistant_missing")
        return self.assistants.get(user.id, user.default_assistant_id)

    def _begin(self, thread: Thread, assistant: Assistant, content: str) -> Turn:
        now = self.now()
        run = Run(
            id=new_opaque_id("run"),
            user_id=thread.user_id,
            thread_id=thread.id,
            assistant_id=assistant.id,
            message_id=thread.last_message_id + 1,
            spec=assistant.spec,
            created_at=now,
            lease_until=now + LEASE,
            deadline=now + DEADLINE,
        )
        message = Message(
            id=run.message_id,
            thread_id=thread.id,
            user_id=thread.user_id,
            role=MessageRole.USER,
            content=content,
            openai_message_id=new_opaque_id("msg"),
            run_id=run.id,
            created_at=now,
        )
        return Turn(thread, assistant, message, run)
