"""What the upstream has seen of all turns, held against what we know of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from faults.records import TurnRecord
from local.openai.control_client import ControlClient, fingerprint

RUNNING = ("queued", "in_progress")


@dataclass(frozen=True)
class UpstreamBooks:
    """The stand-in's audit.

    `orphans` are Responses of ours whose ids no record has: whoever began them died, or lost the
    reply, before it could note them. `running` of these go on. `unexplained` are of runs that have
    more of them than attempts that came to nothing.
    `extra_calls` are the creates of each run beyond the first.
    """

    orphans: int
    running: int
    unexplained: list[str]
    extra_calls: list[int]
    wrong_keys: list[str]

    @classmethod
    def of(
        cls, records: Sequence[TurnRecord], audit: Mapping[str, Any], keys: Mapping[str, str]
    ) -> "UpstreamBooks":
        """Compare the audit with the records; `keys` are whose token begins a record's."""
        trails, remaining = audit["runs"], audit["remaining"]
        known = {record.response for record in records if record.response}
        existing = {each["id"] for each in remaining}
        by_run = {record.run: record for record in records if record.run}
        orphans = [each for each in remaining if each["run"] in by_run and each["id"] not in known]
        counts = Counter(each["run"] for each in orphans)
        return cls(
            orphans=len(orphans),
            running=sum(each["status"] in RUNNING for each in orphans),
            unexplained=[
                run for run, count in counts.items() if count > _lapsed(by_run[run], existing)
            ],
            extra_calls=[
                max(0, trails[run]["creates"] - 1) if run in trails else 0 for run in by_run
            ],
            wrong_keys=[
                run
                for run, record in by_run.items()
                if run in trails and trails[run]["keys"] != [fingerprint(keys[record.token])]
            ],
        )


def _lapsed(record: TurnRecord, existing: set[str]) -> int:
    """Return how many attempts at a run have left no Response that we know by its right name."""
    return record.attempts - (record.response in existing)


@dataclass
class Eavesdropper:
    """Reads everything that is sent upstream, for words of somebody else."""

    control: ControlClient
    canaries: Mapping[str, str]
    checked: int = 0
    missed: int = 0
    leaks: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Read what was sent since the last time."""
        calls = self.control.journal()
        fresh = [call for call in calls if call.sequence > self._last]
        if fresh:
            self.missed += fresh[0].sequence - self._last - 1
            self._last = fresh[-1].sequence
        for call in fresh:
            own, text = self.canaries.get(call.key), str(call.body)
            others = [each for each in self.canaries.values() if each != own and each in text]
            self.leaks += [f"{call.method} {call.path}" for _ in others]
        self.checked += len(fresh)

    _last: int = 0
