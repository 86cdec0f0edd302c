"""One way in for each dialect: no credential counts where it does not belong."""

from typing import Any

import pytest

from tests.browser import Browser
from tests.delivery import deliver
from tests.events import event

WEB, V1 = "/api/assistants", "/api/v1/assistant"
AUTHORIZATION = "Authorization"
Lines = list[tuple[str, str]]


def request(path: str, headers: Lines, query: str | None = None) -> dict[str, Any]:
    """Return a request with these header lines."""
    sent = event("GET", path)
    for name, value in headers:
        sent["headers"][name] = value
        sent["multiValueHeaders"].setdefault(name, []).append(value)
    if query:
        sent["queryStringParameters"] = {"access_token": query}
        sent["multiValueQueryStringParameters"] = {"access_token": [query]}
    return sent


def own(user: Browser) -> dict[str, str]:
    """Return both tokens of a user."""
    assert user.cookie
    assert user.token
    return {"cookie": user.cookie.removeprefix("sid="), "bearer": user.token}


@pytest.mark.parametrize(
    ("path", "headers", "query"),
    [
        (V1, [("Cookie", "sid={cookie}")], None),
        (V1, [(AUTHORIZATION, "Bearer {cookie}")], None),
        (V1, [("Cookie", "sid={bearer}")], None),
        (V1, [("Cookie", "access_token={bearer}; Authorization=Bearer {bearer}")], None),
        (V1, [], "{bearer}"),
        (V1, [("X-Api-Key", "{bearer}")], None),
        (V1, [(AUTHORIZATION, "Bearer {bearer}"), (AUTHORIZATION, "Bearer {bearer}")], None),
        (V1, [(AUTHORIZATION, "Bearer {bearer}"), ("authorization", "Basic eDp5")], None),
        (WEB, [(AUTHORIZATION, "Bearer {bearer}")], None),
        (WEB, [("Cookie", "sid={bearer}")], None),
        (WEB, [(AUTHORIZATION, "Bearer {cookie}"), ("X-Api-Key", "{cookie}")], "{cookie}"),
        (WEB, [("Cookie", "sid={cookie}"), ("cookie", "sid={cookie}")], None),
    ],
)
def test_a_credential_by_another_way_is_none(
    user: Browser, path: str, headers: Lines, query: str | None
) -> None:
    tokens = own(user)
    filled = [(name, value.format(**tokens)) for name, value in headers]

    answer = deliver(request(path, filled, query.format(**tokens) if query else None))

    key = "message" if path == V1 else "error"
    assert (answer.status, answer.body) == (401, {key: "Unauthorized"})
    assert answer.headers.get("WWW-Authenticate") == (["Bearer"] if path == V1 else None)


@pytest.mark.parametrize("path", [WEB, V1])
def test_each_by_its_own_way_is_one_whatever_else_is_sent(user: Browser, path: str) -> None:
    tokens = own(user)
    lines = [("Cookie", f"sid={tokens['cookie']}"), (AUTHORIZATION, f"Bearer {tokens['bearer']}")]

    assert deliver(request(path, lines)).status == 200


@pytest.mark.parametrize("path", ["/api/v1/thread", "/api/v1/threads", "/api/v1/thread/thread_1"])
def test_thread_routes_say_so_in_their_own_shape(path: str) -> None:
    answer = deliver(event("GET", path))

    assert (answer.status, answer.body) == (401, {"error": "Unauthorized"})
    assert answer.headers["WWW-Authenticate"] == ["Bearer"]
