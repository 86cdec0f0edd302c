"""Runs in memory, and who is told of them."""

from collections.abc import Iterator

from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import Run, Thread
from afterglow.ports.conversations import OpenRun
from tests.fakes.conversations import Records


class InMemoryRuns:
    """`RunRepository` on a dict."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def get(self, user_id: int, run_id: str) -> Run:
        """Return one. Raises NotFoundError."""
        try:
            return self.records.runs[user_id, run_id]
        except KeyError:
            raise NotFoundError("Run not found") from None

    def open(self) -> Iterator[OpenRun]:
        """Return what is not over, of all users, the longest due first."""
        runs = [run for run in self.records.runs.values() if not run.is_over]
        for run in sorted(runs, key=lambda run: run.lease_until):
            yield OpenRun(run.user_id, run.id, run.created_at, run.lease_until)

    def list(
        self, thread: Thread, *, before: int | None = None, page_size: int | None = None
    ) -> Iterator[Run]:
        """Return the runs on a thread's messages below an id, by message id descending."""
        assert page_size is None or page_size > 0
        runs = [
            run
            for run in self.records.runs.values()
            if (run.user_id, run.thread_id) == (thread.user_id, thread.id)
            and (before is None or run.message_id < before)
        ]
        yield from sorted(runs, key=lambda run: run.message_id, reverse=True)


class RecordingLauncher:
    """`RunLauncher` that remembers whom it was told of."""

    def __init__(self) -> None:
        self.launched: list[tuple[str, int]] = []

    def launch(self, run: Run) -> None:
        """Note the run and the attempt."""
        self.launched.append((run.id, run.attempt))
