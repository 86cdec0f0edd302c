"""OpenAI's failures in our words. Its own texts quote parts of keys: none is passed on.

A user's bad key is the user's input: 400, never our 401, which would sign a browser out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import NOT_FOUND

from afterglow.adapters.openai.models import plain_code
from afterglow.adapters.openai.refusals import RefusalError, UnreachableError, UpstreamError
from afterglow.adapters.openai.replacements import replacement_named
from afterglow.domain.errors import (
    DomainError,
    InvalidInputError,
    LimitExceededError,
    OperationFailedError,
    RateLimitError,
)
from afterglow.domain.model_lifecycle import MODEL_NOT_FOUND, model_not_found

# All of them say that no money is left, and waiting brings none.
_NO_CREDIT = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
# Timeout and conflict, which OpenAI's SDK would try again, and a call that finds no route.
_OUTAGES = {404, 408, 409}
_REFUSALS = {400, 403, 404, 422}


@contextmanager
def translated(model: str | None = None) -> Iterator[None]:
    """Let no error of the upstream out. `model` is the one that is asked for, where one is."""
    try:
        yield
    except RefusalError as error:
        if _is_about_the_model(error):
            raise model_not_found(model, replacement_named(error.message, model or "")) from None
        raise _of_status(error) from None
    except UpstreamError:
        raise OperationFailedError(
            "OpenAI could not be reached", code="openai_unavailable"
        ) from None


def _is_about_the_model(error: RefusalError) -> bool:
    """Tell whether the key cannot have the model: gone, unknown, withheld, or not for Responses.

    The status differs from report to report, so the code decides where there is one.
    """
    is_named = error.param == "model" and error.status in _REFUSALS
    return is_named or plain_code(error.code) == MODEL_NOT_FOUND


def _of_status(error: RefusalError) -> DomainError:  # noqa: PLR0911 - a table
    match error.status, error.code:
        case 401, "invalid_api_key":
            return InvalidInputError("OpenAI rejected the API key", code="openai_key_invalid")
        case 429, code if code in _NO_CREDIT or error.type in _NO_CREDIT:
            return LimitExceededError(
                "The OpenAI account has no credit left", code="openai_insufficient_quota"
            )
        case 429, _:
            return RateLimitError(
                "OpenAI's rate limit is reached",
                code="openai_rate_limited",
                retry_after=error.retry_after,
            )
        case 401 | 403, _:
            return InvalidInputError("The OpenAI key lacks a permission", code="openai_key_refused")
        case 404, _ if "/responses/" in error.path:
            # Nobody's fault here: background Responses are gone early in some projects.
            return OperationFailedError("OpenAI no longer has the answer", code="response_lost")
        case status, _ if 400 <= status < 500 and status not in _OUTAGES:  # noqa: PLR2004
            return InvalidInputError("OpenAI refused the request", code="openai_refused")
    return OperationFailedError("OpenAI is unavailable", code="openai_unavailable")


def may_pass(error: BaseException) -> bool:
    """Tell whether the same request may succeed a little later."""
    if isinstance(error, RefusalError):
        passing = isinstance(_of_status(error), RateLimitError | OperationFailedError)
        return passing and error.status != NOT_FOUND
    return isinstance(error, UnreachableError)


def retry_after(error: BaseException | None) -> int | None:
    """Return how many seconds the upstream wants us to wait, if it says so."""
    return error.retry_after if isinstance(error, RefusalError) else None
