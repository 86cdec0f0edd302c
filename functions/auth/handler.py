"""Accounts and what opens them: register, sign in and out, tokens, the password, leaving."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.answers import (
    REGISTRATION_CLOSED,
    WRONG_CURRENT_PASSWORD,
    WRONG_PASSWORD,
    with_cookie,
)
from afterglow.api.app import Api
from afterglow.api.dependencies.accounts import Accounts, Sessions
from afterglow.api.dependencies.requests import Address, BearerToken, CurrentUser, SessionToken
from afterglow.api.schemas.v1.accounts import TokenOut
from afterglow.api.schemas.web.accounts import (
    Credentials,
    MessageOnly,
    PasswordChange,
    Registration,
    UserOut,
)
from afterglow.api.sign_in import farewell, renewal, welcome
from afterglow.domain.models import SessionKind

app = Api()


@app.post(
    "/api/register",
    status_code=HTTPStatus.CREATED,
    responses=with_cookie(HTTPStatus.CREATED) | REGISTRATION_CLOSED,
)
def register(
    body: Registration, accounts: Accounts, address: Address, token: SessionToken
) -> Response[UserOut]:
    signed_in = accounts.register(body.username, body.password, address=address, presented=token)
    return welcome(signed_in, HTTPStatus.CREATED)


@app.post("/api/login", responses=with_cookie(HTTPStatus.OK) | WRONG_PASSWORD)
def login(
    body: Credentials, accounts: Accounts, address: Address, token: SessionToken
) -> Response[UserOut]:
    signed_in = accounts.login(body.username, body.password, address=address, presented=token)
    return welcome(signed_in, HTTPStatus.OK)


@app.post("/api/logout", responses=with_cookie(HTTPStatus.OK))
def logout(token: SessionToken, sessions: Sessions) -> Response[MessageOnly]:
    sessions.end(token)
    return farewell("Logged out successfully")


@app.get("/api/user")
def get_user(user: CurrentUser) -> UserOut:
    return UserOut.of(user)


@app.delete("/api/user", responses=with_cookie(HTTPStatus.OK))
def delete_user(user: CurrentUser, accounts: Accounts) -> Response[MessageOnly]:
    accounts.delete(user)
    return farewell("User deleted successfully")


@app.post("/api/settings/password", responses=with_cookie(HTTPStatus.OK) | WRONG_CURRENT_PASSWORD)
def change_password(
    body: PasswordChange, user: CurrentUser, accounts: Accounts, address: Address
) -> Response[MessageOnly]:
    signed_in = accounts.change_password(
        user, body.current_password, body.new_password, address=address
    )
    return renewal(signed_in, "Password updated successfully")


@app.post("/api/v1/auth/token", responses=WRONG_PASSWORD)
def issue_token(body: Credentials, accounts: Accounts, address: Address) -> TokenOut:
    return TokenOut.of(accounts.issue_token(body.username, body.password, address=address))


@app.delete("/api/v1/auth/token")
def revoke_token(token: BearerToken, sessions: Sessions) -> MessageOnly:
    sessions.end(token, SessionKind.BEARER)
    return MessageOnly(message="Token revoked successfully")


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway."""
    return app.resolve(event, context)
