"""The first half of a turn: a message is taken, or nothing is written."""

from dataclasses import dataclass
from datetime import timedelta

from afterglow.domain.errors import ConflictError, InvalidInputError
from afterglow.domain.identifiers import new_opaque_id
from afterglow.domain.models import Assistant, Message, MessageRole, Run, Thread, User
from afterglow.ports.clock import Clock
from afterglow.ports.conversations import AssistantRepository, ThreadRepository, TurnLedger

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
    """Takes one message at a time per thread."""

    threads: ThreadRepository
    assistants: AssistantRepository
    ledger: TurnLedger
    now: Clock

    def accept(self, user: User, thread_id: int, content: str) -> Turn:
        """Store message and run and lock the thread, all or nothing.

        Raises NotFoundError, InvalidInputError, or ConflictError while another message is at work.
        """
        for _ in range(ACCEPT_TRIES):
            thread = self.threads.get(user.id, thread_id)
            if thread.lease_until is not None and self.now() < thread.lease_until:
                break
            turn = self._begin(thread, self._assistant(user, thread), content)
            try:
                self.ledger.accept(thread, turn.run, turn.message)
            except ConflictError:
                # Someone moved the thread on since it was read: look again.
                continue
            return turn
        raise ConflictError(_BUSY)

    def _assistant(self, user: User, thread: Thread) -> Assistant:
        assistant_id = thread.assistant_id or user.default_assistant_id
        if assistant_id is None:
            raise InvalidInputError("The thread has no assistant", code="assistant_missing")
        assistant = self.assistants.get(user.id, assistant_id)
        if assistant.openai_assistant_id is None:
            return self.assistants.ensure_openai_id(assistant, new_opaque_id("asst"))
        return assistant

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
