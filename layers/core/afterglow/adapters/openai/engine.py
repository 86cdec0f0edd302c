"""`Engine` on the SDK."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta

import openai
from httpx2 import Timeout
from openai import OpenAI

from afterglow.adapters.openai.client import opened
from afterglow.adapters.openai.errors import translated
from afterglow.adapters.openai.lost_files import lost_files
from afterglow.adapters.openai.model_list import read_model_shutdowns
from afterglow.adapters.openai.requests import amended, create_request
from afterglow.adapters.openai.streaming import created
from afterglow.adapters.openai.wire import read_reply
from afterglow.ports.clock import Clock
from afterglow.ports.engine import (
    TIME_TO_BEGIN,
    KeyCheck,
    KeyVerdict,
    LiveReply,
    Prompt,
    Reply,
)

# Seconds.
CONNECT_SECONDS = 3.0
TIMEOUT = Timeout(TIME_TO_BEGIN.total_seconds(), connect=CONNECT_SECONDS)
# The last poll may begin as the budget of 24 s ends, and the function lives 28 s: a poll, a cancel
# and the writes after them must fit in between.
POLL_TIMEOUT = Timeout(2.0, connect=1.0)
CANCEL_TIMEOUT = Timeout(1.5, connect=1.0)
# Nobody waits for a deletion, but the two calls of many must fit into the life of one function.
DELETE_TIMEOUT = Timeout(5.0, connect=1.0)


class OpenAIEngine:
    """Holds one user's key for one request."""

    def __init__(
        self,
        api_key: str,
        base_url: str,
        *,
        timeout: Timeout = TIMEOUT,
        now: Clock = lambda: datetime.now(UTC),
    ) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._timeout = timeout
        self._now = now

    def check_key(self) -> KeyCheck:
        """Ask for the models: free, and answered to any key that may do anything."""
        with translated(), self._client() as client:
            try:
                body = client.models.with_raw_response.list().content
            except openai.AuthenticationError as error:
                is_bad = error.code == "invalid_api_key"
                return KeyCheck(KeyVerdict.REJECTED if is_bad else KeyVerdict.RESTRICTED)
            except openai.PermissionDeniedError:
                return KeyCheck(KeyVerdict.RESTRICTED)
        return KeyCheck(KeyVerdict.GOOD, read_model_shutdowns(body))

    @contextmanager
    def start(self, prompt: Prompt, *, within: timedelta = TIME_TO_BEGIN) -> Iterator[LiveReply]:
        """Create a background Response, without what the upstream says it cannot take."""
        latest = self._now() + within
        with ExitStack() as stack:
            with translated(prompt.run.spec.model):
                reply = self._begin(stack, prompt, latest)
            yield reply

    def _begin(self, stack: ExitStack, prompt: Prompt, latest: datetime) -> LiveReply:
        client = stack.enter_context(self._client())
        request = create_request(prompt)
        while True:
            try:
                return stack.enter_context(
                    created(client, request, self._now, self._timeout_at(latest))
                )
            except openai.APIStatusError as error:
                if lost := lost_files(error, prompt.files):
                    raise lost from None
                # A refused create made nothing, so asking again is safe. Each change drops a
                # field of the request, so this ends.
                other = amended(request, error, prompt)
                if other is None:
                    raise
                request = other

    def _timeout_at(self, latest: datetime) -> Timeout:
        """Return our patience with a create, or what is left of it."""
        left = max((latest - self._now()).total_seconds(), 0.1)
        return Timeout(min(left, self._timeout.read or left), connect=min(left, CONNECT_SECONDS))

    def get(self, response_id: str) -> Reply:
        """Retrieve a Response."""
        with translated(), self._client() as client:
            raw = client.responses.with_raw_response.retrieve(response_id, timeout=POLL_TIMEOUT)
            return read_reply(raw.content, expected_id=response_id)

    def cancel(self, response_id: str) -> Reply:
        """Cancel a Response; one that is over is returned as it is."""
        with translated(), self._client() as client:
            try:
                raw = client.responses.with_raw_response.cancel(response_id, timeout=CANCEL_TIMEOUT)
            except openai.BadRequestError:
                # What is over may be refused here.
                raw = client.responses.with_raw_response.retrieve(response_id, timeout=POLL_TIMEOUT)
            return read_reply(raw.content, expected_id=response_id)

    def delete(self, response_id: str) -> None:
        """Cancel a Response if it still runs, and delete it; one that is gone is no error."""
        with translated(), suppress(openai.NotFoundError), self._client() as client:
            # What is over may be refused here; of what runs, a deletion alone might not stop it.
            with suppress(openai.BadRequestError):
                client.responses.with_raw_response.cancel(response_id, timeout=DELETE_TIMEOUT)
            client.responses.with_raw_response.delete(response_id, timeout=DELETE_TIMEOUT)

    def _client(self) -> AbstractContextManager[OpenAI]:
        return opened(self._api_key, self._base_url, self._timeout)
