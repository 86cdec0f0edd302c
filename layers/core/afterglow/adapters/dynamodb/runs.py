"""`RunRepository` on DynamoDB."""

from collections.abc import Iterator
from heapq import merge
from itertools import islice

from afterglow.adapters.dynamodb.batches import SHAPED_KEYS
from afterglow.adapters.dynamodb.records.conversations import messages_key
from afterglow.adapters.dynamodb.records.runs import DUE_SHARDS, run_from
from afterglow.adapters.dynamodb.tables.base import number_key, user_key
from afterglow.adapters.dynamodb.tables.conversations import MessageItem, RunItem
from afterglow.domain.errors import NotFoundError
from afterglow.domain.identifiers import MAX_INTEGER_ID
from afterglow.domain.models import MessageRole, Run, Thread
from afterglow.ports.conversations import OpenRun

# Runs that are read in one trip where nobody says how many.
_AT_A_TIME = 50


class DynamoRunRepository:
    """Runs, as they are."""

    def get(self, user_id: int, run_id: str) -> Run:
        """Return one. Raises NotFoundError."""
        try:
            item = RunItem.get(user_key(user_id), f"R#{run_id}", consistent_read=True)
        except RunItem.DoesNotExist:
            raise NotFoundError("Run not found") from None
        return run_from(item)

    def open(self) -> Iterator[OpenRun]:
        """Return what is not over, of all users, the longest due first, perhaps stale."""
        # The index holds no more than that.
        shown = ["owner", "item", "user_id", "id", "created_at", "due_shard", "lease_until"]
        shards = [RunItem.due_runs.query(shard, attributes_to_get=shown) for shard in DUE_SHARDS]
        for item in merge(*shards, key=lambda item: item.lease_until):
            yield OpenRun(int(item.user_id), item.id, item.created_at, item.lease_until)

    def list(
        self, thread: Thread, *, before: int | None = None, page_size: int | None = None
    ) -> Iterator[Run]:
        """Return the runs on a thread's messages below an id, by message id descending."""
        size = page_size or _AT_A_TIME
        last = (before or MAX_INTEGER_ID + 1) - 1
        questions = MessageItem.query(
            messages_key(thread.user_id, thread.id),
            MessageItem.item.between(number_key("M", 0), number_key("M", last)),
            filter_condition=MessageItem.role == MessageRole.USER.value,
            scan_index_forward=False,
            consistent_read=True,
            attributes_to_get=[*SHAPED_KEYS, "run_id"],
            # Every other message is a question. Without it a megabyte is read, and billed.
            page_size=2 * size,
        )
        while few := list(islice(questions, size)):
            keys = [(user_key(thread.user_id), f"R#{question.run_id}") for question in few]
            runs = map(run_from, RunItem.batch_get(keys, consistent_read=True))
            yield from sorted(runs, key=lambda run: run.message_id, reverse=True)
