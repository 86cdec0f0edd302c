"""Clients of the SDK, which sends files: one per key and request, nothing shared between users.

The SDK retries, waits ten minutes and follows redirects by default; a create must do none of that:
it has no idempotency, and the key must go to the configured host only.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import openai
from httpx2 import Timeout
from openai import DefaultHttpx2Client, OpenAI

from afterglow.adapters.openai.refusals import RefusalError, UnreachableError
from afterglow.adapters.openai.transport import BoundedTransport, trusted


@contextmanager
def opened(api_key: str, base_url: str, timeout: Timeout) -> Iterator[OpenAI]:
    """Open a client that asks once, and waits as long as `timeout` says for a whole answer.

    Raises RefusalError or UnreachableError for what the SDK raises inside.
    """
    with (
        failures(),
        DefaultHttpx2Client(
            follow_redirects=False, timeout=timeout, transport=BoundedTransport(verify=trusted())
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


@contextmanager
def failures() -> Iterator[None]:
    """Raise RefusalError or UnreachableError instead of the SDK's errors."""
    try:
        yield
    except openai.APIStatusError as error:
        raise RefusalError.of(error.response) from None
    except openai.APIError:
        raise UnreachableError from None
