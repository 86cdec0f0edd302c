"""`Engine` on the SDK: one client per key and request, nothing shared between users.

The SDK retries, waits ten minutes and follows redirects by default; a create must do none of that:
it has no idempotency, and the key must go to the configured host only.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from ssl import SSLContext
from typing import Any

import openai
from httpx2 import Timeout, create_ssl_context
from openai import DefaultHttpx2Client, OpenAI

from afterglow.adapters.openai.errors import translated
from afterglow.adapters.openai.models import takes_temperature
from afterglow.adapters.openai.transport import BoundedTransport
from afterglow.adapters.openai.wire import check_model_list, read_reply
from afterglow.domain.models import Tool
from afterglow.ports.engine import KeyVerdict, Prompt, Reply

# Seconds. A background create answers at once; what takes longer is broken.
TIMEOUT = Timeout(10.0, connect=3.0)
# The last poll may begin as the budget of 24 s ends, and the function lives 28 s: a poll, a cancel
# and the writes after them must fit in between.
POLL_TIMEOUT = Timeout(2.0, connect=1.0)
CANCEL_TIMEOUT = Timeout(1.5, connect=1.0)
# Bounds what one answer may cost; reasoning counts too.
MAX_OUTPUT_TOKENS = 32_768

Request = dict[str, Any]


class OpenAIEngine:
    """Holds one user's key for one request."""

    def __init__(self, api_key: str, base_url: str, *, timeout: Timeout = TIMEOUT) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._timeout = timeout

    def check_key(self) -> KeyVerdict:
        """Ask for the models: free, and answered to any key that may do anything."""
        with translated(), self._client() as client:
            try:
                check_model_list(client.models.with_raw_response.list().content)
            except openai.AuthenticationError as error:
                is_bad = error.code == "invalid_api_key"
                return KeyVerdict.REJECTED if is_bad else KeyVerdict.RESTRICTED
            except openai.PermissionDeniedError:
                return KeyVerdict.RESTRICTED
        return KeyVerdict.GOOD

    def start(self, prompt: Prompt) -> Reply:
        """Create a background Response, without what the upstream says it cannot take."""
        request = _request(prompt)
        with translated(), self._client() as client:
            while True:
                try:
                    raw = client.responses.with_raw_response.create(**request)
                except openai.APIStatusError as error:
                    # A refused create made nothing, so asking again is safe. Each change drops a
                    # field of the request, so this ends.
                    amended = _amended(request, error, prompt)
                    if amended is None:
                        raise
                    request = amended
                else:
                    return read_reply(raw.content)

    def get(self, response_id: str) -> Reply:
        """Retrieve a Response."""
        with translated(), self._client() as client:
            raw = client.responses.with_raw_response.retrieve(response_id, timeout=POLL_TIMEOUT)
            return read_reply(raw.content, expected_id=response_id)

    def cancel(self, response_id: str) -> Reply:
        """Cancel a Response; one that is over is returned as it is."""
        with translated(), self._client() as client:
            raw = client.responses.with_raw_response.cancel(response_id, timeout=CANCEL_TIMEOUT)
            return read_reply(raw.content, expected_id=response_id)

    @contextmanager
    def _client(self) -> Iterator[OpenAI]:
        with (
            DefaultHttpx2Client(
                follow_redirects=False,
                timeout=self._timeout,
                transport=BoundedTransport(verify=_trusted()),
            ) as http_client,
            OpenAI(
                api_key=self._api_key,
                base_url=self._base_url,
                max_retries=0,
                timeout=self._timeout,
                http_client=http_client,
            ) as client,
        ):
            yield client


@cache
def _trusted() -> SSLContext:
    """Return the authorities we trust: reading them takes 30 ms, and no key is among them."""
    return create_ssl_context()


def _request(prompt: Prompt) -> Request:
    run = prompt.run
    request = {
        "model": run.spec.model,
        "instructions": run.spec.instructions,
        "input": [_input("user", prompt.message)],
        "tools": [tool for tool in map(_tool, run.spec.tools) if tool],
        "background": True,
        # Without it a background Response is gone after some ten minutes.
        "store": True,
        "truncation": "auto",
        "max_output_tokens": MAX_OUTPUT_TOKENS,
        "prompt_cache_key": prompt.openai_assistant_id,
        "safety_identifier": hashlib.sha256(str(run.user_id).encode()).hexdigest(),
        "metadata": {"run_id": run.id, "attempt": str(run.attempt)},
    }
    if prompt.head_response_id is not None:
        request["previous_response_id"] = prompt.head_response_id
    if run.spec.temperature is not None and takes_temperature(run.spec.model):
        request["temperature"] = run.spec.temperature
    return request


def _tool(tool: Tool) -> Request | None:
    """Return the tool as the Responses API has it; a search without files is left out."""
    if tool.type == "code_interpreter":
        return {"type": "code_interpreter", "container": {"type": "auto"}}
    return None


def _amended(request: Request, error: openai.APIStatusError, prompt: Prompt) -> Request | None:
    """Return the request as it may pass, or None if it is not the request's fault."""
    if error.param == "temperature" and "temperature" in request:
        return _without(request, "temperature")
    if _is_chain_lost(error) and "previous_response_id" in request:
        past = [_input(message.role, message.content) for message in prompt.history()]
        rebuilt = _without(request, "previous_response_id")
        return rebuilt | {"input": [*past, *request["input"]]}
    return None


def _is_chain_lost(error: openai.APIStatusError) -> bool:
    return error.code == "previous_response_not_found" or error.param == "previous_response_id"


def _without(request: Request, field: str) -> Request:
    return {name: value for name, value in request.items() if name != field}


def _input(role: str, text: str) -> Request:
    return {"role": role, "content": text}
