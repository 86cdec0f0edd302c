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

    @property
    def name(self) -> str:
        """What it is counted as."""
        return f"aws {self.kind}" + (", lasting" if self.count > 1 else "")

    def strikes(self, operation: str, number: int) -> bool:
        """Whether it is the `number`th call (from 0) that goes wrong."""
        return operation == self.operation and self.nth <= number < self.nth + self.count


@dataclass(frozen=True, slots=True)
class Trouble:
    """What one process meets: it is killed at a boundary, AWS fails it, its clock is wrong.

    At `stop_at` it is stopped, and goes on only when somebody else has done its work.
    `later_seconds` is no fault: so much time has passed by then.
    """

    kill_at: int | None = None
    stop_at: int | None = None
    aws: tuple[AwsFault, ...] = ()
    skew_seconds: int = 0
    later_seconds: float = 0

    @property
    def needs_work(self) -> bool:
        """Whether it harms only who has a run to move on."""
        return self.kill_at is not None or self.stop_at is not None or bool(self.aws)


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

    @property
    def kinds(self) -> list[str]:
        """What it is counted as, where it is more than one good event."""
        copies = ["duplicated event"] * (self.copies - 1)
        late = ["delayed event"] if self.delay else []
        return copies + late + (["garbage event"] if self.is_garbage else [])


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
    def troubles(self) -> list[Trouble]:
        """What its processes meet."""
        return [self.request, *(event.trouble for event in self.events)]

    @property
    def is_skewed(self) -> bool:
        """Whether some clock is wrong."""
        return any(trouble.skew_seconds for trouble in self.troubles)

    @property
    def is_disturbed(self) -> bool:
        """Whether somebody may miss what the upstream does to them."""
        return self.is_skewed or any(trouble.needs_work for trouble in self.troubles)
