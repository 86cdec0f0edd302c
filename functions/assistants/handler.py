"""Assistants of the caller, in both dialects."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.answers import ASSISTANT_LIMIT, NO_ASSISTANT, NO_ASSISTANT_ID
from afterglow.api.app import Api
from afterglow.api.assistant_views import AssistantViewsOf
from afterglow.api.dependencies.assistants import Assistants
from afterglow.api.dependencies.requests import CurrentUser, Shutdowns
from afterglow.api.idempotency import RepeatableOf
from afterglow.api.paging import PageParameters, PagesOf
from afterglow.api.references import PathAssistant, PathId
from afterglow.api.schemas.v1 import assistants as v1
from afterglow.api.schemas.web.accounts import MessageOnly
from afterglow.api.schemas.web.assistants import AssistantIn, AssistantOut, AssistantPatch

app = Api()


@app.get("/api/assistants")
def list_assistants(
    query: PageParameters,
    user: CurrentUser,
    assistants: Assistants,
    views: AssistantViewsOf,
    pages: PagesOf,
) -> list[AssistantOut]:
    page = pages.page(query)
    return page.fill(
        assistants.list(user, after=page.number or 0, page_size=page.size),
        views.each(),
        lambda assistant: assistant.id,
    )


@app.post(
    "/api/assistants", status_code=HTTPStatus.CREATED, responses=ASSISTANT_LIMIT | NO_ASSISTANT
)
def create_assistant(
    body: AssistantIn,
    user: CurrentUser,
    assistants: Assistants,
    views: AssistantViewsOf,
    request: RepeatableOf,
) -> AssistantOut:
    assistant = request.once(
        lambda: assistants.create(user, body.to_draft(), claim=request.claim),
        lambda made: assistants.get(user, int(made)),
    )
    return views.one(assistant)


@app.get("/api/assistants/<assistant_id>", responses=NO_ASSISTANT)
def get_assistant(
    assistant_id: PathId, user: CurrentUser, assistants: Assistants, views: AssistantViewsOf
) -> AssistantOut:
    assistant = assistants.get(user, assistant_id)
    return views.one(assistant)


@app.patch("/api/assistants/<assistant_id>", responses=NO_ASSISTANT)
def update_assistant(
    assistant_id: PathId,
    body: AssistantPatch,
    user: CurrentUser,
    assistants: Assistants,
    views: AssistantViewsOf,
) -> AssistantOut:
    assistant = assistants.change(user, assistant_id, body.to_changes())
    return views.one(assistant)


@app.delete("/api/assistants/<assistant_id>", responses=NO_ASSISTANT)
def delete_assistant(
    assistant_id: PathId, user: CurrentUser, assistants: Assistants
) -> MessageOnly:
    assistants.delete(user, assistant_id)
    return MessageOnly(message="Assistant deleted successfully")


@app.get("/api/v1/assistant")
def list_assistants_v1(
    query: PageParameters,
    user: CurrentUser,
    assistants: Assistants,
    shutdowns: Shutdowns,
    pages: PagesOf,
) -> list[v1.AssistantOut]:
    page = pages.page(query)
    return page.fill(
        assistants.list(user, after=page.number or 0, page_size=page.size),
        lambda assistant: v1.AssistantOut.of(assistant, shutdowns(assistant)),
        lambda assistant: assistant.id,
    )


@app.post(
    "/api/v1/assistant", status_code=HTTPStatus.CREATED, responses=ASSISTANT_LIMIT | NO_ASSISTANT
)
def create_assistant_v1(
    body: v1.AssistantNameIn, user: CurrentUser, assistants: Assistants, request: RepeatableOf
) -> MessageOnly:
    assistant = request.once(
        lambda: assistants.create(user, body.to_draft(), is_used=True, claim=request.claim),
        lambda made: assistants.get(user, int(made)),
    )
    return MessageOnly(message=v1.created(assistant))


@app.get("/api/v1/assistant/<assistant_id>", responses=NO_ASSISTANT | NO_ASSISTANT_ID)
def get_assistant_v1(
    assistant_id: PathAssistant, user: CurrentUser, assistants: Assistants, shutdowns: Shutdowns
) -> v1.AssistantOut:
    assistant = assistants.get(user, assistant_id)
    return v1.AssistantOut.of(assistant, shutdowns(assistant))


@app.get("/api/v1/assistant/<assistant_id>/instructions", responses=NO_ASSISTANT | NO_ASSISTANT_ID)
def get_instructions_v1(
    assistant_id: PathAssistant, user: CurrentUser, assistants: Assistants
) -> v1.InstructionsOut:
    spec = assistants.get(user, assistant_id).spec
    return v1.InstructionsOut(instructions=spec.instructions)


@app.put("/api/v1/assistant/<assistant_id>/instructions", responses=NO_ASSISTANT | NO_ASSISTANT_ID)
def update_instructions_v1(
    assistant_id: PathAssistant,
    body: v1.InstructionsIn,
    user: CurrentUser,
    assistants: Assistants,
) -> MessageOnly:
    assistants.change(user, assistant_id, {"instructions": body.instructions})
    return MessageOnly(message="Assistant instructions updated successfully")


@app.delete("/api/v1/assistant/<assistant_id>", responses=NO_ASSISTANT | NO_ASSISTANT_ID)
def delete_assistant_v1(
    assistant_id: PathAssistant, user: CurrentUser, assistants: Assistants
) -> MessageOnly:
    assistants.delete(user, assistant_id)
    return MessageOnly(message="Assistant deleted successfully")


@app.delete("/api/v1/assistant")
def delete_assistants_v1(user: CurrentUser, assistants: Assistants) -> MessageOnly:
    assistants.delete_all(user)
    return MessageOnly(message="All assistants deleted successfully")


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway."""
    return app.resolve(event, context)
