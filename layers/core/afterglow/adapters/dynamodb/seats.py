"""`SeatRepository` on DynamoDB: one item of a user's, which nobody changes but as they read it."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_random

from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.tables.uploads import SeatsItem
from afterglow.adapters.dynamodb.transactions import ConditionFailedError, conditional_write

# Longer than anybody has a seat.
_KEPT = timedelta(days=1)

Seats = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class DynamoSeatRepository:
    """Seats, each with the time until which it is taken, in seconds since 1970."""

    now: Callable[[], datetime]

    def take(self, user_id: int, most: int, until: datetime) -> str | None:
        """Take a seat until a time, if fewer than `most` are taken; return it, or None."""
        seat = uuid.uuid4().hex

        def with_mine(taken: Seats) -> Seats | None:
            if seat in taken:
                # Only the reply was lost.
                return taken
            return None if len(taken) >= most else {**taken, seat: until.timestamp()}

        return seat if self._change(user_id, with_mine) else None

    def leave(self, user_id: int, seat: str) -> None:
        """Have a seat free for others. At worst it is free when its time is up."""

        def without_mine(taken: Seats) -> Seats | None:
            left = {each: until for each, until in taken.items() if each != seat}
            return left if seat in taken else None

        self._change(user_id, without_mine)

    def _change(self, user_id: int, change: Callable[[Seats], Seats | None]) -> bool:
        """Store what is to become of the seats that are taken; tell whether anything was."""
        try:
            return self._changed(user_id, change)
        except ConditionFailedError:
            # Others were quicker for two seconds: nothing is taken, and what is left ends in time.
            return False

    @retry(
        retry=retry_if_exception_type(ConditionFailedError),
        wait=wait_random(max=0.05),
        stop=stop_after_delay(2),
        reraise=True,
    )
    def _changed(self, user_id: int, change: Callable[[Seats], Seats | None]) -> bool:
        stored = _stored(user_id)
        seats: Seats = {} if stored is None else stored.taken
        now = self.now().timestamp()
        changed = change({each: until for each, until in seats.items() if until > now})
        if changed is not None:
            self._store(user_id, stored, changed)
        return changed is not None

    def _store(self, user_id: int, stored: SeatsItem | None, taken: Seats) -> None:
        as_read: Condition = SeatsItem.owner.does_not_exist()
        if stored is not None:
            as_read = SeatsItem.revision == stored.revision
        actions: list[Action] = [
            SeatsItem.taken.set(dict(taken)),
            SeatsItem.revision.set(uuid.uuid4().hex),
            SeatsItem.expires_at.set(self.now() + _KEPT),
            SeatsItem.begun(),
        ]
        with conditional_write():
            SeatsItem(user_key(user_id), "SEATS").update(actions=actions, condition=as_read)


def _stored(user_id: int) -> SeatsItem | None:
    try:
        return SeatsItem.get(user_key(user_id), "SEATS", consistent_read=True)
    except SeatsItem.DoesNotExist:
        return None
