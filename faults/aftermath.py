"""What comes after a request: events to poller and sweeper, until nothing is due any more."""

import time
from dataclasses import dataclass, field, replace
from functools import partial

from afterglow import bootstrap
from afterglow.bootstrap import ports
from afterglow.domain.models import Run
from faults.acts import looked_after
from faults.boundaries import Json
from faults.late import Late, Stored, run_of
from faults.mortals import Act, Fate, Mortal
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
    late: list[Late] = field(default_factory=list)

    def have(self, act: Act, trouble: Trouble, *, copies: int = 1, is_told: bool = False) -> None:
        """Have so many processes do something at once, and bury them."""
        for mortal in [Mortal.born(act, trouble) for _ in range(copies)]:
            self.part_from(mortal, trouble, is_told=is_told)

    def part_from(self, mortal: Mortal, trouble: Trouble, *, is_told: bool) -> None:
        """Leave a process to itself where it stops, and bury it where it ends."""
        if trouble.stop_at is not None and mortal.has_stopped():
            self.wake(is_early=True)
            self.late.append(Late(mortal, self.run(), is_told))
        else:
            self.bury(mortal, is_told=is_told)

    def wake(self, *, is_early: bool = False) -> None:
        """Have those who stopped go on; early, only those whose work somebody else has taken on."""
        for late in list(self.late):
            run = self.run()
            is_superseded = late.is_superseded(run)
            if is_early and not is_superseded:
                continue
            before = Stored.around(run) if run is not None and is_superseded else None
            self.late.remove(late)
            late.mortal.go_on()
            fate = self.bury(late.mortal, is_told=late.is_told)
            if before is not None:
                self._compare(before, fate)

    def _compare(self, before: Stored, fate: Fate) -> None:
        run = self.run()
        changed = ["run"] if run is None else before.changed_to(Stored.around(run), fate.begun)
        if changed:
            self.record.overwritten += 1
            self.record.whys.append(f"who was late has changed {', '.join(changed)}")

    def bury(self, mortal: Mortal, *, is_told: bool) -> Fate:
        """Note what became of a process."""
        fate = mortal.end()
        self.record.faults += fate.faults
        if fate.result is None and not fate.was_killed:
            self.record.locked = 1
            self.record.whys.append("a process hung" if fate.hung else "a process broke down")
        if fate.result is not None and is_told:
            self.told.append(fate.result)
        return fate

    def tell(self, event: Event) -> None:
        """Send an event, as often and as late as it is to come."""
        time.sleep(event.delay)
        run = self.run()
        if run is not None and event.trouble.needs_work:
            run = _due(run)
        if run is None or (run.is_over and event.trouble != NO_TROUBLE):
            return
        if not run.is_over:
            self.record.events += event.kinds
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
        return run_of(self.question)


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
    return replace(trouble, later_seconds=_left(run) + 0.1)


def _left(run: Run) -> float:
    return (run.lease_until - bootstrap.now()).total_seconds()
