"""API Gateway's event: what it says of a request, whatever the client claims."""

import re
from collections.abc import Mapping
from typing import Any

Event = Mapping[str, Any]

_PREFIX = re.compile("(/[A-Za-z0-9_-]+)*")


def header_values(event: Event, name: str) -> list[str]:
    """Return every value of a header; a REST proxy event may spell its name in any case."""
    several = event.get("multiValueHeaders") or {}
    return [value for key, values in several.items() if key.lower() == name for value in values]


def address_of(event: Event) -> str:
    """Return the address that a request came from, as the gateway saw it."""
    address: str = event["requestContext"]["identity"]["sourceIp"]
    return address


def public_prefix(event: Event) -> str:
    """Return what stands before our paths for the caller: `/<stage>`, "" on a custom domain."""
    public, path = event["requestContext"].get("path", ""), event["path"]
    prefix = public.removesuffix(path) if public.endswith(path) else ""
    return prefix if _PREFIX.fullmatch(prefix) else ""
