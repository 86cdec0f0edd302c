"""What is to go wrong with one turn."""

from dataclasses import dataclass, field
from enum import StrEnum


class Client(StrEnum):
    """What whoever sent the message does when all does not go well."""

    RETRIES = "retries"
    NEVER_RETURNS = "never returns"
    TWIN = "twin"


class AwsKind(StrEnum):
    """How AWS fails."""

    THROTTLED = "throttled"
    CONFLICT = "conflict"
    INTERNAL = "internal"
    TIMEOUT_BEFORE = "timeout before"
    LOST_REPLY = "lost reply"


@dataclass(frozen=True, slots=True)
class AwsFault:
    """The `nth` call of an operation (from 0) goes wrong, and those after it, `count` in all.

    The SDK sends a call four times: what is to reach the product has to last longer than that.
    """

    kind: AwsKind
    operation: str
    nth: int = 0
    count: int = 1


@dataclass(frozen=True, slots=True)
class Trouble:
    """What one process meets: it is killed at a boundary, AWS fails it, its clock is wrong.

    `later_seconds` is no fault: so much time has passed by then.
    """

    kill_at: int | None = None
    aws: AwsFault | None = None
    skew_seconds: int = 0
    later_seconds: float = 0


NO_TROUBLE = Trouble()


class Role(StrEnum):
    """Who looks after a run that nobody waits for."""

    POLLER = "poller"
    SWEEPER = "sweeper"


@dataclass(frozen=True, slots=True)
class Event:
    """An event to the poller or the sweeper: so many times at once, late, or garbage."""

    role: Role
    trouble: Trouble = NO_TROUBLE
    copies: int = 1
    delay: float = 0.0
    is_garbage: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A turn, and its faults. `upstream` names a script of `upstream_faults`.

    With `is_async` the request does not begin the run. `events` come once the request is done with,
    in their order; afterwards all goes well.
    """

    name: str
    client: Client
    upstream: str | None = None
    request: Trouble = NO_TROUBLE
    is_async: bool = False
    events: tuple[Event, ...] = field(default=())

    @property
    def is_skewed(self) -> bool:
        """Whether some clock is wrong."""
        troubles = [self.request, *(event.trouble for event in self.events)]
        return any(trouble.skew_seconds for trouble in troubles)
