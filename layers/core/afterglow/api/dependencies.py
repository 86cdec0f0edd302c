"""What a route may ask for in its signature."""

import re
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Request
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from afterglow import bootstrap
from afterglow.api.session_cookie import token_in
from afterglow.domain.identifiers import MAX_INTEGER_ID
from afterglow.domain.models import User
from afterglow.services.accounts import AccountService
from afterglow.services.assistants import AssistantService
from afterglow.services.credentials import CredentialService
from afterglow.services.sessions import SessionService
from afterglow.services.threads import ThreadService
from afterglow.services.turns import TurnService
from afterglow.settings import settings

_INTEGER_ID = re.compile("[1-9][0-9]{0,15}")


def _current_user(request: Request) -> User:
    user: User = request.context["user"]
    return user


def _session_token(request: Request) -> str | None:
    return token_in(request.resolved_event.raw_event)


def _answer_by(request: Request) -> datetime:
    """Return until when an answer may take. The clock started when the gateway got the request."""
    arrived = request.resolved_event.raw_event["requestContext"]["requestTimeEpoch"]
    return datetime.fromtimestamp(arrived / 1000, UTC) + settings().turn_budget


def _integer_id(raw: str) -> int:
    """Return the id that a path names. Digits of ASCII only: int() would take more."""
    if not _INTEGER_ID.fullmatch(raw) or int(raw) > MAX_INTEGER_ID:
        raise PydanticCustomError("invalid_id", "An id is an integer from 1 on")
    return int(raw)


CurrentUser = Annotated[User, Depends(_current_user)]
SessionToken = Annotated[str | None, Depends(_session_token)]
AnswerBy = Annotated[datetime, Depends(_answer_by)]

Accounts = Annotated[AccountService, Depends(bootstrap.account_service)]
Assistants = Annotated[AssistantService, Depends(bootstrap.assistant_service)]
Credentials = Annotated[CredentialService, Depends(bootstrap.credential_service)]
Sessions = Annotated[SessionService, Depends(bootstrap.session_service)]
Threads = Annotated[ThreadService, Depends(bootstrap.thread_service)]
Turns = Annotated[TurnService, Depends(bootstrap.turn_service)]

PathId = Annotated[int, BeforeValidator(_integer_id), Path()]
