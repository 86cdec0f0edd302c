"""What no caller waits for: on a schedule, or for the state machine. Each logs one line."""

from afterglow.api.jobs.failures import JobFailedError
from afterglow.api.jobs.passes import LAST_STEP
from afterglow.api.jobs.polling import PollEvent, PollOutcome, poll
from afterglow.api.jobs.reaping import reap
from afterglow.api.jobs.sweeping import sweep

__all__ = [
    "LAST_STEP",
    "JobFailedError",
    "PollEvent",
    "PollOutcome",
    "poll",
    "reap",
    "sweep",
]
