"""What comes after a request: events to poller and sweeper, until nothing is due any more."""

import time
from dataclasses import dataclass, field
from functools import partial

from afterglow import bootstrap
from afterglow.bootstrap import ports
from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import Run
from faults.acts import looked_after
from faults.boundaries import Json
from faults.mortals import Act, Mortal
from faults.plan import NO_TROUBLE, Event, Role, Trouble
from faults.records import TurnRecord
from faults.tenants import Question

# Seconds. After that whatever is not over never will be.
PATIENCE = 25.0
# A lease that ends later than this was given by a wrong clock: that much time is let pass.
FAR = 4.0


@dataclass
class Aftermath:
    """A question, and what its processes met and told; `told` is what its client knows."""

    question: Question
    record: TurnRecord
    told: list[Json] = field(default_factory=list)

    def have(self, act: Act, trouble: Trouble, *, copies: int = 1, is_told: bool = False) -> None:
        """Have so many processes do something at once, and bury them."""
        for mortal in [Mortal.born(act, trouble) for _ in range(copies)]:
            self.bury(mortal, is_told=is_told)

    def bury(self, mortal: Mortal, *, is_told: bool) -> None:
        """Note what became of a process."""
        fate = mortal.end()
        self.record.faults += fate.faults
        if fate.result is None and not fate.was_killed:
            self.record.locked = 1
            self.record.whys.append("a process hung" if fate.hung else "a process broke down")
        if fate.result is not None and is_told:
            self.told.append(fate.result)

    def tell(self, event: Event) -> None:
        """Send an event, as often and as late as it is to come."""
        time.sleep(event.delay)
        run = self.run()
        if run is None or (run.is_over and event.trouble != NO_TROUBLE):
            return
        if event.trouble.kill_at is not None or event.trouble.aws is not None:
            run = _due(run)
        self.record.faults += ["duplicated event"] * (event.copies - 1)
        self.record.faults += ["delayed event"] if event.delay else []
        self.record.faults += ["garbage event"] if event.is_garbage else []
        trouble = _timed(run, event.trouble)
        self.have(partial(looked_after, event, run), trouble, copies=event.copies)

    def come_to_rest(self) -> Run | None:
        """Let pollers and sweepers look after the run, undisturbed, until it is over."""
        deadline = time.monotonic() + PATIENCE
        looks, run = 0, self.run()
        while run is not None and not run.is_over and time.monotonic() < deadline:
            run = _due(run)
            role = Role.POLLER if looks % 2 else Role.SWEEPER
            self.have(partial(looked_after, Event(role), run), _timed(run, NO_TROUBLE))
            looks, run = looks + 1, self.run()
        return run

    def run(self) -> Run | None:
        """Return the run of the question, None if it was never accepted."""
        made = bootstrap.idempotency().made_by(self.question.claim)
        if made is None:
            return None
        try:
            return ports.runs().get(self.question.user_id, made)
        except NotFoundError:
            return None


def _due(run: Run) -> Run:
    """Wait until nobody is at work on a run, unless a wrong clock says that somebody is."""
    while not run.is_over and 0 < (left := _left(run)) < FAR:
        time.sleep(min(left, 0.3))
        run = ports.runs().get(run.user_id, run.id)
    return run


def _timed(run: Run, trouble: Trouble) -> Trouble:
    """Return a trouble that comes when the run is due, however wrong the clock that leased it."""
    if _left(run) < FAR or trouble.skew_seconds:
        return trouble
    return Trouble(trouble.kill_at, trouble.aws, later_seconds=_left(run) + 0.1)


def _left(run: Run) -> float:
    return (run.lease_until - bootstrap.now()).total_seconds()
