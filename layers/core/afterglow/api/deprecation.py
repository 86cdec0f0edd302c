"""How dialect B's answers say that it is obsolete, and what to use instead."""

from collections.abc import Mapping
from urllib.parse import quote

from afterglow.api.gateway_event import Event, public_prefix

# RFC 9745: 2026-08-26, the day its upstream was shut down.
SINCE = "@1787702400"
_RUNS = "/api/v1/runs/"
_SUCCESSORS = {
    "assistant": "/api/assistants",
    "thread": "/api/threads",
    "threads": "/api/threads",
}


def deprecation_headers(event: Event) -> Mapping[str, str]:
    """Return the headers of every answer of an obsolete route."""
    successor = public_prefix(event) + _successor(event)
    return {"Deprecation": SINCE, "Link": f'<{successor}>; rel="successor-version"'}


def _successor(event: Event) -> str:
    method, resource, path = event["httpMethod"], event["resource"], event["path"]
    if resource.startswith(_RUNS):
        # Runs have one name in both dialects.
        return "/api/runs/" + quote(path.removeprefix(_RUNS))
    if (method, resource) == ("POST", "/api/v1/thread/{gpt_id}"):
        return "/api/chat"
    group = resource.removeprefix("/api/v1/").partition("/")[0]
    return _SUCCESSORS.get(group, "/docs")
