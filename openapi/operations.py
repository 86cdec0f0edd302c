"""What an operation is called, where it is listed and who may call it, read off its route."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler.api_gateway import Route
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from pydantic.alias_generators import to_camel

from afterglow.api.app import Api
from afterglow.api.dialects import dialect_of
from afterglow.domain.models import SessionKind
from openapi.functions import Function

# Python 3.13 took over RFC 9110's name.
_RENAMED = {413: "Content Too Large", 422: "Unprocessable Content"}
SCHEMES = {SessionKind.COOKIE: "session", SessionKind.BEARER: "bearer"}
Security = list[dict[str, list[str]]]


def tag_of(function: Function, path: str) -> str:
    """Return the group that a function's route is listed in: one for each dialect."""
    name = function.name.replace("_", " ").capitalize()
    return f"{name} (v1)" if dialect_of(path).is_deprecated else name


def security_of(method: str, path: str) -> Security:
    """Return the credential that a route asks for; none if its dialect's table says public."""
    dialect = dialect_of(path)
    return [] if (method, path) in dialect.public else [{SCHEMES[dialect.credential]: []}]


def register(app: Api, function: Function, route: Route) -> None:
    """Add a function's route to the one resolver that describes them all."""
    is_v1 = dialect_of(route.openapi_path).is_deprecated
    name = route.func.__name__.removesuffix("_v1")
    app.route(
        route.path,
        method=route.method,
        status_code=route.status_code,
        summary=route.summary or name.replace("_", " ").capitalize(),
        description=route.description,
        operation_id=to_camel(f"v1_{name}" if is_v1 else name),
        tags=[tag_of(function, route.openapi_path)],
        deprecated=is_v1,
        responses=_successes(route),
    )(route.func)


def refusals_said_at(route: Route) -> dict[int, list[str]]:
    """Return the texts of errors that a route itself declares, by status."""
    said = route.responses or {}
    return {
        status: said[status]["description"].splitlines() for status in said if _is_error(status)
    }


def _successes(route: Route) -> dict[int, OpenAPIResponse]:
    """Return what a route answers when all is well: what it declares, or what it returns."""
    returned: OpenAPIResponse = {"description": phrase(route.status_code)}
    said = route.responses or {}
    declared = {status: said[status] for status in said if not _is_error(status)}
    return {int(route.status_code): returned} | declared


def phrase(status: int) -> str:
    """Return what a status is called, in whichever Python."""
    return _RENAMED.get(status, HTTPStatus(status).phrase)


def _is_error(status: int) -> bool:
    return status >= HTTPStatus.BAD_REQUEST
