"""What the function `docs` answers: the document, and a page that may run nothing but itself."""

import base64
import hashlib
import json
import re

import pytest

from openapi.functions import DOCUMENT
from tests.delivery import HEADERS, function_module
from tests.events import Answer, Context, event

PAGES = {"Content-Type", "Content-Security-Policy"}


def get(path: str, prefix: str = "") -> Answer:
    """What anyone gets, from a deployment whose paths begin with a prefix."""
    request = event("GET", path)
    request["requestContext"]["path"] = prefix + path
    return Answer.of(function_module("docs").lambda_handler(request, Context()))


@pytest.fixture(scope="module")
def page() -> Answer:
    return get("/docs")


def policy(page: Answer) -> dict[str, str]:
    """The page's Content-Security-Policy by directive."""
    (line,) = page.headers["Content-Security-Policy"]
    return {name: value for name, _, value in (each.partition(" ") for each in line.split("; "))}


def inline(page: Answer, element: str) -> list[str]:
    """The text of every inline element of a kind."""
    texts: list[str] = re.findall(rf"<{element}>(.*?)</{element}>", page.body, re.DOTALL)
    return texts


def source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@pytest.mark.parametrize("prefix", ["", "/dev"])
def test_the_document_is_the_committed_one_where_it_is_served(prefix: str) -> None:
    answer = get("/openapi.json", prefix)

    servers = {"servers": [{"url": prefix or "/"}]}
    assert (answer.status, answer.body) == (200, json.loads(DOCUMENT.read_text()) | servers)
    assert {name: answer.headers[name] for name in HEADERS} == {k: [v] for k, v in HEADERS.items()}


def test_the_page_has_every_header_but_a_policy_and_a_type_of_its_own(page: Answer) -> None:
    assert page.status == 200
    assert page.headers["Content-Type"] == ["text/html; charset=utf-8"]
    for name in HEADERS.keys() - PAGES:
        assert page.headers[name] == [HEADERS[name]]


def test_the_page_may_run_what_is_in_it_and_nothing_else(page: Answer) -> None:
    allowed = policy(page)

    assert allowed["script-src"].split() == [source(text) for text in inline(page, "script")]
    assert allowed["style-src"].split() == [source(text) for text in inline(page, "style")]
    assert allowed["default-src"] == "'none'"
    assert allowed["frame-ancestors"] == "'none'"
    assert "unsafe" not in str(allowed)


def test_the_page_asks_for_the_document_beside_it_and_for_nothing_else(page: Answer) -> None:
    bundle, start = inline(page, "script")

    assert len(bundle) > 1_000_000
    assert re.findall(r'url: "(.*?)"', start) == ["openapi.json"]
    assert not re.findall(r"<(?:script|link|img|iframe)\s[^>]*(?:src|href)=", _markup(page))
    assert policy(page)["connect-src"] == "'self'"


def _markup(page: Answer) -> str:
    without = page.body
    for text in (*inline(page, "script"), *inline(page, "style")):
        without = without.replace(text, "")
    return str(without)
