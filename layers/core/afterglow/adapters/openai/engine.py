"""`Engine` on OpenAI's Responses API."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.client import BAD_REQUEST, FORBIDDEN, NOT_FOUND, UNAUTHORIZED
from urllib.parse import quote

from httpx2 import Timeout

from afterglow.adapters.openai.errors import translated
from afterglow.adapters.openai.lost_files import lost_files
from afterglow.adapters.openai.model_list import read_model_shutdowns
from afterglow.adapters.openai.refusals import RefusalError, refused
from afterglow.adapters.openai.requests import amended, create_request
from afterglow.adapters.openai.streaming import created
from afterglow.adapters.openai.upstream import Upstream, opened
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
# What a key that may not ask for the models is told.
_OF_KEYS = {UNAUTHORIZED, FORBIDDEN}


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
        with translated(), self._upstream() as upstream:
            try:
                body = upstream.get("/models")
            except RefusalError as error:
                if error.status not in _OF_KEYS:
                    raise
                is_bad = error.code == "invalid_api_key" and error.status == UNAUTHORIZED
                return KeyCheck(KeyVerdict.REJECTED if is_bad else KeyVerdict.RESTRICTED)
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
        upstream = stack.enter_context(self._upstream())
        request = create_request(prompt)
        while True:
            try:
                return stack.enter_context(
                    created(upstream, request, self._now, self._timeout_at(latest))
                )
            except RefusalError as error:
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
        with translated(), self._upstream() as upstream:
            body = upstream.get(_path(response_id), POLL_TIMEOUT)
            return read_reply(body, expected_id=response_id)

    def cancel(self, response_id: str) -> Reply:
        """Cancel a Response; one that is over is returned as it is."""
        path = _path(response_id)
        with translated(), self._upstream() as upstream:
            try:
                body = upstream.post(f"{path}/cancel", CANCEL_TIMEOUT)
            except RefusalError as error:
                # What is over may be refused here.
                if error.status != BAD_REQUEST:
                    raise
                body = upstream.get(path, POLL_TIMEOUT)
            return read_reply(body, expected_id=response_id)

    def delete(self, response_id: str) -> None:
        """Cancel a Response if it still runs, and delete it; one that is gone is no error."""
        path = _path(response_id)
        with translated(), refused(NOT_FOUND), self._upstream() as upstream:
            # What is over may be refused here; of what runs, a deletion alone might not stop it.
            with refused(BAD_REQUEST):
                upstream.post(f"{path}/cancel", DELETE_TIMEOUT)
            upstream.delete(path, DELETE_TIMEOUT)

    def _upstream(self) -> AbstractContextManager[Upstream]:
        return opened(self._api_key, self._base_url, self._timeout)


def _path(response_id: str) -> str:
    return f"/responses/{quote(response_id, safe='')}"
