"""Processes that do one thing, as a function does, and may not live to tell."""

import json
import os
import random
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import time_machine

from faults.boundaries import Boundaries, Json, Notes
from faults.interception import forget_connections, intercept
from faults.plan import Trouble

# Seconds. No act takes nearly that long, so whoever does hangs.
LONGEST_LIFE = 60.0
Act = Callable[[], Json]


@dataclass
class Fate:
    """What became of a process: its result, or None if it was killed; what it met, and where.

    `begun` are the Responses it has begun.
    """

    result: Json | None = None
    faults: list[str] = field(default_factory=list)
    boundaries: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    hung: bool = False

    @property
    def was_killed(self) -> bool:
        """Whether it was killed as planned."""
        return any(fault.startswith("kill ") for fault in self.faults)


@dataclass(frozen=True)
class Mortal:
    """A process that is at it."""

    pid: int
    pipe: int

    @classmethod
    def born(cls, act: Act, trouble: Trouble) -> "Mortal":
        """Fork a process that does something, with a trouble of its own."""
        reading, writing = os.pipe()
        pid = os.fork()
        if pid:
            os.close(writing)
            return cls(pid, reading)
        status = 1
        try:
            os.close(reading)
            _live(act, trouble, Notes(writing))
            status = 0
        finally:
            # Nothing of the parent's is to be ended twice.
            os._exit(status)

    def has_stopped(self) -> bool:
        """Wait until it stops as planned, and tell whether it did rather than end."""
        seen = os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        return seen is not None and seen.si_code == os.CLD_STOPPED

    def go_on(self) -> None:
        """Wake it up."""
        os.kill(self.pid, signal.SIGCONT)

    def end(self) -> Fate:
        """Wait for its end and return what it told."""
        told, hung = b"", False
        deadline = time.monotonic() + LONGEST_LIFE
        while piece := self._read(deadline):
            told += piece
        if time.monotonic() >= deadline:
            hung = True
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        os.close(self.pipe)
        os.waitpid(self.pid, 0)
        return _fate(told, hung=hung)

    def _read(self, deadline: float) -> bytes:
        ready, _, _ = select.select([self.pipe], [], [], max(0.0, deadline - time.monotonic()))
        return os.read(self.pipe, 65536) if ready else b""


def _live(act: Act, trouble: Trouble, notes: Notes) -> None:
    random.seed()
    forget_connections()
    boundaries = Boundaries(trouble, notes)
    intercept(boundaries)
    if trouble.skew_seconds:
        notes.write("fault", "clock skew")
    if offset := trouble.skew_seconds + trouble.later_seconds:
        time_machine.travel(time.time() + offset, tick=True).start()
    try:
        notes.write("result", act())
    finally:
        notes.write("boundaries", boundaries.passed)


def _fate(told: bytes, *, hung: bool) -> Fate:
    fate = Fate(hung=hung)
    for line in told.splitlines():
        note = json.loads(line)
        match note["kind"]:
            case "fault":
                fate.faults.append(note["value"])
            case "begun":
                fate.begun.append(note["value"])
            case "result":
                fate.result = note["value"]
            case "boundaries":
                fate.boundaries = note["value"]
    return fate
