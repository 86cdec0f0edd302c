"""A turn: a message and the assistant's answer, in both dialects."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.answers import BUSY, MESSAGE_TOO_SHORT, NO_ASSISTANT, NO_THREAD
from afterglow.api.app import Api
from afterglow.api.dependencies import AnswerBy, CurrentUser, Turns
from afterglow.api.references import PathThread
from afterglow.api.schemas.v1.threads import MessageIn, NewThreadOut, ThreadIn
from afterglow.api.schemas.web.accounts import MessageOnly
from afterglow.api.schemas.web.threads import ChatIn, ChatOut
from afterglow.domain.messages import check_message_length

app = Api()


@app.post("/api/chat", responses=NO_THREAD | BUSY)
def chat(body: ChatIn, user: CurrentUser, turns: Turns, answer_by: AnswerBy) -> ChatOut:
    answer = turns.send(user, body.thread_id, body.message, answer_by=answer_by)
    return ChatOut.of(answer)


@app.post(
    "/api/v1/thread", status_code=HTTPStatus.CREATED, responses=NO_ASSISTANT | MESSAGE_TOO_SHORT
)
def create_thread_v1(
    body: ThreadIn, user: CurrentUser, turns: Turns, answer_by: AnswerBy
) -> NewThreadOut:
    check_message_length(body.content)
    thread = turns.open(
        user, body.content, title=body.name, assistant=body.assistant_id, answer_by=answer_by
    )
    return NewThreadOut.of(thread)


@app.post(
    "/api/v1/thread/<gpt_id>",
    status_code=HTTPStatus.CREATED,
    responses=NO_THREAD | BUSY | MESSAGE_TOO_SHORT,
)
def add_message_v1(
    gpt_id: PathThread, body: MessageIn, user: CurrentUser, turns: Turns, answer_by: AnswerBy
) -> MessageOnly:
    check_message_length(body.content)
    turns.send(user, gpt_id, body.content, assistant=body.assistant_id, answer_by=answer_by)
    return MessageOnly(message="Message added successfully")


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway."""
    return app.resolve(event, context)
