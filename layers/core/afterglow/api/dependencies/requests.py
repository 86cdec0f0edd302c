"""What is known of a request: who sent it, from where, until when it is answered."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Request

from afterglow import bootstrap
from afterglow.api import bearer
from afterglow.api.gateway_event import address_of
from afterglow.api.session_cookie import token_in
from afterglow.domain.model_lifecycle import shutdown_date_of
from afterglow.domain.models import Assistant, User
from afterglow.settings import settings

# What a request that has waited to the end still has to write, and to say.
LAST_WRITES = timedelta(seconds=4)


def _current_user(request: Request) -> User:
    user: User = request.context["user"]
    return user


def _session_token(request: Request) -> str | None:
    return token_in(request.resolved_event.raw_event)


def _bearer_token(request: Request) -> str | None:
    return bearer.token_in(request.resolved_event.raw_event)


def _address(request: Request) -> str:
    return address_of(request.resolved_event.raw_event)


def _answer_by(request: Request) -> datetime:
    """Return until when an answer may take. The clock started when the gateway got the request.

    Should it be another clock than ours, the function's own end still counts.
    """
    arrived = request.resolved_event.raw_event["requestContext"]["requestTimeEpoch"]
    latest: datetime = request.context["ends_at"] - LAST_WRITES
    return min(datetime.fromtimestamp(arrived / 1000, UTC) + settings().turn_budget, latest)


def _shutdowns(request: Request) -> Callable[[Assistant], date | None]:
    """Return what tells when an assistant's model ends, as the user's key has last shown."""
    api_key, today = _current_user(request).api_key, bootstrap.now().date()
    return lambda assistant: shutdown_date_of(assistant.spec.model, api_key, today)


CurrentUser = Annotated[User, Depends(_current_user)]
BearerToken = Annotated[str | None, Depends(_bearer_token)]
SessionToken = Annotated[str | None, Depends(_session_token)]
Address = Annotated[str, Depends(_address)]
AnswerBy = Annotated[datetime, Depends(_answer_by)]
Shutdowns = Annotated[Callable[[Assistant], date | None], Depends(_shutdowns)]
