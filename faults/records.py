"""What is known of a turn when it is over."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self


@dataclass
class TurnRecord:
    """A turn, its faults, and where it breaks what is promised. `recovery` is in seconds.

    `rules` are the stand-in's rules for it, which know whether they struck. `whys` tell of each
    breach. `faults` do harm, `events` are only more than there need be. `overwritten` tells that
    who was late has changed something. `mixed` is an end that no fault alone explains.
    """

    plan: str
    token: str
    script: str | None = None
    rules: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    run: str | None = None
    response: str | None = None
    state: str | None = None
    code: str | None = None
    attempts: int = 0
    is_answered: bool = False
    recovery: float | None = None
    lost: int = 0
    duplicated: int = 0
    reordered: int = 0
    locked: int = 0
    overwritten: int = 0
    mixed: str | None = None
    whys: list[str] = field(default_factory=list)

    @property
    def is_broken(self) -> bool:
        """Whether anything that is promised does not hold."""
        wrong = (self.lost, self.duplicated, self.reordered, self.locked, self.overwritten)
        return any(wrong)

    def to_line(self) -> str:
        """Return it as a line of JSON."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def read_all(cls, path: Path) -> list[Self]:
        """Return the records of a file."""
        return [cls(**json.loads(line)) for line in path.read_text().splitlines()]


def kinds(faults: Sequence[str]) -> Counter[str]:
    """Return how many there were of each kind: of a kill, not where."""
    return Counter(_kind(fault) for fault in faults)


def _kind(fault: str) -> str:
    first = fault.split(" ", 1)[0]
    return first if first in {"kill", "zombie"} else fault
