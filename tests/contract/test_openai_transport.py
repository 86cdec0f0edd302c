"""An upstream that trickles, packs, or never stops talking."""

import gzip
import time
from collections.abc import Iterator

import pytest
from httpx2 import Timeout

from afterglow.adapters.openai.engine import OpenAIEngine
from afterglow.adapters.openai.transport import MAX_BODY_BYTES
from afterglow.domain.errors import OperationFailedError
from tests.contract.raw_upstream import EVENTS, JSON, KEY, OK, upstream
from tests.contract.thinkers import a_prompt, begun
from tests.contract.upstream_faults import UNAVAILABLE, check

THOUSAND = OK + JSON % 1000 + b"\r\n"


def trickle(text: bytes = b" " * 40) -> Iterator[bytes]:
    """Yield a byte every 0.2 s."""
    for byte in text:
        time.sleep(0.2)
        yield bytes([byte])


@pytest.mark.parametrize(
    ("head", "rest"),
    [
        (THOUSAND, b" " * 40),
        (OK, b"X-Patience: needed needed needed needed"),
        (OK + EVENTS + b"\r\n", b":" * 40),
        (OK + EVENTS + b"\r\n", b""),
    ],
    ids=["body", "headers", "events", "silence"],
)
def test_an_answer_that_trickles_in_is_given_up(head: bytes, rest: bytes) -> None:
    def late() -> Iterator[bytes]:
        yield from trickle(rest)
        time.sleep(2)

    with upstream(late(), head=head) as url:
        engine, began = OpenAIEngine(KEY, url, timeout=Timeout(0.5)), time.monotonic()
        with pytest.raises(OperationFailedError) as raised:
            begun(engine, a_prompt())
        took = time.monotonic() - began

    check(raised.value, UNAVAILABLE)
    # Each byte comes in time; all of them would take 8 s.
    assert 0.5 <= took < 0.9


def test_an_answer_that_does_not_end_is_given_up() -> None:
    megabyte = b" " * 1024 * 1024
    read: list[int] = []

    def flood() -> Iterator[bytes]:
        for number in range(200):
            read.append(number)
            yield megabyte

    with (
        upstream(flood(), head=OK + JSON % (200 * len(megabyte)) + b"\r\n") as url,
        pytest.raises(OperationFailedError) as raised,
    ):
        begun(OpenAIEngine(KEY, url), a_prompt())

    check(raised.value, UNAVAILABLE)
    assert len(read) < 2 * MAX_BODY_BYTES / len(megabyte) + 8


@pytest.mark.parametrize("kind", [EVENTS, b"Content-Type: application/json\r\n"])
def test_a_packed_answer_is_not_unpacked(kind: bytes) -> None:
    bomb = gzip.compress(b" " * 100 * 1024 * 1024)

    with (
        upstream([bomb], head=OK + kind + b"Content-Encoding: gzip\r\n\r\n") as url,
        pytest.raises(OperationFailedError) as raised,
    ):
        begun(OpenAIEngine(KEY, url), a_prompt())

    check(raised.value, UNAVAILABLE)
