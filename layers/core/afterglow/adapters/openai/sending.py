"""Sending a file: in one request, or in parts if it is too big for that."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import openai
from httpx2 import Timeout
from openai import OpenAI
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential_jitter,
)

from afterglow.adapters.openai.errors import may_pass, retry_after
from afterglow.adapters.openai.file_bodies import body_of
from afterglow.adapters.openai.file_wire import read_begun, read_completed, read_file, read_part
from afterglow.adapters.openai.media_types import media_type_of
from afterglow.adapters.openai.patience import Patience, timeout_of
from afterglow.adapters.openai.sdk import failures
from afterglow.adapters.openai.wire import BAD_ANSWER
from afterglow.domain.errors import OperationFailedError
from afterglow.observability import logger
from afterglow.ports.staging import Source

PURPOSE: Final = "assistants"
# Beyond this, a request that fails has cost too much.
MOST_BYTES_AT_ONCE = 64 * 1024 * 1024
# OpenAI takes up to 64 MB; a smaller one costs less to send again.
PART_BYTES = 16 * 1024 * 1024
ATTEMPTS = 4
_BACK_OFF = wait_exponential_jitter(multiplier=0.5, max=8)


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends files with a client. `sleep` takes seconds."""

    client: OpenAI
    patience: Patience
    sleep: Callable[[float], None]

    def send(self, source: Source) -> str:
        """Send a file and return its id.

        Raises APIError, UpstreamError, OperationFailedError, or what reading the source raises.
        """
        if source.size <= MOST_BYTES_AT_ONCE:
            return self._send_whole(source)
        return self._send_in_parts(source)

    def _send_whole(self, source: Source) -> str:
        with body_of(source, 0, source.size) as body:
            answer = self.client.files.with_raw_response.create(
                file=(source.name, body, media_type_of(source.name)),
                purpose=PURPOSE,
                timeout=self.patience.sending(source.size),
            )
        return read_file(answer.content)

    def _send_in_parts(self, source: Source) -> str:
        until = time.monotonic() + self.patience.seconds_to_send(source.size)
        with self._begun(source) as upload_id:
            starts = range(0, source.size, PART_BYTES)
            part_ids = [self._send_part(upload_id, source, start, until) for start in starts]
            answer = self.client.uploads.with_raw_response.complete(
                upload_id, part_ids=part_ids, timeout=self.patience.joining()
            )
            return read_completed(answer.content, upload_id=upload_id)

    @contextmanager
    def _begun(self, source: Source) -> Iterator[str]:
        answer = self.client.uploads.with_raw_response.create(
            bytes=source.size,
            filename=source.name,
            mime_type=media_type_of(source.name),
            purpose=PURPOSE,
            timeout=self.patience.changing(),
        )
        upload_id = read_begun(answer.content)
        try:
            yield upload_id
        except Exception:
            self._cancel(upload_id)
            raise

    def _cancel(self, upload_id: str) -> None:
        try:
            self.client.uploads.with_raw_response.cancel(
                upload_id, timeout=self.patience.changing()
            )
        except openai.APIError as error:
            # OpenAI drops what is not completed within the hour.
            logger.warning("upload not cancelled upstream", error=type(error).__name__)

    def _send_part(self, upload_id: str, source: Source, start: int, until: float) -> str:
        """Send a part, again if need be: one that arrived twice is in the file once."""
        size = min(PART_BYTES, source.size - start)

        def send() -> str:
            timeout = timeout_of(min(self.patience.seconds_to_send(size), _left(until)))
            return self._send_part_once(upload_id, source, (start, size), timeout)

        retrying = Retrying(
            retry=retry_if_exception(_may_pass),
            stop=stop_after_attempt(ATTEMPTS) | stop_before_delay(_left(until)),
            wait=_wait,
            sleep=self.sleep,
            reraise=True,
        )
        return retrying(send)

    def _send_part_once(
        self, upload_id: str, source: Source, where: tuple[int, int], timeout: Timeout
    ) -> str:
        with failures(), body_of(source, *where) as body:
            answer = self.client.uploads.parts.with_raw_response.create(
                upload_id, data=("part", body, "application/octet-stream"), timeout=timeout
            )
        return read_part(answer.content, upload_id=upload_id)


def _left(until: float) -> float:
    return max(until - time.monotonic(), 0.1)


def _may_pass(error: BaseException) -> bool:
    is_garbled = isinstance(error, OperationFailedError) and error.code == BAD_ANSWER
    return is_garbled or may_pass(error)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return max(_BACK_OFF(state), retry_after(error) or 0)
