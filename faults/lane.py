"""One tenant after another turn: sent, spoiled, looked after, and held against the books."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from afterglow.domain.models import Run
from faults.acts import Send, by_protocol, requested
from faults.aftermath import Aftermath
from faults.books import Books, check
from faults.haste import DEADLINE, SHORT_DEADLINE
from faults.mortals import Act, Mortal
from faults.naive import by_the_usual_order
from faults.plan import NO_TROUBLE, Client, Plan
from faults.records import TurnRecord
from faults.tenants import Tenant
from faults.upstream_faults import SCRIPTS
from local.openai.control_client import ControlClient

# Of a thread, so that later turns have something to continue.
TURNS_PER_THREAD = 6
MOST_REPEATS = 6


@dataclass
class Lane:
    """Runs plans one by one. With `is_naive` in the usual order, which nothing looks after."""

    tenant: Tenant
    control: ControlClient
    is_naive: bool = False
    _thread_id: int = 0
    _turns: int = 0

    def take(self, plan: Plan, token: str) -> TurnRecord:
        """Have a turn with its faults, and return what became of it."""
        if self._turns % TURNS_PER_THREAD == 0:
            self._thread_id = self.tenant.new_thread()
        self._turns += 1
        record = TurnRecord(plan.name, token, plan.upstream)
        if plan.upstream is not None:
            record.rules = SCRIPTS[plan.upstream].arrange(self.control, token)
        after = Aftermath(self.tenant.question(self._thread_id, token), record)
        run = self._happen(plan, after)
        if run is not None:
            _note(record, run)
        books = Books.of(after.question, run)
        record.is_answered = any(not answer.is_partial for answer in books.answers)
        check(record, plan, after.told, books)
        if record.is_broken or plan.upstream is not None:
            # What is left of this one is not to be found by the next.
            self._turns = 0
        return record

    def _happen(self, plan: Plan, after: Aftermath) -> Run | None:
        request = partial(requested, self._sender(plan), self.tenant, after.question)
        self._request(plan, request, after)
        hurt_at = time.monotonic()
        if plan.client is not Client.NEVER_RETURNS:
            self._return(request, after)
        if self.is_naive:
            after.wake()
            return None
        for event in plan.events:
            after.tell(event)
        after.come_to_rest()
        hurt_at = self._woken(after, hurt_at)
        run, record = after.come_to_rest(), after.record
        is_hurt = bool(record.faults or record.rules)
        if run is not None and run.is_over and is_hurt and not plan.is_skewed:
            record.recovery = round(time.monotonic() - hurt_at, 3)
        if run is not None and plan.client is not Client.NEVER_RETURNS:
            # And once more, to be told the same.
            after.have(request, NO_TROUBLE, is_told=True)
        return run

    def _woken(self, after: Aftermath, hurt_at: float) -> float:
        """Wake who is late, and return since when nobody has been disturbed."""
        run = after.run()
        is_open = run is None or not run.is_over
        if after.late:
            after.wake()
        return time.monotonic() if is_open else hurt_at

    def _sender(self, plan: Plan) -> Send:
        if self.is_naive:
            return by_the_usual_order
        never_ends = plan.upstream is not None and SCRIPTS[plan.upstream].never_ends
        deadline = SHORT_DEADLINE if never_ends else DEADLINE
        return by_protocol(deadline=deadline, is_async=plan.is_async)

    def _request(self, plan: Plan, request: Act, after: Aftermath) -> None:
        troubles = [plan.request]
        if plan.client is Client.TWIN:
            troubles.append(NO_TROUBLE)
            after.record.events.append("twin request")
        mortals = [(Mortal.born(request, trouble), trouble) for trouble in troubles]
        for mortal, trouble in mortals:
            after.part_from(mortal, trouble, is_told=True)

    def _return(self, request: Act, after: Aftermath) -> None:
        """Repeat the request until it is acknowledged."""
        for _ in range(MOST_REPEATS):
            if any(each.get("accepted") for each in after.told):
                return
            after.record.events.append("repeated request")
            after.have(request, NO_TROUBLE, is_told=True)
            time.sleep(0.1)


def _note(record: TurnRecord, run: Run) -> None:
    record.run, record.response, record.state = run.id, run.response_id, run.state.value
    record.code = run.error.code if run.error else None
    record.attempts = run.attempt


def run_lane(lane: Lane, plans: Sequence[tuple[str, Plan]], path: Path, parent: int) -> None:
    """Take plans, and write each record at once; end when the parent has."""
    with path.open("a") as records:
        for token, plan in plans:
            if os.getppid() != parent:
                return
            records.write(lane.take(plan, token).to_line())
            records.flush()
