"""A turn: a message is accepted, the engine answers, the answer is stored.

accept   one transaction: message, run, the thread's lock (see `acceptance`)
start    the engine begins; nothing is written
bind     the run learns its Response
commit   one transaction: the answer, the end of the run, the thread free with a new head
release  instead of commit when there is no answer: the end of the run, the thread free
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from afterglow.domain.errors import Detail, DomainError, InvalidInputError
from afterglow.domain.identifiers import new_opaque_id
from afterglow.domain.models import Message, MessageRole, Run, RunState, Thread, User
from afterglow.ports.accounts import KeyVault
from afterglow.ports.clock import Clock
from afterglow.ports.conversations import ThreadRepository, TurnLedger
from afterglow.ports.engine import Engine, EngineFactory, Prompt, Reply, ReplyState
from afterglow.services.acceptance import Acceptance, Turn
from afterglow.services.endings import RunOverError, ending_of, is_answered
from afterglow.services.references import Reference
from afterglow.services.threads import DEFAULT_TITLE
from afterglow.services.watching import Watcher


@dataclass(frozen=True, slots=True)
class TurnService:
    """The one way a message takes, whichever route it came by.

    `charge_chat` and `charge_opening` raise RateLimitError when a user does it too often.
    """

    acceptance: Acceptance
    threads: ThreadRepository
    ledger: TurnLedger
    vault: KeyVault
    engines: EngineFactory
    watcher: Watcher
    charge_chat: Callable[[User], None]
    charge_opening: Callable[[User], None]
    now: Clock

    def send(
        self,
        user: User,
        thread: Reference,
        content: str,
        *,
        answer_by: datetime,
        assistant: Reference | None = None,
    ) -> Message:
        """Send a message and return the answer; both are stored.

        Raises NotFoundError, InvalidInputError, RateLimitError or ConflictError with nothing
        stored. After that, any error leaves the message stored, the run ended and the thread free.
        """
        engine = self._engine(user)
        turn = self.acceptance.accept(
            user, thread, content, assistant=assistant, charge=self.charge_chat
        )
        return self._finish(turn, engine, answer_by)

    def open(
        self,
        user: User,
        content: str,
        *,
        answer_by: datetime,
        title: str | None = None,
        assistant: Reference | None = None,
    ) -> Thread:
        """Open a thread with a message and return it when the answer is there.

        Raises as `send` does.
        """
        engine = self._engine(user)
        turn = self.acceptance.open(
            user,
            content,
            title=title or DEFAULT_TITLE,
            assistant=assistant,
            charge=self.charge_opening,
        )
        try:
            self._finish(turn, engine, answer_by)
        except DomainError as error:
            # The message is kept, and there is no other way to tell where.
            kept: Detail = {"code": "thread_kept", "message": turn.thread.openai_thread_id}
            error.details += (kept,)
            raise
        return turn.thread

    def _engine(self, user: User) -> Engine:
        api_key = self.vault.get(user.id, user.api_key.version) if user.api_key else None
        if api_key is None:
            raise InvalidInputError(
                "No OpenAI API key is stored: set one first", code="openai_key_missing"
            )
        return self.engines(api_key)

    def _finish(self, turn: Turn, engine: Engine, answer_by: datetime) -> Message:
        try:
            run, reply = self._work(turn, engine, answer_by)
            return self._settle(turn, run, reply)
        except Exception as error:
            self.ledger.release(self._ended(turn.run, error))
            # A thread that was deleted meanwhile is not there, whatever else went wrong.
            self.threads.get(turn.thread.user_id, turn.thread.id)
            raise

    def _ended(self, run: Run, error: Exception) -> Run:
        if isinstance(error, RunOverError):
            return run.ended(error.state, self.now(), error.code, error.usage)
        code = error.code if isinstance(error, DomainError) else "internal_error"
        return run.ended(RunState.FAILED, self.now(), code)

    def _work(self, turn: Turn, engine: Engine, answer_by: datetime) -> tuple[Run, Reply]:
        started = engine.start(self._prompt(turn))
        try:
            run = self.ledger.bind(turn.run, started.response_id)
        except Exception:
            # Nobody else knows of it.
            with suppress(DomainError):
                engine.delete(started.response_id)
            raise
        try:
            reply = self.watcher.watch(engine, started, until=answer_by)
        except Exception:
            _stop(engine, started)
            raise
        return run, _stop(engine, reply)

    def _prompt(self, turn: Turn) -> Prompt:
        thread = turn.thread
        return Prompt(
            run=turn.run,
            openai_assistant_id=turn.assistant.openai_assistant_id,
            message=turn.message.content,
            head_response_id=thread.head_response_id,
            history=lambda: [
                message
                for message in self.threads.messages(thread.user_id, thread.id)
                if message.id < turn.message.id
            ],
        )

    def _settle(self, turn: Turn, run: Run, reply: Reply) -> Message:
        now = self.now()
        if is_answered(reply):
            answer = replace(
                turn.message,
                id=turn.message.id + 1,
                role=MessageRole.ASSISTANT,
                content=reply.text,
                openai_message_id=reply.message_id or new_opaque_id("msg"),
                created_at=now,
            )
            self.ledger.commit(run.ended(RunState.COMPLETED, now, usage=reply.usage), answer)
            return answer
        raise ending_of(run, reply)


def _stop(engine: Engine, reply: Reply) -> Reply:
    """Cancel unfinished work; return the answer if it was there first, else the reply as is."""
    if reply.state is not ReplyState.WORKING:
        return reply
    try:
        stopped = engine.cancel(reply.response_id)
    except DomainError:
        # Cancelling spares tokens; the run ends either way.
        return reply
    return stopped if stopped.state is ReplyState.DONE else reply
