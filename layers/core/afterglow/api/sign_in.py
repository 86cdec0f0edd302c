"""Answers that give a browser its session, or take it away."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from afterglow.api.schemas.web.accounts import MessageOnly, UserOut
from afterglow.api.session_cookie import cleared_cookie, session_cookie
from afterglow.services.accounts import SignedIn

_JSON = "application/json"


def welcome(signed_in: SignedIn, status: HTTPStatus) -> Response[UserOut]:
    """Return the user and the cookie of the new session."""
    return Response(
        status_code=status,
        content_type=_JSON,
        body=UserOut.of(signed_in.user),
        cookies=[session_cookie(signed_in.token)],
    )


def renewal(signed_in: SignedIn, message: str) -> Response[MessageOnly]:
    """Return that something was done, and the cookie of the session that takes over."""
    return Response(
        status_code=HTTPStatus.OK,
        content_type=_JSON,
        body=MessageOnly(message=message),
        cookies=[session_cookie(signed_in.token)],
    )


def farewell(message: str) -> Response[MessageOnly]:
    """Return why the session is over, and have the browser forget it and what it saw."""
    return Response(
        status_code=HTTPStatus.OK,
        content_type=_JSON,
        body=MessageOnly(message=message),
        cookies=[cleared_cookie()],
        headers={"Clear-Site-Data": '"cache","storage"'},
    )
