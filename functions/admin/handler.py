"""What dialect B leaves to admins, and the limit that everyone may ask for."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.answers import ASSISTANT_LIMIT, NO_ASSISTANT, NOT_ADMIN
from afterglow.api.app import Api
from afterglow.api.dependencies.assistants import AssistantLimitOf, Assistants
from afterglow.api.dependencies.requests import CurrentUser
from afterglow.api.dependencies.threads import Directory, Threads
from afterglow.api.idempotency import RepeatableOf
from afterglow.api.paging import PageParameters, PagesOf
from afterglow.api.references import PathLimit
from afterglow.api.schemas.v1.assistants import CustomAssistantIn, created
from afterglow.api.schemas.v1.configuration import LimitOut
from afterglow.api.schemas.web.accounts import MessageOnly
from afterglow.api.schemas.web.threads import ThreadOut
from afterglow.domain.models import Role
from afterglow.domain.roles import check_admin

app = Api()


@app.post(
    "/api/v1/assistant/admin",
    status_code=HTTPStatus.CREATED,
    responses=NOT_ADMIN | ASSISTANT_LIMIT | NO_ASSISTANT,
)
def create_custom_assistant_v1(
    body: CustomAssistantIn, user: CurrentUser, assistants: Assistants, request: RepeatableOf
) -> MessageOnly:
    check_admin(user)
    assistant = request.once(
        lambda: assistants.create(user, body.to_draft(), is_used=True, claim=request.claim),
        lambda made: assistants.get(user, int(made)),
    )
    return MessageOnly(message=created(assistant))


@app.get("/api/v1/threads")
def list_all_threads_v1(
    query: PageParameters,
    user: CurrentUser,
    threads: Threads,
    directory: Directory,
    pages: PagesOf,
) -> list[ThreadOut]:
    """List every user's threads for an admin; anyone else's are their own."""
    page = pages.page(query)
    if user.role is not Role.ADMIN:
        own = threads.list(user, before=page.number, page_size=page.size)
        return page.fill(own, ThreadOut.of, lambda thread: thread.id)
    everyones = directory.list(after=page.text, page_size=page.size)
    return page.fill(everyones, lambda found: ThreadOut.of(found[1]), lambda found: found[0])


@app.get("/api/v1/config/assistant/limit")
def get_assistant_limit_v1(assistant_limit: AssistantLimitOf) -> LimitOut:
    return LimitOut(limit=assistant_limit.current())


@app.put("/api/v1/config/assistant/limit/<limit>", responses=NOT_ADMIN)
def set_assistant_limit_v1(
    limit: PathLimit, user: CurrentUser, assistant_limit: AssistantLimitOf
) -> MessageOnly:
    assistant_limit.change(user, limit)
    return MessageOnly(message="Assistant limit updated successfully")


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway."""
    return app.resolve(event, context)
