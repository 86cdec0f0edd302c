"""One tenant after another turn: sent, spoiled, looked after, and held against the books."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from afterglow import bootstrap
from afterglow.bootstrap import ports
from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import Run
from faults.acts import Send, by_protocol, looked_after, requested
from faults.books import Books, check
from faults.boundaries import Json
from faults.haste import DEADLINE, SHORT_DEADLINE
from faults.mortals import Fate, Mortal
from faults.naive import by_the_usual_order
from faults.plan import NO_TROUBLE, Client, Event, Plan, Role, Trouble
from faults.records import TurnRecord
from faults.tenants import Question, Tenant
from faults.upstream_faults import SCRIPTS
from local.openai.control_client import ControlClient

# Of a thread, so that later turns have something to continue.
TURNS_PER_THREAD = 6
MOST_REPEATS = 6
# Seconds. After that whatever is not over never will be.
PATIENCE = 25.0
# A lease that ends later than this was given by a wrong clock: that much time is let pass.
FAR = 4.0


@dataclass
class Lane:
    """Runs plans one by one. With `is_naive` in the usual order, which nothing looks after."""

    tenant: Tenant
    control: ControlClient
    is_naive: bool = False
    _thread_id: int = 0
    _turns: int = 0
    _told: list[Json] = field(default_factory=list)

    def take(self, plan: Plan, token: str) -> TurnRecord:
        """Have a turn with its faults, and return what became of it."""
        if self._turns % TURNS_PER_THREAD == 0:
            self._thread_id = self.tenant.new_thread()
        self._turns += 1
        question = self.tenant.question(self._thread_id, token)
        record = TurnRecord(plan.name, token, plan.upstream)
        if plan.upstream is not None:
            record.rules = SCRIPTS[plan.upstream].arrange(self.control, token)
        self._told = []
        run = self._happen(plan, question, record)
        if run is not None:
            record.run, record.response, record.state = run.id, run.response_id, run.state.value
            record.code = run.error.code if run.error else None
            record.attempts = run.attempt
        books = Books.of(question, run)
        record.is_answered = bool(books.answers)
        check(record, plan, self._told, books)
        if record.is_broken or plan.upstream is not None:
            # What is left of this one is not to be found by the next.
            self._turns = 0
        return record

    def _happen(self, plan: Plan, question: Question, record: TurnRecord) -> Run | None:
        send = self._sender(plan)
        self._request(plan, send, question, record)
        hurt_at = time.monotonic()
        if plan.client is not Client.NEVER_RETURNS:
            self._return(send, question, record)
        if self.is_naive:
            return None
        for event in plan.events:
            self._tell(event, question, record)
        run = self._come_to_rest(question, record)
        is_hurt = bool(record.faults or record.rules)
        if run is not None and run.is_over and is_hurt and not plan.is_skewed:
            record.recovery = round(time.monotonic() - hurt_at, 3)
        if run is not None and plan.client is not Client.NEVER_RETURNS:
            self._born(partial(requested, send, self.tenant, question), NO_TROUBLE, record)
        return run

    def _sender(self, plan: Plan) -> Send:
        if self.is_naive:
            return by_the_usual_order
        never_ends = plan.upstream is not None and SCRIPTS[plan.upstream].never_ends
        deadline = SHORT_DEADLINE if never_ends else DEADLINE
        return by_protocol(deadline=deadline, is_async=plan.is_async)

    def _request(self, plan: Plan, send: Send, question: Question, record: TurnRecord) -> None:
        act = partial(requested, send, self.tenant, question)
        mortals = [Mortal.born(act, plan.request)]
        if plan.client is Client.TWIN:
            mortals.append(Mortal.born(act, NO_TROUBLE))
            record.faults.append("twin request")
        for mortal in mortals:
            self._buried(mortal, record)

    def _return(self, send: Send, question: Question, record: TurnRecord) -> None:
        """Repeat the request until it is acknowledged."""
        for _ in range(MOST_REPEATS):
            if any(each.get("accepted") for each in self._told):
                return
            record.faults.append("repeated request")
            self._born(partial(requested, send, self.tenant, question), NO_TROUBLE, record)
            time.sleep(0.1)

    def _tell(self, event: Event, question: Question, record: TurnRecord) -> None:
        time.sleep(event.delay)
        run = self._run_of(question)
        if run is None or (run.is_over and event.trouble != NO_TROUBLE):
            return
        if event.trouble.kill_at is not None or event.trouble.aws is not None:
            run = self._due(run)
        record.faults += ["duplicated event"] * (event.copies - 1)
        record.faults += ["delayed event"] if event.delay else []
        record.faults += ["garbage event"] if event.is_garbage else []
        act = partial(looked_after, event, run)
        trouble = self._timed(run, event.trouble)
        for mortal in [Mortal.born(act, trouble) for _ in range(event.copies)]:
            self._buried(mortal, record, is_told=False)

    def _come_to_rest(self, question: Question, record: TurnRecord) -> Run | None:
        """Let pollers and sweepers look after the run, undisturbed, until it is over."""
        deadline = time.monotonic() + PATIENCE
        looks = 0
        run = self._run_of(question)
        while run is not None and not run.is_over and time.monotonic() < deadline:
            run = self._due(run)
            role = Role.POLLER if looks % 2 else Role.SWEEPER
            act = partial(looked_after, Event(role), run)
            self._born(act, self._timed(run, NO_TROUBLE), record, is_told=False)
            looks += 1
            run = self._run_of(question)
        return run

    def _due(self, run: Run) -> Run:
        """Wait until nobody is at work on a run, unless a wrong clock says that somebody is."""
        left = (run.lease_until - bootstrap.now()).total_seconds()
        if 0 < left < FAR and not run.is_over:
            time.sleep(min(left, 0.3))
            return self._due(ports.runs().get(run.user_id, run.id))
        return run

    def _timed(self, run: Run, trouble: Trouble) -> Trouble:
        left = (run.lease_until - bootstrap.now()).total_seconds()
        if left < FAR or trouble.skew_seconds:
            return trouble
        return Trouble(trouble.kill_at, trouble.aws, later_seconds=left + 0.1)

    def _run_of(self, question: Question) -> Run | None:
        made = bootstrap.idempotency().made_by(question.claim)
        if made is None:
            return None
        try:
            return ports.runs().get(question.user_id, made)
        except NotFoundError:
            return None

    def _born(
        self, act: partial[Json], trouble: Trouble, record: TurnRecord, *, is_told: bool = True
    ) -> None:
        self._buried(Mortal.born(act, trouble), record, is_told=is_told)

    def _buried(self, mortal: Mortal, record: TurnRecord, *, is_told: bool = True) -> Fate:
        fate = mortal.end()
        record.faults += fate.faults
        if fate.hung:
            record.locked = 1
            record.whys.append("a process hung")
        if fate.result is None and not fate.was_killed:
            record.locked = 1
            record.whys.append("a process ended by itself")
        if fate.result is not None and is_told:
            self._told.append(fate.result)
        return fate


def run_lane(lane: Lane, plans: Sequence[tuple[str, Plan]], path: Path, parent: int) -> None:
    """Take plans, and write each record at once; end when the parent has."""
    with path.open("a") as records:
        for token, plan in plans:
            if os.getppid() != parent:
                return
            records.write(lane.take(plan, token).to_line())
            records.flush()
