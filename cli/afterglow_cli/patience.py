"""How often something is tried again, and after what time."""

import math
from collections.abc import Callable
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from afterglow_cli.errors import PassingError
from afterglow_cli.speech import printable, remark

ATTEMPTS = 6
# In seconds. Whoever is told to wait longer had better come back.
LONGEST_WAIT = 120.0
_NOTICED = 1.0

Result = TypeVar("Result")
_BACKOFF = wait_random_exponential(multiplier=0.5, max=20)


def patiently(work: Callable[[], Result], *, aloud: bool = False) -> Result:
    """Return what `work` returns, tried again for as long as it raises PassingError.

    If it does so `aloud`, it says before each pause that is noticed why there is one. Raises what
    `work` raises, after ATTEMPTS the last PassingError.
    """
    retrying = Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=_pause,
        retry=retry_if_exception_type(PassingError),
        before_sleep=_tell if aloud else None,
        reraise=True,
    )
    return retrying(work)


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, PassingError) and error.retry_after is not None:
        return error.retry_after
    return _BACKOFF(state)


def _tell(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    if state.upcoming_sleep >= _NOTICED:
        remark(f"{printable(str(error))}. Trying again in {math.ceil(state.upcoming_sleep)} s.")
