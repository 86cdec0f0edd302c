"""`Remains` on DynamoDB and S3: what the deleted left, found by its keys, cleared in batches."""

from collections.abc import Iterator
from contextlib import suppress

from afterglow.adapters.dynamodb.batches import SHAPED_KEYS, clear, keys_of
from afterglow.adapters.dynamodb.contents import clear_contents
from afterglow.adapters.dynamodb.open_runs import forget_open
from afterglow.adapters.dynamodb.records.conversations import messages_key
from afterglow.adapters.dynamodb.sealed_keys import sealed_key
from afterglow.adapters.dynamodb.tables.accounts import (
    CountersItem,
    ProfileItem,
    SessionItem,
    UsernameItem,
)
from afterglow.adapters.dynamodb.tables.base import number_key, user_key
from afterglow.adapters.dynamodb.tables.conversations import (
    AssistantItem,
    MessageItem,
    RunItem,
    ThreadItem,
    ThreadPointerItem,
)
from afterglow.adapters.dynamodb.tables.idempotency import IdempotencyItem
from afterglow.adapters.dynamodb.transactions import ConditionFailedError, conditional_write
from afterglow.ports.deletions import LeftMessages, LeftRun

# What one BatchWriteItem takes.
_FEW = 25
_OF_A_RUN = [*SHAPED_KEYS, "user_id", "id", "response_id", "lease_until"]


class DynamoRemains:
    """What the deleted left, of one owner at a time."""

    def key_version(self, user_id: int) -> str | None:
        """Return which version of their OpenAI key a deleted user had last, None if none."""
        profile = _profile(user_id)
        return profile.key_version if profile else None

    def thread_ids(self, user_id: int) -> Iterator[int]:
        """Return every thread of a user, deleted or not."""
        items = ThreadItem.query(
            user_key(user_id),
            ThreadItem.item.startswith("T#"),
            consistent_read=True,
            attributes_to_get=[*SHAPED_KEYS, "id"],
        )
        return (int(item.id) for item in items)

    def messages(self, user_id: int, thread_id: int) -> LeftMessages:
        """Return the first few messages of a thread; none when none is left."""
        query = MessageItem.query(
            messages_key(user_id, thread_id),
            consistent_read=True,
            limit=_FEW,
            attributes_to_get=[*SHAPED_KEYS, "id", "run_id"],
        )
        items = list(query)
        keys = {(user_key(user_id), f"R#{item.run_id}") for item in items}
        runs = RunItem.batch_get(keys, consistent_read=True, attributes_to_get=_OF_A_RUN)
        return LeftMessages(
            user_id, thread_id, [int(item.id) for item in items], [_left(run) for run in runs]
        )

    def runs(self, user_id: int) -> Iterator[LeftRun]:
        """Return every run of a user."""
        items = RunItem.query(
            user_key(user_id),
            RunItem.item.startswith("R#"),
            consistent_read=True,
            attributes_to_get=_OF_A_RUN,
        )
        return map(_left, items)

    def clear_run(self, run: LeftRun) -> None:
        """Clear a run away. Whoever is at work on it finds it gone."""
        if run.lease_until is not None:
            forget_open(run.user_id, run.id)
        RunItem(user_key(run.user_id), f"R#{run.id}").delete()

    def clear_messages(self, left: LeftMessages) -> None:
        """Clear these messages away. Their runs must be gone: only messages lead to them."""
        owner = messages_key(left.user_id, left.thread_id)
        clear(MessageItem, (MessageItem(owner, number_key("M", id_)) for id_ in left.message_ids))

    def clear_thread(self, user_id: int, thread_id: int) -> None:
        """Clear a thread away that has no messages left, and every text that was kept for it."""
        # Texts of answers that were never stored, too: nothing but the thread leads to them.
        clear_contents(user_id, thread_id)
        owner = user_key(user_id)
        try:
            thread = ThreadItem.get(owner, number_key("T", thread_id), consistent_read=True)
        except ThreadItem.DoesNotExist:
            return
        # The thread last: only it leads to its pointer.
        ThreadPointerItem(owner, f"P#{thread.openai_thread_id}").delete()
        thread.delete()

    def clear_account(self, user_id: int) -> None:
        """Clear everything else of a user away: assistants, sessions, and last who they were."""
        clear_contents(user_id)
        owner = user_key(user_id)
        # What else a table holds of the owner: pointers, and the runs that were counted as open.
        for model in (SessionItem, AssistantItem, RunItem, IdempotencyItem):
            clear(model, keys_of(model, owner))
        CountersItem(owner, "COUNTERS").delete()
        # The vault of today may be another than the one that left it here.
        sealed_key(user_id).delete()
        profile = _profile(user_id)
        if profile:
            _free_name(profile)
            profile.delete()


def _profile(user_id: int) -> ProfileItem | None:
    try:
        return ProfileItem.get(user_key(user_id), "PROFILE", consistent_read=True)
    except ProfileItem.DoesNotExist:
        return None


def _free_name(profile: ProfileItem) -> None:
    """Free a user's name, unless that was done before and somebody else has it by now."""
    name = UsernameItem(f"N#{profile.username}", "NAME")
    with suppress(ConditionFailedError), conditional_write():
        name.delete(condition=UsernameItem.user_id == profile.user_id)


def _left(run: RunItem) -> LeftRun:
    return LeftRun(int(run.user_id), run.id, run.response_id, run.lease_until)
