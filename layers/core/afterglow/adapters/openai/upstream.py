"""OpenAI over plain HTTP: Responses and models take five kinds of requests.

The SDK's thousand types cost 0.5 s of a cold start, and we read every answer by schemas of our own;
it sends files (ADR 25). One client per key and request: nothing is shared between users, nothing
sent twice (a create has no idempotency), and the key goes to the configured host only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from httpx2 import Client, HTTPError, Response, Timeout

from afterglow.adapters.openai.refusals import RefusalError, UnreachableError
from afterglow.adapters.openai.transport import BoundedTransport, trusted

_JSON = dict[str, Any]


class Upstream:
    """Asks with one user's key. Every method raises RefusalError or UnreachableError."""

    def __init__(self, http: Client) -> None:
        self._http = http

    def get(self, path: str, timeout: Timeout | None = None) -> bytes:
        """Return what is there."""
        return self._ask("GET", path, timeout)

    def post(self, path: str, timeout: Timeout) -> bytes:
        """Return what comes of it."""
        return self._ask("POST", path, timeout)

    def delete(self, path: str, timeout: Timeout) -> bytes:
        """Return what is said of what is gone."""
        return self._ask("DELETE", path, timeout)

    @contextmanager
    def streamed(self, path: str, body: _JSON, timeout: Timeout) -> Iterator[Response]:
        """Post and give the answer as soon as it begins. `timeout` is for all before that."""
        with (
            _reached(),
            self._http.stream("POST", path, json=body, timeout=timeout) as response,
        ):
            if not response.is_success:
                response.read()
                raise RefusalError.of(response)
            yield response

    def _ask(self, method: str, path: str, timeout: Timeout | None) -> bytes:
        with _reached():
            response = self._http.request(method, path, timeout=timeout or self._http.timeout)
        if not response.is_success:
            raise RefusalError.of(response)
        return response.content


@contextmanager
def opened(api_key: str, base_url: str, timeout: Timeout) -> Iterator[Upstream]:
    """Open a connection that waits as long as `timeout` says for a whole answer."""
    with Client(
        base_url=base_url,
        headers={"Authorization": f"Bearer {api_key}", "User-Agent": "Afterglow"},
        follow_redirects=False,
        timeout=timeout,
        transport=BoundedTransport(verify=trusted()),
    ) as http:
        yield Upstream(http)


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except HTTPError:
        raise UnreachableError from None
