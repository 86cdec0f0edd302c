"""`Api`: a function's routes, behind admission and in front of rendering."""

import time
from collections.abc import Mapping
from typing import Any, NoReturn

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as UnknownRouteError
from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.admission import as_json, caller_of, check_body
from afterglow.api.dialects import dialect_of
from afterglow.api.json_body import parse_json_body
from afterglow.api.rendering import ProxyResponse, refusal, to_json, with_headers
from afterglow.domain.errors import NotFoundError
from afterglow.observability import logger


class Api(APIGatewayRestResolver):
    """One function's routes. Who calls is settled before a body is even parsed."""

    def __init__(self) -> None:
        super().__init__(
            enable_validation=True,
            # An answer of ours that breaks its own schema is our fault, never a 400.
            response_validation_error_http_code=500,
            serializer=to_json,
            json_body_deserializer=parse_json_body,
        )
        # Errors are rendered in one place, wherever they come from: let them all out to it.
        self.exception_handler(Exception)(_let_out)

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> ProxyResponse:
        """Answer a REST proxy event, whatever happens, and log one line."""
        started = time.perf_counter()
        response = self._answer(event, context)
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
        return with_headers(response, request_id)

    def _answer(self, event: Mapping[str, Any], context: LambdaContext) -> ProxyResponse:
        dialect = dialect_of(event["path"])
        try:
            user = caller_of(event, dialect)
            check_body(event)
            self.context["user"] = user
            return super().resolve(as_json(event), context)
        except Exception as error:  # noqa: BLE001 - the last resort: a caller always gets an answer
            return refusal(error, dialect)


def _let_out(error: Exception) -> NoReturn:
    if isinstance(error, UnknownRouteError):
        # Powertools would catch its own error and render it in its own way.
        raise NotFoundError("Not found") from None
    raise error
