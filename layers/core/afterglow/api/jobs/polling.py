"""One look at one run, as a task of the state machine."""

from typing import TypedDict

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow import bootstrap
from afterglow.api.jobs.failures import job
from afterglow.api.jobs.passes import timed


class PollEvent(TypedDict):
    """Which run."""

    user_id: int
    run_id: str


class PollOutcome(TypedDict):
    """Whether the run is over, and else in how many seconds to look again."""

    is_over: bool
    wait_seconds: int


def poll(event: PollEvent, context: LambdaContext) -> PollOutcome:
    """Look at a run and move it on. That it is not over is no error.

    Raises JobFailedError if it could not be looked at.
    """
    log, user_id, run_id = timed(context), event["user_id"], event["run_id"]
    with job("poll", user_id=user_id, run_id=run_id):
        result = bootstrap.run_poller().poll(user_id, run_id)
    outcome = PollOutcome(is_over=result.is_over, wait_seconds=result.wait_seconds)
    log("polled", user_id=user_id, run_id=run_id, **outcome)
    return outcome
