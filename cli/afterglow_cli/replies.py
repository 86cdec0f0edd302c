"""What an answer means: it will do, it may be better later, or it is no."""

from http import HTTPStatus

import httpx2
from pydantic import ValidationError

from afterglow_cli.answers import Problem
from afterglow_cli.errors import CommandError, PassingError, RefusalError, SignInError
from afterglow_cli.patience import LONGEST_WAIT

PASSING = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


def check(response: httpx2.Response) -> None:
    """Check that the service did what it was asked.

    Raises SignInError, PassingError, RefusalError.
    """
    if response.is_success:
        return
    problem, status = _problem(response), response.status_code
    if status == HTTPStatus.UNAUTHORIZED:
        raise SignInError(problem.error)
    wait = _retry_after(response)
    if status in PASSING or (status == HTTPStatus.TOO_MANY_REQUESTS and wait is not None):
        if wait is None or wait <= LONGEST_WAIT:
            raise PassingError(f"The service answers: {problem.error}", wait)
        raise CommandError(f"{problem.error}: come back in {round(wait / 60)} minutes")
    raise RefusalError(_in_full(problem), status, problem.details)


def transport_failure(error: httpx2.TransportError, host: str) -> PassingError:
    """Return what to say of a connection that did not hold."""
    return PassingError(f"{host} cannot be reached: {str(error) or type(error).__name__}")


def _problem(response: httpx2.Response) -> Problem:
    try:
        return Problem.model_validate_json(response.content)
    except ValidationError:
        return Problem(error=f"{response.status_code} {response.reason_phrase}".strip())


def _in_full(problem: Problem) -> str:
    details = "; ".join(
        f"{detail.field}: {detail.message}" if detail.field else detail.message
        for detail in problem.details
    )
    return f"{problem.error}: {details}" if details else problem.error


def _retry_after(response: httpx2.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else None
