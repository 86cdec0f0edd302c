"""What the engine is asked for a run, from the records of its thread."""

from collections.abc import Sequence
from dataclasses import dataclass

from afterglow.domain.models import Message, Run, Thread
from afterglow.ports.conversations import ThreadRepository
from afterglow.ports.engine import Prompt
from afterglow.services.shelving import Shelving


@dataclass(frozen=True, slots=True)
class Prompting:
    """Reads what the upstream has to know. While a run is open nobody else adds to its thread."""

    threads: ThreadRepository
    shelving: Shelving

    def prompt(self, run: Run) -> Prompt:
        """Return the prompt of a run.

        Raises NotFoundError if its thread has been deleted, FilesOnTheirWayError.
        """
        thread = self.threads.get(run.user_id, run.thread_id)
        question = self.threads.message(run.user_id, run.thread_id, run.message_id)
        return self.prompt_of(run, thread, question.content)

    def prompt_of(self, run: Run, thread: Thread, question: str) -> Prompt:
        """Return the prompt of a run on a question, its thread as it was before it.

        Raises FilesOnTheirWayError.
        """
        return Prompt(
            run=run,
            message=question,
            head_response_id=thread.head_response_id,
            unseen=self._before(run, after=thread.head_message_id),
            history=lambda: self._before(run, after=0),
            files=self.shelving.files_of(run),
        )

    def _before(self, run: Run, *, after: int) -> Sequence[Message]:
        """Return what was said between a message and the run's."""
        if after == run.message_id - 1:
            return []
        messages = self.threads.messages(run.user_id, run.thread_id, after=after)
        return [message for message in messages if message.id < run.message_id]
