"""Register, log in, log out, the current user."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.app import Api
from afterglow.api.dependencies import Accounts, CurrentUser, Sessions, SessionToken
from afterglow.api.schemas.web.accounts import Credentials, MessageOnly, UserOut
from afterglow.api.session_cookie import cleared_cookie, session_cookie
from afterglow.services.accounts import SignedIn

app = Api()


@app.post("/api/register", status_code=HTTPStatus.CREATED)
def register(body: Credentials, accounts: Accounts, token: SessionToken) -> Response[UserOut]:
    signed_in = accounts.register(body.username, body.password, presented=token)
    return _with_session(HTTPStatus.CREATED, signed_in)


@app.post("/api/login")
def login(body: Credentials, accounts: Accounts, token: SessionToken) -> Response[UserOut]:
    signed_in = accounts.login(body.username, body.password, presented=token)
    return _with_session(HTTPStatus.OK, signed_in)


@app.post("/api/logout")
def logout(token: SessionToken, sessions: Sessions) -> Response[MessageOnly]:
    sessions.end(token)
    return Response(
        status_code=HTTPStatus.OK,
        content_type="application/json",
        body=MessageOnly(message="Logged out successfully"),
        cookies=[cleared_cookie()],
        headers={"Clear-Site-Data": '"cache","storage"'},
    )


@app.get("/api/user")
def get_user(user: CurrentUser) -> UserOut:
    return UserOut.of(user)


def _with_session(status: HTTPStatus, signed_in: SignedIn) -> Response[UserOut]:
    return Response(
        status_code=status,
        content_type="application/json",
        body=UserOut.of(signed_in.user),
        cookies=[session_cookie(signed_in.token)],
    )


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway."""
    return app.resolve(event, context)
