"""Assistants: create, list, get."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.app import Api
from afterglow.api.dependencies import Assistants, CurrentUser, PathId
from afterglow.api.schemas.web.assistants import AssistantIn, AssistantOut

app = Api()


@app.get("/api/assistants")
def list_assistants(user: CurrentUser, assistants: Assistants) -> list[AssistantOut]:
    return [AssistantOut.of(assistant) for assistant in assistants.list(user)]


@app.post("/api/assistants", status_code=HTTPStatus.CREATED)
def create_assistant(body: AssistantIn, user: CurrentUser, assistants: Assistants) -> AssistantOut:
    return AssistantOut.of(assistants.create(user, body.to_draft()))


@app.get("/api/assistants/<assistant_id>")
def get_assistant(assistant_id: PathId, user: CurrentUser, assistants: Assistants) -> AssistantOut:
    return AssistantOut.of(assistants.get(user, assistant_id))


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway."""
    return app.resolve(event, context)
