"""API Gateway's answers as AWS gives them, where ministack's differ."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import apigateway_v1

from local.front import headers as front

DISGUISE = front.DISGUISE.decode()
logger = logging.getLogger(__name__)
Answer = tuple[int, dict[str, Any], bytes]


class FunctionFailedError(Exception):
    """A function ended without an answer."""


def install() -> None:
    """Replace the steps of a proxy integration that differ."""
    apigateway_v1._lambda_proxy_response = _raising(apigateway_v1._lambda_proxy_response)
    apigateway_v1._invoke_lambda_proxy_v1 = _answering(apigateway_v1._invoke_lambda_proxy_v1)
    apigateway_v1._build_lambda_event_v1 = _at_the_front(apigateway_v1._build_lambda_event_v1)


def _raising(shape: Callable[[Any], tuple[Any, str | None]]) -> Callable[[Any], tuple[Any, None]]:
    def shaped(result: Any) -> tuple[Any, None]:
        answer, error = shape(result)
        if error:
            raise FunctionFailedError
        return answer, None

    return shaped


def _answering(
    invoke: Callable[..., Awaitable[Answer]],
) -> Callable[..., Awaitable[Answer]]:
    """A function that failed is a gateway response, never its message and stack trace."""

    async def invoked(integration: dict[str, Any], *args: Any, **kwargs: Any) -> Answer:
        try:
            return await invoke(integration, *args, **kwargs)
        except FunctionFailedError:
            name = integration["uri"].split(":")[-1].removesuffix("/invocations")
            logger.error("%s failed; its log tells why", name)  # noqa: TRY400
            error: Answer = apigateway_v1._gw_error("DEFAULT_5XX", "Internal server error")
            return error

    return invoked


def _at_the_front(build: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The front serves the stage under its own name and at the root, as a custom domain does."""

    def built(*args: Any, **kwargs: Any) -> dict[str, Any]:
        event = build(*args, **kwargs)
        for headers in (event["headers"], event["multiValueHeaders"]):
            for name in [name for name in headers if name.startswith(DISGUISE)]:
                headers[name.removeprefix(DISGUISE)] = headers.pop(name)
        event["requestContext"] |= {"path": event["path"], "domainName": event["headers"]["host"]}
        return event

    return built
