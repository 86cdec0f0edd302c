"""CloudFormation's association of a firewall with a stage: ministack knows the call only."""

from typing import Any

from ministack.services import waf
from ministack.services.cloudformation import provisioners

KIND = "AWS::WAFv2::WebACLAssociation"


def install() -> None:
    """Have stacks associate firewalls. What one would block, ministack lets through."""
    provisioners._RESOURCE_HANDLERS[KIND] = {"create": create, "delete": delete}


def create(_: str, properties: dict[str, Any], __: str) -> tuple[str, dict[str, Any]]:
    """Associate; raise ValueError, which fails the stack, if there is no such firewall."""
    status, _headers, body = waf._associate_web_acl(properties)
    if status != 200:  # noqa: PLR2004 - HTTP
        raise ValueError(f"{KIND}: {body!r}")
    return f"{properties['WebACLArn']}|{properties['ResourceArn']}", {}


def delete(_: str, properties: dict[str, Any]) -> None:
    """End the association."""
    waf._disassociate_web_acl(properties)
