"""`TurnLedger` that counts what is stored, whoever it is that stores it."""

from dataclasses import dataclass
from datetime import datetime

from afterglow.domain.models import Message, Run, Thread
from afterglow.metrics import Metric, measure
from afterglow.ports.conversations import Terms, TurnLedger

CODES = frozenset(
    {
        "answer_too_large",
        "content_filter",
        "max_output_tokens",
        "model_not_found",
        "openai_bad_answer",
        "openai_insufficient_quota",
        "openai_key_invalid",
        "openai_key_missing",
        "openai_key_refused",
        "openai_rate_limited",
        "openai_refused",
        "openai_unavailable",
        "rate_limit_exceeded",
        "response_lost",
        "run_abandoned",
        "run_cancelled",
        "run_expired",
        "run_failed",
        "run_incomplete",
        "server_error",
        "thread_deleted",
        "upstream_file_lost",
        "vector_store_lost",
    }
)


@dataclass(frozen=True, slots=True)
class MeteredLedger:
    """Another ledger, and a line for every turn that begins or ends in it."""

    ledger: TurnLedger

    def accept(self, thread: Thread, run: Run, message: Message, terms: Terms) -> None:
        """Store message, run and what the claim has made, and lock the thread."""
        self.ledger.accept(thread, run, message, terms)
        measure({Metric.TURNS_ACCEPTED: 1})

    def open(self, thread: Thread, run: Run, message: Message, terms: Terms) -> None:
        """Store a new thread with its first message and run, and lock it."""
        self.ledger.open(thread, run, message, terms)
        measure({Metric.TURNS_ACCEPTED: 1})

    def claim(self, run: Run, lease_until: datetime) -> Run:
        """Take a run over as it was read, to begin it (again)."""
        return self.ledger.claim(run, lease_until)

    def bind(self, run: Run, response_id: str) -> Run:
        """Note which Response does the work."""
        return self.ledger.bind(run, response_id)

    def renew(self, run: Run, lease_until: datetime) -> Run:
        """Move on when the run is due."""
        return self.ledger.renew(run, lease_until)

    def commit(self, run: Run, answer: Message) -> None:
        """Store the answer, end the run and free the thread, or find that done already."""
        self.ledger.commit(run, answer)
        measure({Metric.TURNS_COMPLETED: 1})

    def release(self, run: Run, partial: Message | None = None) -> None:
        """Store the end of a run without an answer and free the thread, if it is still there."""
        self.ledger.release(run, partial)
        measure({Metric.TURNS_FAILED: 1}, code=_code(run))


def _code(run: Run) -> str:
    """Return one of a few words: the upstream may have any number of its own."""
    code = run.error.code if run.error else "run_failed"
    return code if code in CODES else "upstream_other"
