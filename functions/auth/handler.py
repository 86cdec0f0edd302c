"""Register, log in, log out, the current user."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.app import Api
from afterglow.api.dependencies import Accounts, CurrentUser, Sessions, SessionToken
from afterglow.api.schemas.web.accounts import Credentials, MessageOnly, UserOut
from afterglow.api.sign_in import farewell, welcome

app = Api()


@app.post("/api/register", status_code=HTTPStatus.CREATED)
def register(body: Credentials, accounts: Accounts, token: SessionToken) -> Response[UserOut]:
    signed_in = accounts.register(body.username, body.password, presented=token)
    return welcome(signed_in, HTTPStatus.CREATED)


@app.post("/api/login")
def login(body: Credentials, accounts: Accounts, token: SessionToken) -> Response[UserOut]:
    signed_in = accounts.login(body.username, body.password, presented=token)
    return welcome(signed_in, HTTPStatus.OK)


@app.post("/api/logout")
def logout(token: SessionToken, sessions: Sessions) -> Response[MessageOnly]:
    sessions.end(token)
    return farewell()


@app.get("/api/user")
def get_user(user: CurrentUser) -> UserOut:
    return UserOut.of(user)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway."""
    return app.resolve(event, context)
