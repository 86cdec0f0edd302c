"""The second plan: the deployed functions on the local cloud, and what runs them, ended by force.

Over HTTP through the gateway. Functions are killed by pid, executions are stopped, the stand-in is
restarted; clients repeat themselves with their keys. The leases are the product's own.
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from faults.customers import Customer
from faults.figures import Figures
from faults.processes import processes_of
from local.deploy.client import client
from local.openai.control_client import ControlClient
from local.ports import Ports
from local.process import Child
from local.up import LocalCloud

# Of each kind.
CUSTOMERS = 3
# Seconds: longer than a request waits.
BUDGET = "3"
SLOW = 7.0
# A lease, the sweeper's minute, and as much again on a busy machine.
PATIENCE = 200.0


@dataclass
class Deployed:
    """A local cloud under attack."""

    cloud: LocalCloud
    control: ControlClient
    faults: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)

    def held(self) -> Figures:
        """Have turns of every kind of trouble, wait for all of them, return the figures."""
        began = time.monotonic()
        self.control.configure(response_seconds=SLOW)
        kinds: Sequence[tuple[bool, Callable[[], None]]] = (
            (False, lambda: self._kill("chat", after=1.5)),
            (True, lambda: self._kill("poller", after=2.0, times=4)),
            (True, self._stop_executions),
            (True, self._restart_the_standin),
            (False, self._restart_the_standin),
        )
        customers: list[Customer] = []
        with ThreadPoolExecutor(CUSTOMERS * len(kinds)) as pool:
            waiting = []
            for is_async, disturb in kinds:
                asked, hurt_at = self._ask(is_async=is_async, disturb=disturb)
                waiting += [pool.submit(self._wait_for, each, hurt_at) for each in asked]
                customers += asked
            waits = [each.result() for each in waiting]
        figures = self._figures(customers)
        return figures | {
            "longest_wait_seconds": round(max(waits), 1),
            "seconds": round(time.monotonic() - began, 1),
        }

    def _ask(self, *, is_async: bool, disturb: Callable[[], None]) -> tuple[list[Customer], float]:
        """Return who asked, and when the last harm was done."""
        customers = [Customer.of(self.cloud.front_url) for _ in range(CUSTOMERS)]
        with ThreadPoolExecutor(CUSTOMERS) as pool:
            asked = [pool.submit(each.ask, each.question, is_async=is_async) for each in customers]
            disturb()
            hurt_at = time.monotonic()
            for each in asked:
                each.result()
        self.events["repeated request"] += sum(customer.repeats for customer in customers)
        return customers, hurt_at

    def _kill(self, function: str, *, after: float, times: int = 1) -> None:
        for _ in range(times):
            time.sleep(after)
            for pid in processes_of(self.cloud.children["cloud"].pid, function):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.faults[f"kill {function}"] += 1

    def _stop_executions(self) -> None:
        time.sleep(1.5)
        states, machine = client("stepfunctions", self.cloud.cloud_url), self._machine
        running = states.list_executions(stateMachineArn=machine, statusFilter="RUNNING")
        for each in running["executions"]:
            states.stop_execution(executionArn=each["executionArn"])
            self.faults["execution stopped"] += 1

    def _restart_the_standin(self) -> None:
        time.sleep(1.5)
        children, data = self.cloud.children, self.cloud.data
        children["stand-in"].kill()
        time.sleep(1.0)
        arguments = ["--port", self.cloud.ports.openai, "--data", data / "openai"]
        log = data / "logs" / "stand-in.log"
        children["stand-in"] = Child("stand-in", "local.openai", arguments, log)
        children["stand-in"].wait_until_ready(f"{self.cloud.openai_url}/health")
        self.control.configure(response_seconds=SLOW)
        self.faults["upstream restarted"] += 1

    @property
    def _machine(self) -> str:
        return self.cloud.outputs["RunPollerArn"]

    def _wait_for(self, customer: Customer, since: float) -> float:
        """Return how long it took until no run of a customer's was open."""
        while time.monotonic() < since + PATIENCE:
            # A function that was killed may answer 502 once.
            with suppress(httpx2.HTTPStatusError):
                if _are_over(customer.runs()):
                    break
            time.sleep(1)
        return time.monotonic() - since

    def _figures(self, customers: Sequence[Customer]) -> Figures:
        found = [(customer.messages(), customer.runs()) for customer in customers]
        roles = [[message["role"] for message in messages] for messages, _ in found]
        states = Counter(_ending(run) for _, runs in found for run in runs)
        return {
            "turns": len(customers),
            "faults": self.faults.total(),
            "faults_by_kind": dict(sorted(self.faults.items())),
            "events": self.events.total(),
            "events_by_kind": dict(sorted(self.events.items())),
            "runs": dict(states),
            "open": sum(not (runs and _are_over(runs)) for _, runs in found),
            "lost": sum(
                not _is_answered(customer, messages)
                for customer, (messages, _) in zip(customers, found, strict=True)
            ),
            "duplicated": sum(len(each) > 2 for each in roles),  # noqa: PLR2004
            "reordered": sum(each[:1] != ["user"] for each in roles),
            "locked": sum(not _is_free(customer) for customer in customers),
            "extra_upstream_calls": max(self._extra_calls(found), default=0),
        }

    def _extra_calls(self, found: Sequence[tuple[Any, list[dict[str, Any]]]]) -> list[int]:
        trails = self.control.audit()["runs"]
        runs = [run["id"] for _, runs in found for run in runs]
        return [trails[run]["creates"] - 1 for run in runs if run in trails]


def _are_over(runs: Sequence[dict[str, Any]]) -> bool:
    return all(run["status"] not in {"queued", "in_progress"} for run in runs)


def _is_answered(customer: Customer, messages: Sequence[dict[str, Any]]) -> bool:
    """Whether the customer's word is in the question and in the answer."""
    said = {each["role"] for each in messages if customer.token in each["content"]}
    return said == {"user", "assistant"}


def _ending(run: dict[str, Any]) -> str:
    error = run.get("error") or {}
    return f"{run['status']} {error.get('code', '')}".strip()


def _is_free(customer: Customer) -> bool:
    """Whether the thread takes another message."""
    body = {"threadId": 1, "message": customer.question}
    answer = customer.http.post("/api/chat", json=body, headers={"Prefer": "respond-async"})
    return answer.status_code == httpx2.codes.ACCEPTED


def hold_deployed(folder: Path) -> Figures:
    """Bring a local cloud up, attack it, and return the figures."""
    parameters = {"TurnBudgetSeconds": BUDGET}
    with LocalCloud(Ports.free(), folder, parameters=parameters) as cloud:
        if cloud.openai_url is None:
            raise RuntimeError("the stand-in is the upstream")
        with ControlClient(cloud.openai_url) as control:
            return Deployed(cloud, control).held()
