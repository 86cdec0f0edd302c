"""Where a key goes, and how OpenAI's word on it is understood."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from afterglow.adapters.openai.engine import OpenAIEngine
from afterglow.domain.errors import DomainError, OperationFailedError
from afterglow.ports.engine import KeyCheck, KeyVerdict
from local.openai.control_client import ControlClient
from tests.contract.thinkers import a_prompt, begun
from tests.contract.upstream_faults import FAULTS, UNAVAILABLE, check, error


@contextmanager
def another_host() -> Iterator[tuple[str, list[str]]]:
    """Listen where the key must never go; yields the address and what came."""
    seen: list[str] = []

    class Recorder(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(str(self.headers))
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET  # noqa: N815 - http.server's name

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Recorder)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(
    openai_engine: OpenAIEngine, openai: ControlClient, status: int
) -> None:
    with another_host() as (address, seen):
        openai.redirect(f"{address}/v1/responses", status)
        openai.redirect(f"{address}/v1/models", status, path="/v1/models", method="GET")

        for call in (lambda: begun(openai_engine, a_prompt()), openai_engine.check_key):
            with pytest.raises(OperationFailedError) as raised:
                call()
            check(raised.value, UNAVAILABLE)

    assert seen == []


MODELS = {"path": "/v1/models", "method": "GET"}


@pytest.mark.parametrize(
    ("arrange", "verdict"),
    [
        (lambda o: o.fail(401, error("invalid_api_key"), **MODELS), KeyVerdict.REJECTED),
        (lambda o: o.missing_scope("api.model.read", **MODELS), KeyVerdict.RESTRICTED),
        (lambda o: o.fail(401, error("account_deactivated"), **MODELS), KeyVerdict.RESTRICTED),
        (lambda o: o.fail(403, error(), **MODELS), KeyVerdict.RESTRICTED),
    ],
)
def test_a_key_is_judged_by_what_openai_says_of_it(
    openai_engine: OpenAIEngine,
    openai: ControlClient,
    arrange: Callable[[ControlClient], object],
    verdict: KeyVerdict,
) -> None:
    arrange(openai)

    assert openai_engine.check_key() == KeyCheck(verdict)
    assert len(openai.journal()) == 1


@pytest.mark.parametrize("fault", ["429", "500", "502 HTML", "200 HTML", "empty", "cut before"])
def test_a_key_is_not_judged_by_an_outage(
    openai_engine: OpenAIEngine, openai: ControlClient, fault: str
) -> None:
    arrange, expected = FAULTS[fault]
    arrange(openai, MODELS)

    with pytest.raises(DomainError) as raised:
        openai_engine.check_key()

    check(raised.value, expected)
