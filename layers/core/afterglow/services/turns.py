"""A turn: a message is accepted, the engine answers, the answer is stored.

accept   one transaction: message, run, the thread's lock
start    the engine begins; nothing is written
bind     the run learns its Response
commit   one transaction: the answer, the end of the run, the thread free with a new head
release  instead of commit when there is no answer: the end of the run, the thread free
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from afterglow.domain.errors import (
    ConflictError,
    DomainError,
    InvalidInputError,
    OperationFailedError,
)
from afterglow.domain.identifiers import new_opaque_id
from afterglow.domain.models import (
    Assistant,
    Message,
    MessageRole,
    Run,
    RunState,
    Thread,
    User,
)
from afterglow.ports.accounts import KeyVault
from afterglow.ports.clock import Clock
from afterglow.ports.conversations import (
    AssistantRepository,
    ThreadRepository,
    TurnLedger,
)
from afterglow.ports.engine import Engine, EngineFactory, Prompt, Reply, ReplyState
from afterglow.services.watching import Watcher

# A function lives 28 s, so whoever holds a lock for longer than this is dead.
LEASE = timedelta(seconds=35)
# When a run is given up, whoever watches it.
DEADLINE = timedelta(minutes=15)
# DynamoDB's item holds 400 KB with everything else in it.
MAX_ANSWER_BYTES = 300 * 1024
ACCEPT_TRIES = 3

_BUSY = "A message is already being processed in this thread"
_ENDS = {
    ReplyState.INCOMPLETE: (RunState.INCOMPLETE, "run_incomplete", "The answer was cut off"),
    ReplyState.FAILED: (RunState.FAILED, "run_failed", "OpenAI could not answer"),
    ReplyState.CANCELLED: (RunState.CANCELLED, "run_cancelled", "The run was cancelled upstream"),
    ReplyState.WORKING: (RunState.EXPIRED, "run_expired", "The assistant took too long to answer"),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """An accepted message, and the thread as it was before it."""

    thread: Thread
    assistant: Assistant
    message: Message
    run: Run


@dataclass(frozen=True, slots=True)
class TurnService:
    """The one way a message takes, whichever route it came by."""

    threads: ThreadRepository
    assistants: AssistantRepository
    ledger: TurnLedger
    vault: KeyVault
    engines: EngineFactory
    watcher: Watcher
    now: Clock

    def send(self, user: User, thread_id: int, content: str, *, answer_by: datetime) -> Message:
        """Send a message and return the answer; both are stored.

        Raises NotFoundError, InvalidInputError or ConflictError with nothing stored. After that,
        any error leaves the message stored, the run ended and the thread free.
        """
        engine = self._engine(user)
        turn = self._accept(user, thread_id, content)
        try:
            run, reply = self._work(turn, engine, answer_by)
        except Exception as error:
            code = error.code if isinstance(error, DomainError) else "internal_error"
            self.ledger.release(turn.run.ended(RunState.FAILED, self.now(), code=code))
            raise
        return self._settle(run, reply)

    def _engine(self, user: User) -> Engine:
        api_key = self.vault.get(user.id) if user.api_key else None
        if api_key is None:
            raise InvalidInputError(
                "No OpenAI API key is stored: set one first", code="openai_key_missing"
            )
        return self.engines(api_key)

    def _accept(self, user: User, thread_id: int, content: str) -> Turn:
        for _ in range(ACCEPT_TRIES):
            thread = self.threads.get(user.id, thread_id)
            if self._is_held(thread):
                break
            turn = self._begin(thread, self._assistant(user, thread), content)
            try:
                self.ledger.accept(thread, turn.run, turn.message)
            except ConflictError:
                # Someone moved the thread on since it was read: look again.
                continue
            return turn
        raise ConflictError(_BUSY)

    def _is_held(self, thread: Thread) -> bool:
        return thread.lease_until is not None and self.now() < thread.lease_until

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
        message = _message(run, run.message_id, MessageRole.USER, content, now)
        return Turn(thread, assistant, message, run)

    def _work(self, turn: Turn, engine: Engine, answer_by: datetime) -> tuple[Run, Reply]:
        started = engine.start(self._prompt(turn))
        run = self.ledger.bind(turn.run, started.response_id)
        reply = self.watcher.watch(engine, started, until=answer_by)
        if reply.state is ReplyState.WORKING:
            reply = _stop(engine, reply)
        return run, reply

    def _prompt(self, turn: Turn) -> Prompt:
        thread = turn.thread
        return Prompt(
            run=turn.run,
            openai_assistant_id=turn.assistant.openai_assistant_id or "",
            message=turn.message.content,
            head_response_id=thread.head_response_id,
            history=lambda: [
                message
                for message in self.threads.messages(thread.user_id, thread.id)
                if message.id <= thread.last_message_id
            ],
        )

    def _settle(self, run: Run, reply: Reply) -> Message:
        now = self.now()
        if reply.state is ReplyState.DONE and len(reply.text.encode()) <= MAX_ANSWER_BYTES:
            answer = _message(
                run, run.message_id + 1, MessageRole.ASSISTANT, reply.text, now, reply.message_id
            )
            self.ledger.commit(run.ended(RunState.COMPLETED, now, usage=reply.usage), answer)
            return answer
        state, code, text = _ENDS.get(
            reply.state, (RunState.FAILED, "answer_too_large", "The answer is too large to store")
        )
        code = reply.error_code or code
        self.ledger.release(run.ended(state, now, code=code, usage=reply.usage))
        raise OperationFailedError(text, code=code)


def _message(  # noqa: PLR0913 - a message has this many facts
    run: Run,
    message_id: int,
    role: MessageRole,
    content: str,
    now: datetime,
    openai_message_id: str | None = None,
) -> Message:
    return Message(
        id=message_id,
        thread_id=run.thread_id,
        user_id=run.user_id,
        role=role,
        content=content,
        openai_message_id=openai_message_id or new_opaque_id("msg"),
        run_id=run.id,
        created_at=now,
    )


def _stop(engine: Engine, reply: Reply) -> Reply:
    """Cancel the work; return the answer if it was there first, else the reply as it stood."""
    try:
        stopped = engine.cancel(reply.response_id)
    except DomainError:
        # Cancelling spares tokens; the run ends either way.
        return reply
    return stopped if stopped.state is ReplyState.DONE else reply
