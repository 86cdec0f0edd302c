"""The headers that every answer has, whoever made it: a function, the gateway or the front."""

import re

import httpx2

from afterglow.api.rendering import SECURITY_HEADERS

REQUEST_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
A_PAGES_OWN = {"Content-Type", "Content-Security-Policy"}


def check_headers(answer: httpx2.Response) -> None:
    """Check an answer as it comes in; a page says itself what it is and may load."""
    expected = SECURITY_HEADERS | {"Vary": "Origin"}
    if not answer.headers["content-type"].startswith("application/json"):
        expected = {name: expected[name] for name in expected.keys() - A_PAGES_OWN}
        assert answer.headers["content-security-policy"]
    for name, value in expected.items():
        assert answer.headers.get_list(name) == [value], f"{name} of {answer.url}"
    assert REQUEST_ID.fullmatch(answer.headers["x-request-id"])
    assert "*" not in answer.headers.get("access-control-allow-origin", "")
