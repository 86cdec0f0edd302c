"""A turn: a message and the assistant's answer, in both dialects."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.answers import BUSY, MESSAGE_TOO_SHORT, NO_ASSISTANT, NO_THREAD, now_or_later
from afterglow.api.app import Api
from afterglow.api.dependencies.runs import Turns
from afterglow.api.later import ExchangeOf
from afterglow.api.references import PathThread
from afterglow.api.schemas.v1 import runs as v1
from afterglow.api.schemas.v1.threads import MessageIn, NewThreadOut, ThreadIn
from afterglow.api.schemas.web.accounts import MessageOnly
from afterglow.api.schemas.web.runs import AcceptedOut
from afterglow.api.schemas.web.threads import ChatIn, ChatOut
from afterglow.domain.messages import check_message_length

app = Api()


@app.post(
    "/api/chat", responses=now_or_later(HTTPStatus.OK, ChatOut, AcceptedOut) | NO_THREAD | BUSY
)
def chat(body: ChatIn, turns: Turns, exchange: ExchangeOf) -> Response[ChatOut | AcceptedOut]:
    outcome = turns.send(exchange.request(body.message), body.thread_id)
    return exchange.answer(outcome, ChatOut.of, AcceptedOut.of)


@app.post(
    "/api/v1/thread",
    status_code=HTTPStatus.CREATED,
    responses=now_or_later(HTTPStatus.CREATED, NewThreadOut, v1.AcceptedOut)
    | NO_ASSISTANT
    | MESSAGE_TOO_SHORT,
)
def create_thread_v1(
    body: ThreadIn, turns: Turns, exchange: ExchangeOf
) -> Response[NewThreadOut | v1.AcceptedOut]:
    check_message_length(body.content)
    outcome = turns.open(exchange.request(body.content, body.assistant_id), title=body.name)
    return exchange.answer(
        outcome,
        lambda _: NewThreadOut.of(outcome.thread),
        v1.AcceptedOut.of,
        HTTPStatus.CREATED,
        kept=outcome.thread.openai_thread_id,
    )


@app.post(
    "/api/v1/thread/<gpt_id>",
    status_code=HTTPStatus.CREATED,
    responses=now_or_later(HTTPStatus.CREATED, MessageOnly, v1.AcceptedOut)
    | NO_THREAD
    | BUSY
    | MESSAGE_TOO_SHORT,
)
def add_message_v1(
    gpt_id: PathThread, body: MessageIn, turns: Turns, exchange: ExchangeOf
) -> Response[MessageOnly | v1.AcceptedOut]:
    check_message_length(body.content)
    outcome = turns.send(exchange.request(body.content, body.assistant_id), gpt_id)
    return exchange.answer(
        outcome,
        lambda _: MessageOnly(message="Message added successfully"),
        v1.AcceptedOut.of,
        HTTPStatus.CREATED,
    )


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway."""
    return app.resolve(event, context)
