"""Every call that came in: what was asked, with whose key, and what was answered."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any, Final

from local.openai.wire import Json

LONGEST: Final = 10_000


@dataclass
class Call:
    """`status` stays null while the call is open and when its connection was dropped.

    `run` is what the metadata of the response that it is about name as `run_id`.
    """

    sequence: int
    at: float
    method: str
    path: str
    query: str
    key: str
    request_id: str
    body: Any = None
    status: int | None = None
    fault: str | None = None
    run: str | None = None


class Journal:
    """The last calls, oldest first. It holds fingerprints of keys, never a key."""

    def __init__(self) -> None:
        self.calls: deque[Call] = deque(maxlen=LONGEST)
        self.written = 0

    def open(self, call: Call) -> Call:
        self.written += 1
        call.sequence = self.written
        self.calls.append(call)
        return call

    def describe(self) -> Json:
        return {"calls": [asdict(call) for call in self.calls]}
