"""What pages of other sites may do: nothing, unless the operator lists their origin."""

from afterglow.api.dialects import Dialect
from afterglow.api.gateway_event import Event, header_values
from afterglow.domain.errors import PermissionDeniedError
from afterglow.domain.models import SessionKind
from afterglow.settings import settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
EXPOSED = (
    "Deprecation, Idempotent-Replayed, Link, Location, Preference-Applied, Retry-After,"
    " X-Request-Id"
)


def check_origin(event: Event, dialect: Dialect) -> None:
    """Check that no other site has a browser send this with the cookie it keeps for us.

    Raises PermissionDeniedError. A browser says where a request comes from; a program need not.
    """
    if dialect.credential is not SessionKind.COOKIE or event["httpMethod"] in SAFE_METHODS:
        return
    if not _is_wanted(event):
        raise PermissionDeniedError("Cross-site request blocked")


def sharing_headers(event: Event, dialect: Dialect) -> dict[str, str]:
    """Return the headers that let a listed origin's page read the answer (CORS)."""
    origin = _listed_origin(event)
    if origin is None:
        return {"Vary": "Origin"}
    headers = {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": EXPOSED,
    }
    if dialect.credential is SessionKind.COOKIE:
        headers["Access-Control-Allow-Credentials"] = "true"
    return headers


def _is_wanted(event: Event) -> bool:
    if _listed_origin(event) is not None:
        return True
    if sites := header_values(event, "sec-fetch-site"):
        wanted = {"same-origin", "same-site"} if settings().same_site_allowed else {"same-origin"}
        return wanted.issuperset(sites)
    if origins := header_values(event, "origin"):
        return origins == [_own_origin(event)]
    return not settings().origin_required


def _listed_origin(event: Event) -> str | None:
    """Return the request's origin if it has one, and the operator has listed it."""
    origins = header_values(event, "origin")
    is_listed = len(origins) == 1 and origins[0] in settings().origins
    return origins[0] if is_listed else None


def _own_origin(event: Event) -> str:
    # The gateway's word, which no client chooses: not the Host header.
    domain = event["requestContext"].get("domainName", "")
    return f"{'http' if settings().is_local else 'https'}://{domain}"
