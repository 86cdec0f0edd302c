"""Changes to the files of uploads: each happens to one as it was read, or not at all."""

from collections.abc import Callable, Sequence
from uuid import uuid4

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.records.files import pending_item
from afterglow.adapters.dynamodb.records.uploads import entry_from, entry_item, entry_key
from afterglow.adapters.dynamodb.tables.uploads import UploadFileItem
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    conditional_write,
    patiently,
    write_transaction,
)
from afterglow.domain.errors import SupersededError
from afterglow.domain.models import UploadFile, UploadState

OPEN = (UploadState.AWAITING, UploadState.STAGED, UploadState.IN_PROGRESS)
_CHANGING = (
    "state",
    "size",
    "sha256",
    "content_type",
    "failures",
    "file_id",
    "staged_upload_id",
    "staged_number",
    "is_known",
    "error",
    "due_shard",
    "lease_until",
)


def stored_entry(entry: UploadFile) -> UploadFileItem | None:
    """Return a file of an upload as it is stored, None if it is not there."""
    key = entry_key(entry)
    try:
        return UploadFileItem.get(key.owner, key.item, consistent_read=True)
    except UploadFileItem.DoesNotExist:
        return None


def as_read(entry: UploadFile, *states: UploadState) -> Condition:
    """Return that nobody has claimed the file since it was read, and that it is in such a state."""
    condition: Condition = (UploadFileItem.attempt == entry.attempt) & UploadFileItem.state.is_in(
        *(state.value for state in states)
    )
    return condition


def is_as_read(item: UploadFileItem | None, entry: UploadFile, *states: UploadState) -> bool:
    """Tell the same of a stored item."""
    if item is None:
        return False
    stored = entry_from(item)
    return stored.attempt == entry.attempt and stored.state in states


def set_entry(
    transaction: TransactWrite, entry: UploadFile, token: str, *states: UploadState
) -> None:
    """Have the transaction store a file that is in such a state; its marker comes or goes."""
    actions = [*_actions(entry), UploadFileItem.token.set(token)]
    transaction.update(entry_key(entry), actions=actions, condition=as_read(entry, *states))
    marker = pending_item(entry)
    if marker is None:
        return
    if entry.state is UploadState.IN_PROGRESS:
        transaction.save(marker)
    elif entry.is_over:
        transaction.delete(marker)


def receive_entry(entry: UploadFile) -> None:
    """Store a file whose bytes have come. Raises SupersededError if it is not awaiting them."""
    token = str(uuid4())
    try:
        write_transaction(
            lambda transaction: set_entry(transaction, entry, token, UploadState.AWAITING)
        )
    except ConditionFailedError:
        _check_done(entry, lambda stored: stored.token == token)


def claim_entry(entry: UploadFile, claimed: UploadFile) -> None:
    """Store that somebody is at work on a file. Raises SupersededError if another has come."""
    token = str(uuid4())
    actions = [
        UploadFileItem.attempt.set(claimed.attempt),
        UploadFileItem.lease_until.set(claimed.lease_until),
        UploadFileItem.failures.set(claimed.failures),
        UploadFileItem.token.set(token),
    ]
    # Somebody who has put it off meanwhile is alive.
    is_due_as_read: Condition = UploadFileItem.lease_until == entry.lease_until
    condition = as_read(entry, UploadState.IN_PROGRESS) & is_due_as_read
    _change(entry, actions, condition, lambda stored: stored.token == token)


def update_entry(entry: UploadFile) -> None:
    """Store what has become of a file in progress. Raises SupersededError."""
    # Whoever repeats it finds the file as it was read: there is no reply that matters.
    condition = as_read(entry, UploadState.IN_PROGRESS)
    _change(entry, _actions(entry), condition, lambda _: False)


def superseded() -> SupersededError:
    """Return what is raised where somebody else was first."""
    return SupersededError("The file was moved on meanwhile", code="upload_superseded")


@patiently
def _change(
    entry: UploadFile,
    actions: Sequence[Action],
    condition: Condition,
    is_done: Callable[[UploadFileItem], bool],
) -> None:
    try:
        with conditional_write():
            entry_key(entry).update(actions=list(actions), condition=condition)
    except ConditionFailedError:
        _check_done(entry, is_done)


def _check_done(entry: UploadFile, is_done: Callable[[UploadFileItem], bool]) -> None:
    """Raise SupersededError unless an earlier try, whose reply was lost, got through."""
    stored = stored_entry(entry)
    if stored is None or not is_done(stored):
        raise superseded() from None


def _actions(entry: UploadFile) -> list[Action]:
    item = entry_item(entry)
    actions: list[Action] = []
    for name in _CHANGING:
        attribute, value = getattr(UploadFileItem, name), getattr(item, name)
        actions.append(attribute.remove() if value is None else attribute.set(value))
    return actions
