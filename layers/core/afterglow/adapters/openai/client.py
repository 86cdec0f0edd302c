"""Clients of the SDK: one per key and request, nothing shared between users.

The SDK retries, waits ten minutes and follows redirects by default; a create must do none of that:
it has no idempotency, and the key must go to the configured host only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from ssl import SSLContext

from httpx2 import Timeout, create_ssl_context
from openai import DefaultHttpx2Client, OpenAI

from afterglow.adapters.openai.transport import BoundedTransport


@contextmanager
def opened(api_key: str, base_url: str, timeout: Timeout) -> Iterator[OpenAI]:
    """Open a client that asks once, and waits as long as `timeout` says for a whole answer."""
    with (
        DefaultHttpx2Client(
            follow_redirects=False, timeout=timeout, transport=BoundedTransport(verify=_trusted())
        ) as http_client,
        OpenAI(
            api_key=api_key,
            base_url=base_url,
            max_retries=0,
            timeout=timeout,
            http_client=http_client,
        ) as client,
    ):
        yield client


@cache
def _trusted() -> SSLContext:
    """Return the authorities we trust: reading them takes 30 ms, and no key is among them."""
    return create_ssl_context()
