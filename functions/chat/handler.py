"""A turn: a message and the assistant's answer."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.app import Api
from afterglow.api.dependencies import AnswerBy, CurrentUser, Turns
from afterglow.api.schemas.web.threads import ChatIn, ChatOut

app = Api()


@app.post("/api/chat")
def chat(body: ChatIn, user: CurrentUser, turns: Turns, answer_by: AnswerBy) -> ChatOut:
    answer = turns.send(user, body.thread_id, body.message, answer_by=answer_by)
    return ChatOut.of(answer)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway."""
    return app.resolve(event, context)
