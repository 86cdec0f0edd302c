"""Connections: how they are made, and what to say of one that does not hold."""

import ssl
from typing import Any

import httpx2

from afterglow_cli.errors import CommandError, PassingError

# In seconds; an answer may take the service's whole budget.
TIMEOUT = httpx2.Timeout(60, connect=10)
# What a server of plain HTTP makes of TLS.
_NO_TLS = {"HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL", "WRONG_VERSION_NUMBER"}


def new_client(**options: Any) -> httpx2.Client:
    """Return a client. Raises CommandError if the environment leads it nowhere."""
    try:
        return httpx2.Client(timeout=TIMEOUT, **options)
    except (ImportError, OSError, ValueError, httpx2.InvalidURL) as error:
        raise CommandError(
            f"The proxy or certificate settings of this environment cannot be used: {error}"
        ) from None


def failure(error: httpx2.RequestError, *, is_first: bool = False) -> CommandError:
    """Return what to say of a connection that did not hold: PassingError if it may another time.

    If it `is_first`, nothing has ever answered there: whoever gave the address had better look at
    it at once.
    """
    origin = _origin(error.request.url)
    cause = _cause(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return CommandError(f"The certificate of {origin} is not trusted: {cause.verify_message}")
    if isinstance(cause, ssl.SSLError) and cause.reason in _NO_TLS:
        return CommandError(f"{origin} speaks no TLS. Is it an http:// address?")
    said = f"{origin} cannot be reached: {_reason(error, cause)}"
    if is_first and isinstance(error, httpx2.ConnectError):
        return CommandError(f"{said}. Is the address right, and the service up?")
    return PassingError(said)


def _origin(url: httpx2.URL) -> str:
    """Return an address without what is behind the host, and without any password."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _cause(error: BaseException) -> OSError | None:
    """Return what the operating system, or TLS, said."""
    inner: BaseException | None = error
    while inner is not None and not isinstance(inner, OSError):
        inner = inner.__cause__ or inner.__context__
    return inner


def _reason(error: httpx2.RequestError, cause: OSError | None) -> str:
    if isinstance(error, httpx2.TimeoutException):
        return "No answer in time"
    if isinstance(cause, ssl.SSLError):
        return f"TLS failed ({cause.reason or cause})"
    return (cause.strerror if cause else None) or str(error) or type(error).__name__
