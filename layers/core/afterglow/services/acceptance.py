"""The first half of a turn: a message is taken, or nothing is written."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from afterglow.domain.errors import ConflictError, InvalidInputError, NotFoundError
from afterglow.domain.identifiers import new_opaque_id
from afterglow.domain.models import (
    Assistant,
    IdempotencyClaim,
    Message,
    MessageRole,
    Run,
    Thread,
    User,
)
from afterglow.domain.rates import Use
from afterglow.ports.assistants import AssistantRepository
from afterglow.ports.clock import Clock
from afterglow.ports.conversations import Terms, ThreadRepository, TurnLedger
from afterglow.services.references import Reference, find_assistant, find_thread
from afterglow.services.starting import LEASE
from afterglow.services.threads import new_thread

# When a run is given up, whoever watches it.
DEADLINE = timedelta(minutes=15)
ACCEPT_TRIES = 3

_BUSY = "A message is already being processed in this thread"


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """A message that somebody sends, and waits until `answer_by` for the answer to it.

    `assistant` is the one that is to answer if not the thread's. With `is_async` nobody waits, and
    somebody else begins the run.
    """

    user: User
    content: str
    answer_by: datetime
    assistant: Reference | None = None
    claim: IdempotencyClaim | None = None
    is_async: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """An accepted message, and the thread as it was before it."""

    thread: Thread
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

    def accept(self, request: TurnRequest, thread: Reference, uses: Sequence[Use]) -> Turn:
        """Store message and run and lock the thread, all or nothing.

        The run's assistant is the one given, else the thread's, else the user's default. Raises
        NotFoundError, InvalidInputError, RateLimitError if one of the `uses` has no room;
        ConflictError while another message is at work, or when the request's claim has been made
        by another one.
        """
        terms = Terms(self.most_open, uses, request.claim)
        for _ in range(ACCEPT_TRIES):
            seen = find_thread(self.threads, request.user.id, thread)
            if seen.active_run_id is not None:
                break
            chosen = self._assistant(request, seen.assistant_id)
            turn = self._begin(request, seen, chosen)
            try:
                self.ledger.accept(seen, turn.run, turn.message, terms)
            except ConflictError:
                # Someone moved the thread on since it was read: look again.
                continue
            return turn
        raise ConflictError(_BUSY)

    def open(self, request: TurnRequest, title: str, uses: Sequence[Use]) -> Turn:
        """Store a new thread with its first message and run, all or nothing.

        Raises as `accept` does.
        """
        user, chosen = request.user, self._assistant(request, None)
        terms = Terms(self.most_open, uses, request.claim)
        thread = new_thread(user.id, self.threads.next_id(user.id), title, chosen.id, self.now())
        for _ in range(ACCEPT_TRIES):
            turn = self._begin(request, thread, chosen)
            try:
                self.ledger.open(thread, turn.run, turn.message, terms)
            except ConflictError:
                # There was no room, and some has been made: look again.
                continue
            return turn
        raise ConflictError("Too much is going on: try again")

    def _assistant(self, request: TurnRequest, threads_own: int | None) -> Assistant:
        assistant = self._chosen(request.user, request.assistant, threads_own)
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

    def _begin(self, request: TurnRequest, thread: Thread, assistant: Assistant) -> Turn:
        now, is_ours = self.now(), not request.is_async
        run = Run(
            id=new_opaque_id("run"),
            user_id=thread.user_id,
            thread_id=thread.id,
            assistant_id=assistant.id,
            openai_assistant_id=assistant.openai_assistant_id,
            message_id=thread.last_message_id + 1,
            spec=assistant.spec,
            created_at=now,
            # Nobody is at an asynchronous one yet: it is due.
            lease_until=now + LEASE if is_ours else now,
            attempt=1 if is_ours else 0,
            deadline=now + DEADLINE,
        )
        message = Message(
            id=run.message_id,
            thread_id=thread.id,
            user_id=thread.user_id,
            role=MessageRole.USER,
            content=request.content,
            openai_message_id=new_opaque_id("msg"),
            run_id=run.id,
            created_at=now,
        )
        return Turn(thread, message, run)
