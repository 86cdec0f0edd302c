"""A turn's answer: now, or where to ask for it later."""

import math
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, TypeVar

from aws_lambda_powertools.event_handler import Depends, Request, Response

from afterglow import bootstrap
from afterglow.api.dependencies.requests import AnswerBy
from afterglow.api.gateway_event import public_prefix
from afterglow.api.idempotency import Repeatable, RepeatableOf
from afterglow.api.prefer import APPLIED_HEADER, RESPOND_ASYNC, RespondAsync
from afterglow.api.rendering import JSON
from afterglow.api.schemas.base import Answer
from afterglow.domain.errors import Detail, DomainError
from afterglow.domain.models import Message, Run, User
from afterglow.observability import log_failure
from afterglow.services.acceptance import TurnRequest
from afterglow.services.outcomes import TurnOutcome
from afterglow.services.pacing import wait_at
from afterglow.services.references import Reference

Now = TypeVar("Now", bound=Answer)
Later = TypeVar("Later", bound=Answer)


class Exchange:
    """A message and its answer, as HTTP carries them."""

    def __init__(
        self, request: Request, repeatable: Repeatable, answer_by: datetime, *, is_async: bool
    ) -> None:
        self._user: User = request.context["user"]
        self._event = request.resolved_event.raw_event
        self._headers: dict[str, str] = request.context["response_headers"]
        self._repeatable = repeatable
        self._answer_by = answer_by
        self._is_async = is_async

    def request(self, content: str, assistant: Reference | None = None) -> TurnRequest:
        """Return the caller's message as the service of turns takes it."""
        return TurnRequest(
            self._user,
            content,
            self._answer_by,
            assistant,
            claim=self._repeatable.claim,
            is_async=self._is_async,
        )

    def answer(
        self,
        outcome: TurnOutcome,
        now: Callable[[Message], Now],
        later: Callable[[TurnOutcome], Later],
        status: HTTPStatus = HTTPStatus.OK,
        *,
        kept: str | None = None,
    ) -> Response[Now | Later]:
        """Return the answer with a status, or 202 while there is none.

        Raises the outcome's failure if there will be none; it names the thread that is `kept`.
        """
        if outcome.trouble is not None:
            log_failure(outcome.trouble)
        if outcome.is_replayed:
            self._repeatable.mark_replayed()
        if outcome.answer is not None:
            return Response(int(status), JSON, now(outcome.answer))
        if outcome.run.is_over:
            raise _failure(outcome, kept)
        self._point_to(outcome.run)
        return Response(int(HTTPStatus.ACCEPTED), JSON, later(outcome))

    def _point_to(self, run: Run) -> None:
        dialect = "/api/v1" if self._event["path"].startswith("/api/v1/") else "/api"
        self._headers["Location"] = f"{public_prefix(self._event)}{dialect}/runs/{run.id}"
        self._headers["Retry-After"] = retry_after(run)
        if self._is_async:
            self._headers[APPLIED_HEADER] = RESPOND_ASYNC


def retry_after(run: Run) -> str:
    """Return in how many seconds it pays to ask for a run again."""
    return str(math.ceil(wait_at(bootstrap.now() - run.created_at).total_seconds()))


def _failure(outcome: TurnOutcome, kept: str | None) -> DomainError:
    failure = outcome.failure
    if kept is not None:
        # There is no other way to tell in which thread the message is.
        detail: Detail = {"code": "thread_kept", "message": kept}
        failure.details += (detail,)
    return failure


def _exchange(
    request: Request, repeatable: RepeatableOf, answer_by: AnswerBy, is_async: RespondAsync
) -> Exchange:
    return Exchange(request, repeatable, answer_by, is_async=is_async)


ExchangeOf = Annotated[Exchange, Depends(_exchange)]
