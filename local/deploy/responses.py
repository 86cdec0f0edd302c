"""What an API answers when no function does: the cloud's import drops it, its runtime knows it."""

from collections.abc import Mapping
from typing import Any

from local.deploy.client import client

Responses = Mapping[str, Mapping[str, Any]]


def put(endpoint: str, apis: Mapping[str, str], responses: Mapping[str, Responses]) -> None:
    """Set each API's responses by logical id and deploy its stages with them."""
    gateway = client("apigateway", endpoint)
    for name, by_kind in responses.items():
        for kind, response in by_kind.items():
            code = {"statusCode": str(response["StatusCode"])} if "StatusCode" in response else {}
            gateway.put_gateway_response(
                restApiId=apis[name],
                responseType=kind,
                responseTemplates=response.get("ResponseTemplates", {}),
                responseParameters=_parameters(response),
                **code,
            )
        for stage in gateway.get_stages(restApiId=apis[name])["item"]:
            gateway.create_deployment(restApiId=apis[name], stageName=stage["stageName"])


def _parameters(response: Mapping[str, Any]) -> dict[str, str]:
    """SAM's short form spelled out, as its translator does."""
    headers: Mapping[str, str] = response.get("ResponseParameters", {}).get("Headers", {})
    return {f"gatewayresponse.header.{name}": source for name, source in headers.items()}
