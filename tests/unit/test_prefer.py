"""`Prefer: respond-async`, as RFC 7240 lets it be spelled."""

import pytest

from afterglow.api.prefer import is_async
from tests.events import event


def prefers(*values: str, name: str = "Prefer") -> bool:
    """Return what is understood of a request with these headers."""
    sent = event("POST", "/api/chat", {})
    sent["multiValueHeaders"][name] = list(values)
    return is_async(sent)


@pytest.mark.parametrize(
    "value",
    [
        "respond-async",
        "Respond-Async",
        " respond-async ",
        "respond-async, wait=10",
        "wait=10,respond-async",
        'lenient; x="a, b", respond-async',
        "respond-async; foo=bar",
        'respond-async=""',
        "respond-async =",
        ",, respond-async,,",
    ],
)
def test_who_prefers_the_answer_later_is_understood(value: str) -> None:
    assert prefers(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "wait=10",
        "return=minimal",
        "respond-asynchronously",
        "x-respond-async",
        "respond-async=no",
        'x="respond-async"',
        'x="a, respond-async, b"',
        "x; respond-async",
        "respond_async",
        '"',
        '"respond-async',
        "\x00\ud800",
    ],
)
def test_what_else_is_preferred_is_no_matter(value: str) -> None:
    assert not prefers(value)


def test_several_headers_are_one_list() -> None:
    assert prefers("wait=10", "respond-async")
    assert prefers("respond-async", name="PREFER")
    assert not is_async(event("POST", "/api/chat", {}))
