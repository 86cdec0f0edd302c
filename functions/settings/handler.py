"""What a user sets: the OpenAI key, the default assistant."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.answers import NO_ASSISTANT
from afterglow.api.app import Api
from afterglow.api.dependencies.requests import CurrentUser
from afterglow.api.dependencies.settings import Credentials, Preferences
from afterglow.api.schemas.web.accounts import (
    ApiKeyIn,
    DefaultAssistantIn,
    MessageOnly,
    MessageWithWarning,
)

app = Api()


@app.post("/api/settings/apikey")
def set_api_key(
    body: ApiKeyIn, user: CurrentUser, credentials: Credentials
) -> MessageWithWarning | MessageOnly:
    warning = credentials.set_api_key(user, body.api_key)
    message = "API key updated successfully"
    if warning is None:
        return MessageOnly(message=message)
    return MessageWithWarning(message=message, warning=warning)


@app.delete("/api/settings/apikey")
def delete_api_key(user: CurrentUser, credentials: Credentials) -> MessageOnly:
    credentials.delete_api_key(user)
    return MessageOnly(message="API key deleted successfully")


@app.post("/api/settings/default-assistant", responses=NO_ASSISTANT)
def set_default_assistant(
    body: DefaultAssistantIn, user: CurrentUser, preferences: Preferences
) -> MessageOnly:
    preferences.set_default_assistant(user, body.assistant_id)
    return MessageOnly(message="Default assistant updated successfully")


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway."""
    return app.resolve(event, context)
