"""The points at which a process may die or stop: before each call, and before its reply."""

import json
import os
import re
import signal
from dataclasses import dataclass, field
from typing import Any

from faults.plan import AwsFault, Trouble

Json = dict[str, Any]
RESPONSE_ID = re.compile(rb"resp_[A-Za-z0-9]+")


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
    struck: set[AwsFault] = field(default_factory=set)

    def begin(self, piece: bytes) -> None:
        """Note which Response the first piece of an answer names, if any."""
        if named := RESPONSE_ID.search(piece):
            self.notes.write("begun", named[0].decode())

    def cross(self, name: str) -> None:
        """Pass a point, or be killed there."""
        if len(self.passed) == self.trouble.kill_at:
            self.notes.write("fault", f"kill {name}")
            os.kill(os.getpid(), signal.SIGKILL)
        if len(self.passed) == self.trouble.stop_at:
            self.notes.write("fault", f"zombie {name}")
            os.kill(os.getpid(), signal.SIGSTOP)
        self.passed.append(name)

    def fault_of(self, operation: str) -> AwsFault | None:
        """Return how a call of an operation of AWS is to go wrong, None if it is not."""
        number = self.calls.get(operation, 0)
        self.calls[operation] = number + 1
        for fault in self.trouble.aws:
            if fault.strikes(operation, number):
                if fault not in self.struck:
                    self.notes.write("fault", fault.name)
                self.struck.add(fault)
                return fault
        return None
