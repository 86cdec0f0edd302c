"""What a turn, an upload and a month use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from afterglow.services.pacing import wait_at
from benchmarks.cost.invocations import Lambda, requested
from benchmarks.cost.prices import added, times

Readings = Mapping[str, Mapping[str, Any]]
# Poll, IsOver and Wait, or Over at the end: statemachines/run_poller.asl.json.
STATES_OF_A_POLL = 3
MINUTES = 365 * 24 * 60 / 12


@dataclass(frozen=True, slots=True)
class Model:
    """Everything is of one turn or upload. `memory` is MB by function."""

    readings: Readings
    functions: Lambda
    memory: Mapping[str, int]
    budget: timedelta

    def turn(self, answered: timedelta) -> dict[str, float]:
        """Return the usage of a turn whose answer takes so long."""
        if answered <= self.budget:
            return self._request("chat", "turn", answered)
        clients = int((answered - self.budget) / self._asks_every()) + 1
        asked = self._request("runs", "run asked after", timedelta(0))
        taken = self._request("chat", "turn taken", self.budget)
        return added(taken, self._polled(answered), times(asked, clients))

    def polls(self, answered: timedelta) -> int:
        """Return how often the state machine asks after a run that its request handed over."""
        age, count = self.budget, 1
        while age < answered:
            age += wait_at(age)
            count += 1
        return count

    def upload(self) -> dict[str, float]:
        """Return the usage of a small file in a form of ours."""
        return self._request("files", "upload", self._milliseconds("openai_file_ms"))

    def form(self) -> dict[str, float]:
        """Return the usage of a small file in a form of S3's: announced, sent, taken in."""
        asked = self._request("files", "form asked for", timedelta(0))
        waits = self.functions.assumed["durations"]["openai_file_ms"]
        taken = self.functions.handled(
            self.readings["form taken in"], self.memory["ingest"], waits_ms=waits
        )
        # S3 sends a message, Lambda receives and deletes it.
        return added(asked, taken, {"s3_put": 1, "sqs_request": 3})

    def scheduled(self) -> dict[str, float]:
        """Return the usage of a month of sweeper and reaper that find nothing."""
        passes = added(
            self.functions.handled(self.readings["sweep"], self.memory["sweeper"]),
            self.functions.handled(self.readings["reap"], self.memory["reaper"]),
        )
        return times(passes, MINUTES)

    def _polled(self, answered: timedelta) -> dict[str, float]:
        waits, count = self.functions.assumed["durations"]["openai_poll_ms"], self.polls(answered)
        each, last = (
            self.functions.handled(self.readings[name], self.memory["poller"], waits_ms=waits)
            for name in ("poll", "last poll")
        )
        transitions = {"step_functions_transition": float(STATES_OF_A_POLL * count)}
        return added(times(each, count - 1), last, transitions)

    def _request(self, function: str, name: str, waits: timedelta) -> dict[str, float]:
        seen, memory = self.readings[name], self.memory[function]
        waits_ms = waits / timedelta(milliseconds=1)
        return added(requested(seen), self.functions.handled(seen, memory, waits_ms=waits_ms))

    def _milliseconds(self, name: str) -> timedelta:
        return timedelta(milliseconds=self.functions.assumed["durations"][name])

    def _asks_every(self) -> timedelta:
        return timedelta(seconds=self.functions.assumed["clients"]["asks_every_seconds"])
