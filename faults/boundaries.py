"""The points at which a process may die: before each call to the outside, and before its reply."""

import json
import os
import signal
from dataclasses import dataclass, field
from typing import Any

from faults.plan import AwsFault, Trouble

Json = dict[str, Any]


@dataclass(slots=True)
class Notes:
    """Tells the parent, at once: who is killed tells nothing later."""

    pipe: int

    def write(self, kind: str, value: object) -> None:
        """Send one line."""
        os.write(self.pipe, json.dumps({"kind": kind, "value": value}).encode() + b"\n")


@dataclass(slots=True)
class Boundaries:
    """Counts the points that a process passes, and ends it at the one that is planned."""

    trouble: Trouble
    notes: Notes
    passed: list[str] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)
    struck: int = 0

    def cross(self, name: str) -> None:
        """Pass a point, or be killed there."""
        if len(self.passed) == self.trouble.kill_at:
            self.notes.write("fault", f"kill {name}")
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed.append(name)

    def fault_of(self, operation: str) -> AwsFault | None:
        """Return how a call of an operation of AWS is to go wrong, None if it is not."""
        fault = self.trouble.aws
        number = self.calls.get(operation, 0)
        self.calls[operation] = number + 1
        if fault is None or fault.operation != operation:
            return None
        if not fault.nth <= number < fault.nth + fault.count:
            return None
        if not self.struck:
            self.notes.write("fault", f"aws {fault.kind}")
        self.struck += 1
        return fault
