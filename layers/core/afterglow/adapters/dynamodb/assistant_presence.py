"""That an assistant is there, for what is written of it elsewhere."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.batches import SHAPED_KEYS
from afterglow.adapters.dynamodb.tables.base import number_key, user_key
from afterglow.adapters.dynamodb.tables.conversations import AssistantItem
from afterglow.domain.models import File

# Files that are looked at together, where nobody says how many are wanted.
_AT_A_TIME = 1000


def check_assistant(transaction: TransactWrite, user_id: int, assistant_id: int) -> None:
    """Have the transaction fail unless the assistant is there."""
    transaction.condition_check(
        AssistantItem,
        user_key(user_id),
        number_key("A", assistant_id),
        condition=AssistantItem.owner.exists(),
    )


def is_assistant(user_id: int, assistant_id: int) -> bool:
    """Tell whether the assistant is there."""
    try:
        AssistantItem.get(user_key(user_id), number_key("A", assistant_id), consistent_read=True)
    except AssistantItem.DoesNotExist:
        return False
    return True


def present_assistants(user_id: int, assistant_ids: Iterable[int]) -> set[int]:
    """Return those assistants that are there, asking for a hundred in a trip."""
    owner = user_key(user_id)
    keys = [(owner, number_key("A", each)) for each in sorted(assistant_ids)]
    found = AssistantItem.batch_get(
        keys, consistent_read=True, attributes_to_get=[*SHAPED_KEYS, "id"]
    )
    return {int(item.id) for item in found}


def with_present_users(
    user_id: int, files: Iterator[File], page_size: int | None
) -> Iterator[File]:
    """Return files without those assistants that are gone: one trip more for most pages."""
    asked: set[int] = set()
    there: set[int] = set()
    while page := list(islice(files, page_size or _AT_A_TIME)):
        new = {each for file in page for each in file.assistant_ids} - asked
        there |= present_assistants(user_id, new)
        asked |= new
        for file in page:
            yield replace(file, assistant_ids=file.assistant_ids & there)
