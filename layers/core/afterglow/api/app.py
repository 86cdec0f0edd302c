"""`Api`: a function's routes, behind admission and in front of rendering."""

import time
from collections.abc import Iterable
from typing import Any, NoReturn

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.api_gateway import Route
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as UnknownRouteError
from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.admission import as_json, caller_of, check_body, check_role, check_target
from afterglow.api.cross_origin import check_origin, sharing_headers
from afterglow.api.deprecation import deprecation_headers
from afterglow.api.dialects import Dialect, dialect_of
from afterglow.api.failure_texts import Operation
from afterglow.api.gateway_event import Event
from afterglow.api.idempotency import REPLAYED_HEADER
from afterglow.api.json_body import parse_json_body
from afterglow.api.lifetime import ends_at
from afterglow.api.multipart import parse_upload_form
from afterglow.api.preflight import preflight
from afterglow.api.received_form import takes_form
from afterglow.api.rendering import (
    ProxyResponse,
    refusal,
    to_json,
    with_headers,
    with_security_headers,
)
from afterglow.bootstrap import prepare_snapshot
from afterglow.domain.errors import NotFoundError
from afterglow.observability import logger

# Another header is about the answer that was not given.
_OF_ERRORS_TOO = {REPLAYED_HEADER}


class Api(APIGatewayRestResolver):
    """One function's routes. Who calls is settled before a body is even parsed.

    `elsewhere` are routes (method and rule) that another function has at a path of this one.
    """

    def __init__(self, *, elsewhere: Iterable[Operation] = ()) -> None:
        super().__init__(
            enable_validation=True,
            # An answer of ours that breaks its own schema is our fault, never a 400.
            response_validation_error_http_code=500,
            serializer=to_json,
            json_body_deserializer=parse_json_body,
        )
        self._elsewhere = [(method, self._compile_regex(rule)) for method, rule in elsewhere]
        # Errors are rendered in one place, wherever they come from: let them all out to it.
        self.exception_handler(Exception)(_let_out)
        prepare_snapshot()

    def resolve(self, event: Event, context: LambdaContext) -> ProxyResponse:
        """Answer a REST proxy event, whatever happens, and log one line."""
        started = time.perf_counter()
        dialect = dialect_of(event["path"])
        response = self._answer(event, context, dialect)
        request_id = event["requestContext"]["requestId"]
        logger.info(
            "request",
            method=event["httpMethod"],
            route=event["resource"],
            status=response["statusCode"],
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
            request_id=request_id,
            lambda_request_id=context.aws_request_id,
        )
        if dialect.is_deprecated:
            response = with_headers(response, deprecation_headers(event))
        response = with_headers(response, sharing_headers(event, dialect))
        return with_security_headers(response, request_id)

    def _answer(self, event: Event, context: LambdaContext, dialect: Dialect) -> ProxyResponse:
        # What a route says beside its answer.
        headers: dict[str, str] = {}
        try:
            if event["httpMethod"] == "OPTIONS":
                return preflight(event, dialect, self._methods_at(event["path"]))
            response = self._admitted(event, context, dialect, headers)
        except Exception as error:  # noqa: BLE001 - the last resort: a caller always gets an answer
            response = refusal(error, dialect, (event["httpMethod"], event["resource"]))
            headers = {name: headers[name] for name in _OF_ERRORS_TOO & headers.keys()}
        return with_headers(response, headers)

    def _admitted(
        self, event: Event, context: LambdaContext, dialect: Dialect, headers: dict[str, str]
    ) -> ProxyResponse:
        check_origin(event, dialect)
        user = caller_of(event, dialect)
        check_role(user, event, dialect)
        check_target(event)
        # The context is emptied when the route has answered; what it said in there is kept.
        self.context |= {"user": user, "response_headers": headers, "ends_at": ends_at(context)}
        return super().resolve(self._readable(event), context)

    def _readable(self, event: Event) -> dict[str, Any]:
        """Return the event as Powertools reads it, its body checked, or put by if it is a form."""
        route = self._route_of(event)
        takes_body = route is not None and bool(route.dependant.body_params)
        if takes_body:
            check_body(event)
        elif route is not None and takes_form(route.dependant):
            self.context["form"] = parse_upload_form(event)
        return as_json(event, takes_body=takes_body)

    @property
    def _routes_here(self) -> list[Route]:
        return self._static_routes + self._dynamic_routes

    def _route_of(self, event: Event) -> Route | None:
        """Return the route that an event is for: the first, as the resolver takes it."""
        method, path = event["httpMethod"], event["path"]
        return next(
            (
                route
                for route in self._routes_here
                if route.method == method and route.rule.match(path)
            ),
            None,
        )

    def _methods_at(self, path: str) -> set[str]:
        rules = [(route.method, route.rule) for route in self._routes_here] + self._elsewhere
        return {method for method, rule in rules if rule.match(path)}


def _let_out(error: Exception) -> NoReturn:
    if isinstance(error, UnknownRouteError):
        # Powertools would catch its own error and render it in its own way.
        raise NotFoundError("Not found") from None
    raise error
