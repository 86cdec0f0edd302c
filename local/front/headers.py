"""Which headers pass the front, in either direction. Repeated ones stay repeated."""

from starlette.requests import Request

from local.ports import HOST

Headers = list[tuple[bytes, bytes]]
# Of one connection (RFC 9110 §7.6.1), with those that `Connection` itself names.
CONNECTION = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
# Said anew by the front.
REPLACED = frozenset(
    {
        b"content-length",
        b"expect",
        b"forwarded",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-port",
        b"x-forwarded-prefix",
        b"x-forwarded-proto",
        b"x-real-ip",
    }
)
# The cloud's own guard reads these: they travel in disguise and the gateway uncovers them.
GUARDED = frozenset({b"host", b"origin", b"sec-fetch-site"})
DISGUISE = b"x-front-"
# Additions of the emulator, and what the front's own server says.
EMULATED = frozenset(
    {
        b"content-length",
        b"date",
        b"server",
        b"x-amz-request-id",
    }
)
# The emulator's, never the API's.
INVITATION = (b"access-control-allow-origin", b"*")


def to_the_api(request: Request) -> Headers:
    """What the client said, and what the front knows of it, as AWS's gateway adds it."""
    said = [
        (DISGUISE + name if name in GUARDED else name, value)
        for name, value in _without(REPLACED, request.headers.raw)
        if not name.startswith(DISGUISE)
    ]
    client = request.client.host if request.client else HOST
    port = request.headers["host"].partition(":")[2] or "80"
    return [
        *said,
        (b"x-forwarded-for", client.encode()),
        (b"x-forwarded-port", port.encode()),
        (b"x-forwarded-proto", b"http"),
    ]


def to_the_client(answered: Headers) -> Headers:
    """What the function answered."""
    return [header for header in _without(EMULATED, answered) if header != INVITATION]


def _without(dropped: frozenset[bytes], headers: Headers) -> Headers:
    headers = [(name.lower(), value) for name, value in headers]
    named = b",".join(value for name, value in headers if name == b"connection")
    dropped |= CONNECTION.union(option.strip().lower() for option in named.split(b","))
    return [(name, value) for name, value in headers if name not in dropped]
