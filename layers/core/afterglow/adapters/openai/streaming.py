"""A Response as the upstream tells of it: events, the first of which names it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import cast

from httpx2 import EventSource, Response, Timeout, TransportError

from afterglow.adapters.openai.deadlines import Deadline
from afterglow.adapters.openai.events import Event, read_event
from afterglow.adapters.openai.refusals import UnreachableError
from afterglow.adapters.openai.requests import Request
from afterglow.adapters.openai.transport import MAX_BODY_BYTES, is_stream
from afterglow.adapters.openai.upstream import Upstream
from afterglow.adapters.openai.wire import bad_answer, read_reply
from afterglow.domain.errors import OperationFailedError
from afterglow.ports.clock import Clock
from afterglow.ports.engine import Reply, ReplyState


class StreamedReply:
    """Work that has begun, and the events that tell how it goes on."""

    def __init__(self, reply: Reply, events: Iterator[str], deadline: Deadline, now: Clock) -> None:
        self.reply = reply
        self._events = events
        self._deadline = deadline
        self._now = now

    def follow(self, until: datetime) -> Reply:
        """Return the reply once the work is over, at `until`, or when nothing more is told."""
        self._deadline.set_in((until - self._now()).total_seconds())
        # Whoever gets a reply that is not over asks for it: that tells an outage from silence.
        with suppress(TransportError):
            self._listen()
        return self.reply

    def _listen(self) -> None:
        while self.reply.state is ReplyState.WORKING and not self._deadline.is_over:
            data = next(self._events, None)
            if data is None:
                return
            with suppress(OperationFailedError):
                # An event that cannot be read says nothing; a later one may.
                self._take(read_event(data))

    def _take(self, event: Event) -> None:
        if event.response is not None and event.response.id == self.reply.response_id:
            self.reply = event.response.to_reply()


@contextmanager
def created(
    upstream: Upstream, request: Request, now: Clock, timeout: Timeout
) -> Iterator[StreamedReply]:
    """Create a Response and listen to it. Raises UpstreamError or OperationFailedError.

    `timeout` is for all that comes before its name.
    """
    with upstream.streamed("/responses", request, timeout) as response:
        deadline = cast("Deadline", response.extensions["deadline"])
        events = _events(response)
        yield StreamedReply(_first(response, events), events, deadline, now)


def _events(response: Response) -> Iterator[str]:
    if is_stream(response):
        for event in EventSource(response, max_event_size=MAX_BODY_BYTES):
            if event.data:
                yield event.data


def _first(response: Response, events: Iterator[str]) -> Reply:
    """Return what the answer begins with: an event that names the Response, or itself if plain."""
    try:
        if not is_stream(response):
            return read_reply(response.read())
        for data in events:
            event = read_event(data)
            if event.failure is not None:
                raise event.failure.as_refusal(response)
            if event.response is not None:
                return event.response.to_reply()
    except TransportError:
        raise UnreachableError from None
    raise bad_answer()
