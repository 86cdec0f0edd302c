"""Lanes that go on at the same time, since most of a lane's time is waiting for leases."""

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from faults.clean import BrokenHarnessError
from faults.infrastructure import Infrastructure
from faults.interception import forget_connections
from faults.lane import Lane, run_lane
from faults.plan import Plan
from faults.records import TurnRecord
from faults.tenants import Tenant
from local.openai.control_client import ControlClient

Plans = Sequence[tuple[str, Plan]]


@dataclass(frozen=True)
class Lanes:
    """Who takes which plans. `watch` is called every `seconds` with how many turns are over."""

    where: Infrastructure
    tenants: Sequence[Tenant]
    is_naive: bool
    watch: Callable[[int], None]
    seconds: float = 10.0

    def run(self, plans: Plans) -> list[TurnRecord]:
        """Have all of the turns. Raises BrokenHarnessError."""
        paths = {
            tenant: self.where.folder / f"lane{number}.jsonl"
            for number, tenant in enumerate(self.tenants)
        }
        with ExitStack() as stack:
            lanes = [self._begun(tenant, path, plans) for tenant, path in paths.items()]
            for lane in lanes:
                stack.callback(lane.kill)
            self._watch(lanes, paths)
        if any(lane.exitcode for lane in lanes):
            raise BrokenHarnessError(f"a lane ended: see {self.where.folder}")
        return [record for path in paths.values() for record in TurnRecord.read_all(path)]

    def of(self, tenant: Tenant, plans: Plans) -> Plans:
        """Return a tenant's share."""
        return plans[self.tenants.index(tenant) :: len(self.tenants)]

    def _watch(self, lanes: Sequence[BaseProcess], paths: Mapping[Tenant, Path]) -> None:
        while alive := [lane.sentinel for lane in lanes if lane.is_alive()]:
            wait(alive, self.seconds)
            self.watch(sum(len(path.read_text().splitlines()) for path in paths.values()))

    def _begun(self, tenant: Tenant, path: Path, plans: Plans) -> BaseProcess:
        parent, own = os.getpid(), self.of(tenant, plans)
        path.touch()

        def run() -> None:
            with path.with_suffix(".log").open("ab") as log:
                os.dup2(log.fileno(), sys.stdout.fileno())
                os.dup2(log.fileno(), sys.stderr.fileno())
            # They are the parent's.
            forget_connections()
            with ControlClient(self.where.openai_url) as control:
                run_lane(Lane(tenant, control, self.is_naive), own, path, parent)

        process = multiprocessing.get_context("fork").Process(target=run)
        process.start()
        return process
