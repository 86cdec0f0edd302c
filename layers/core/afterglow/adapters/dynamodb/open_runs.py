"""How many runs a user has under way: a set of ids, changed in the transactions of the runs."""

from pynamodb.expressions.condition import Condition, size
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.tables.conversations import OpenRunsItem, RunItem
from afterglow.domain.errors import RateLimitError
from afterglow.domain.models import Run

# Seconds. Most answers are there by then.
_RETRY_AFTER = 5


def count_open(transaction: TransactWrite, run: Run, most: int) -> None:
    """Have the transaction count the run, and fail if the user has `most` of them."""
    has_room: Condition = size(OpenRunsItem.run_ids) < most  # type: ignore[no-untyped-call]
    transaction.update(
        _item(run.user_id),
        actions=[OpenRunsItem.run_ids.add({run.id})],
        condition=OpenRunsItem.run_ids.does_not_exist() | has_room,
    )


def uncount_open(transaction: TransactWrite, run: Run) -> None:
    """Have the transaction count the run no more."""
    transaction.update(_item(run.user_id), actions=[OpenRunsItem.run_ids.delete({run.id})])


def forget_open(user_id: int, run_id: str) -> None:
    """Count a run no more that is over, whatever its record says."""
    _item(user_id).update(actions=[OpenRunsItem.run_ids.delete({run_id})])


def make_room(run: Run, most: int) -> None:
    """Count no more what was given up. Raises RateLimitError if that leaves no room for the run."""
    try:
        counted = OpenRunsItem.get(user_key(run.user_id), "OPEN", consistent_read=True).run_ids
    except OpenRunsItem.DoesNotExist:
        return
    if counted is None or len(counted) < most:
        return
    keys = [(user_key(run.user_id), f"R#{run_id}") for run_id in counted]
    working = {
        other.id
        for other in RunItem.batch_get(keys, consistent_read=True)
        if other.lease_until is not None and other.lease_until > run.created_at
    }
    for run_id in counted - working:
        forget_open(run.user_id, run_id)
    if len(working) >= most:
        raise RateLimitError("Rate limit exceeded", retry_after=_RETRY_AFTER)


def _item(user_id: int) -> OpenRunsItem:
    return OpenRunsItem(user_key(user_id), "OPEN")
