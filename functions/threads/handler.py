"""Threads and their messages."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.app import Api
from afterglow.api.dependencies import CurrentUser, PathId, Threads
from afterglow.api.schemas.web.threads import MessageOut, NewThreadOut, ThreadIn

app = Api()


@app.post("/api/thread/new", status_code=HTTPStatus.CREATED)
def create_thread(body: ThreadIn, user: CurrentUser, threads: Threads) -> NewThreadOut:
    thread = threads.create(user, title=body.title, assistant_id=body.assistant_id)
    return NewThreadOut.of(thread)


@app.get("/api/threads/<thread_id>/messages")
def list_messages(thread_id: PathId, user: CurrentUser, threads: Threads) -> list[MessageOut]:
    return [MessageOut.of(message) for message in threads.messages(user, thread_id)]


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway."""
    return app.resolve(event, context)
