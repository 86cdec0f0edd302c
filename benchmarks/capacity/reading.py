"""What some work asks of AWS: units, calls, and what it writes to the log."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import StringIO
from typing import Any
from unittest.mock import patch

from benchmarks.capacity.meter import Meter
from tests import delivery, ingests
from tests.events import Answer


@dataclass(frozen=True, slots=True)
class Reading:
    """`reads` and `writes` are DynamoDB's units, `calls` counts `<service>.<operation>`.

    `log_bytes` are those of our own lines, `answer_bytes` those of body and headers.
    """

    reads: float
    writes: float
    calls: dict[str, int]
    log_bytes: int
    answer_bytes: int = 0

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def reading(work: Callable[[], object]) -> Reading:
    """Have some work done, and return what it asked for."""
    meter, logs = Meter(), list[StringIO]()
    with meter.reading(), _overhearing(logs):
        answer = work()
    return Reading(
        reads=sum(call.read for call in meter.calls),
        writes=sum(call.write for call in meter.calls),
        calls=dict(Counter(f"{call.service}.{call.operation}" for call in meter.calls)),
        log_bytes=sum(len(log.getvalue().encode()) for log in logs),
        answer_bytes=_size(answer) if isinstance(answer, Answer) else 0,
    )


@contextmanager
def _overhearing(logs: list[StringIO]) -> Iterator[None]:
    real = delivery.overheard

    @contextmanager
    def overheard() -> Iterator[StringIO]:
        with real() as stream:
            logs.append(stream)
            yield stream

    with (
        patch.object(delivery, "overheard", overheard),
        patch.object(ingests, "overheard", overheard),
    ):
        yield


def _size(answer: Answer) -> int:
    headers = [f"{name}: {each}" for name, values in answer.headers.items() for each in values]
    return len(json.dumps(answer.body).encode()) + sum(len(line) + 2 for line in headers)
