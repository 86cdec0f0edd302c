"""What an answer means: it will do, it may be better later, it is no, or nobody's we know."""

import re
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

_REQUEST_ID = re.compile(r"[0-9A-Za-z=_-]{1,64}")


def check(response: httpx2.Response) -> None:
    """Check that the service did what it was asked.

    Raises SignInError, PassingError, RefusalError, and CommandError if it is none of Afterglow.
    """
    if response.is_success:
        return
    problem, status, wait = _problem(response), response.status_code, _retry_after(response)
    if problem is None and status not in PASSING and wait is None:
        raise CommandError(strange(response))
    problem = problem or Problem(error=_status(response))
    if status == HTTPStatus.UNAUTHORIZED:
        raise SignInError(problem.error)
    if status in PASSING or (status == HTTPStatus.TOO_MANY_REQUESTS and wait is not None):
        if wait is None or wait <= LONGEST_WAIT:
            raise PassingError(f"The service answers: {problem.error}{_reference(response)}", wait)
        raise CommandError(f"{problem.error}: come back in {round(wait / 60)} minutes")
    raise RefusalError(_in_full(problem), status, problem.details)


def strange(response: httpx2.Response) -> str:
    """Return what to say of an answer that Afterglow does not give."""
    if response.has_redirect_location:
        said = f"leads elsewhere, to {response.headers['Location']}"
    else:
        said = f"does not answer as Afterglow does ({_status(response)})"
    return f"{response.request.url.copy_with(query=None)} {said}. Is the address right?"


def _problem(response: httpx2.Response) -> Problem | None:
    try:
        return Problem.model_validate_json(response.content)
    except ValidationError:
        return None


def _status(response: httpx2.Response) -> str:
    return f"{response.status_code} {response.reason_phrase}".strip()


def _in_full(problem: Problem) -> str:
    details = "; ".join(
        f"{detail.field}: {detail.message}" if detail.field else detail.message
        for detail in problem.details
    )
    return f"{problem.error}: {details}" if details else problem.error


def _reference(response: httpx2.Response) -> str:
    """Return by what the operator finds an answer that is the service's own fault in the logs."""
    if response.status_code != HTTPStatus.INTERNAL_SERVER_ERROR:
        return ""
    found = _REQUEST_ID.fullmatch(response.headers.get("X-Request-Id", ""))
    return f" (X-Request-Id: {found[0]})" if found else ""


def _retry_after(response: httpx2.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else None
