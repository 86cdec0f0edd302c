"""What no caller waits for: on a schedule, of a queue, or for a state machine.

Each logs one line.
"""

from afterglow.api.jobs.directory_ingesting import (
    Chunks,
    DirectoryEvent,
    WorkOutcome,
    ingest_directory,
)
from afterglow.api.jobs.failures import JobFailedError
from afterglow.api.jobs.ingesting import QueueEvent, ingest
from afterglow.api.jobs.passes import LAST_STEP
from afterglow.api.jobs.polling import PollEvent, PollOutcome, poll
from afterglow.api.jobs.reaping import reap
from afterglow.api.jobs.sweeping import sweep

__all__ = [
    "LAST_STEP",
    "Chunks",
    "DirectoryEvent",
    "JobFailedError",
    "PollEvent",
    "PollOutcome",
    "QueueEvent",
    "WorkOutcome",
    "ingest",
    "ingest_directory",
    "poll",
    "reap",
    "sweep",
]
