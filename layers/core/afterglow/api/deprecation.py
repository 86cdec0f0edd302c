"""How dialect B's answers say that it is obsolete, and what to use instead."""

from collections.abc import Mapping

from afterglow.api.gateway_event import Event, public_prefix

# RFC 9745: 2026-08-26, the day its upstream was shut down.
SINCE = "@1787702400"
_SUCCESSORS = {
    "assistant": "/api/assistants",
    "thread": "/api/threads",
    "threads": "/api/threads",
}


def deprecation_headers(event: Event) -> Mapping[str, str]:
    """Return the headers of every answer of an obsolete route."""
    successor = public_prefix(event) + _successor(event["httpMethod"], event["resource"])
    return {"Deprecation": SINCE, "Link": f'<{successor}>; rel="successor-version"'}


def _successor(method: str, resource: str) -> str:
    if (method, resource) == ("POST", "/api/v1/thread/{gpt_id}"):
        return "/api/chat"
    group = resource.removeprefix("/api/v1/").partition("/")[0]
    return _SUCCESSORS.get(group, "/docs")
