"""How often something is tried again, and after what time."""

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

ATTEMPTS = 6
# In seconds. Whoever is told to wait longer had better come back.
LONGEST_WAIT = 120.0

Result = TypeVar("Result")
_BACKOFF = wait_random_exponential(multiplier=0.5, max=20)


def patiently(work: Callable[[], Result]) -> Result:
    """Return what `work` returns, tried again for as long as it raises PassingError.

    Raises what it raises, after ATTEMPTS the last PassingError.
    """
    retrying = Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=_pause,
        retry=retry_if_exception_type(PassingError),
        reraise=True,
    )
    return retrying(work)


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, PassingError) and error.retry_after is not None:
        return error.retry_after
    return _BACKOFF(state)
