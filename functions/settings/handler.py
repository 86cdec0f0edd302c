"""What a user sets: the OpenAI key."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.app import Api
from afterglow.api.dependencies import Credentials, CurrentUser
from afterglow.api.schemas.web.accounts import ApiKeyIn, MessageOnly, MessageWithWarning

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


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway."""
    return app.resolve(event, context)
