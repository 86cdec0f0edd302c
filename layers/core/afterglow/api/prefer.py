"""`Prefer: respond-async` (RFC 7240): the answer is wanted later."""

from typing import Annotated
from urllib.request import parse_http_list

from aws_lambda_powertools.event_handler import Depends, Request

from afterglow.api.gateway_event import Event, header_values

PREFER_HEADER = "Prefer"
APPLIED_HEADER = "Preference-Applied"
RESPOND_ASYNC = "respond-async"


def is_async(event: Event) -> bool:
    """Tell whether a request prefers not to wait. What else it prefers is no matter."""
    for header in header_values(event, PREFER_HEADER.lower()):
        for preference in parse_http_list(header):
            name, _, value = preference.partition(";")[0].partition("=")
            # RFC 7240 §2: an empty value is none.
            if name.strip().lower() == RESPOND_ASYNC and value.strip() in {"", '""'}:
                return True
    return False


def prefers_async(request: Request) -> bool:
    """Tell whether a request prefers not to wait."""
    return is_async(request.resolved_event.raw_event)


RespondAsync = Annotated[bool, Depends(prefers_async)]
