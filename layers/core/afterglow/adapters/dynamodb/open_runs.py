"""How many runs a user has under way: a set of ids, changed in the transactions of the runs."""

from pynamodb.expressions.condition import Condition, size
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.tables.conversations import OpenRunsItem
from afterglow.domain.errors import RateLimitError
from afterglow.domain.models import Run

# Seconds. Most answers are there by then.
_RETRY_AFTER = 5


def count_open(transaction: TransactWrite, run: Run, most: int) -> None:
    """Have the transaction count the run, and fail if the user has `most` of them."""
    has_room: Condition = size(OpenRunsItem.run_ids) < most  # type: ignore[no-untyped-call]
    transaction.update(
        _item(run.user_id),
        actions=[OpenRunsItem.run_ids.add({run.id}), OpenRunsItem.begun()],
        condition=OpenRunsItem.run_ids.does_not_exist() | has_room,
    )


def uncount_open(transaction: TransactWrite, run: Run) -> None:
    """Have the transaction count the run no more."""
    transaction.update(_item(run.user_id), actions=[OpenRunsItem.run_ids.delete({run.id})])


def forget_open(user_id: int, run_id: str) -> None:
    """Count a run no more that is cleared away."""
    _item(user_id).update(actions=[OpenRunsItem.run_ids.delete({run_id})])


def check_room(user_id: int, most: int) -> None:
    """Raise RateLimitError if a user has `most` runs under way."""
    try:
        counted = OpenRunsItem.get(user_key(user_id), "OPEN", consistent_read=True).run_ids
    except OpenRunsItem.DoesNotExist:
        return
    if len(counted or ()) >= most:
        raise RateLimitError("Rate limit exceeded", retry_after=_RETRY_AFTER)


def _item(user_id: int) -> OpenRunsItem:
    return OpenRunsItem(user_key(user_id), "OPEN")
