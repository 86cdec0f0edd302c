"""`ThreadDirectory` on DynamoDB: the one place of the API that reads beyond an owner."""

from collections.abc import Iterator

from afterglow.adapters.dynamodb.records.conversations import thread_from
from afterglow.adapters.dynamodb.tables.conversations import ThreadItem
from afterglow.adapters.dynamodb.tables.deletions import DeletionItem
from afterglow.domain.models import Thread

Key = dict[str, dict[str, str]]

# Pointers and deleted threads lie between the threads: read few at a time, they are many trips.
_AT_LEAST = 1000


class DynamoThreadDirectory:
    """Threads of all users, for admins."""

    def list(
        self, *, after: str | None = None, page_size: int | None = None
    ) -> Iterator[tuple[str, Thread]]:
        """Return every thread beyond a position, each with its position, in no order."""
        # Of a deleted user, threads are cleared away one by one.
        deleted = {item.owner for item in DeletionItem.scan(DeletionItem.item == "USER")}
        items = ThreadItem.scan(
            ThreadItem.item.startswith("T#") & ThreadItem.deleted_at.does_not_exist(),
            consistent_read=True,
            last_evaluated_key=_key(after) if after else None,
            page_size=page_size and max(page_size, _AT_LEAST),
        )
        for item in items:
            if item.owner in deleted:
                continue
            yield f"{item.owner}/{item.item}", thread_from(item)


def _key(position: str) -> Key:
    owner, _, item = position.partition("/")
    return {"owner": {"S": owner}, "item": {"S": item}}
