"""How many assistants a user may have, over both dialects, and who says so."""

import pytest

from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.domain.models import Role
from tests.browser import Browser
from tests.integration.people import assign, user_id_of
from tests.tables import fingerprint

LIMIT = "/api/v1/config/assistant/limit"
NO_ADMIN = {"message": "Admin privileges required"}
ADMINS_ONLY = [
    ("PUT", f"{LIMIT}/7", None),
    ("POST", "/api/v1/assistant/admin", {"name": "Ada"}),
]


def set_limit(admin: Browser, limit: int) -> None:
    """Set the limit."""
    answer = admin.request("PUT", f"{LIMIT}/{limit}")
    assert (answer.status, answer.body) == (
        200,
        {"message": "Assistant limit updated successfully"},
    )


def test_the_limit_is_the_deployments_until_an_admin_sets_another(admin: Browser) -> None:
    assert admin.get(LIMIT).body == {"limit": 20}

    set_limit(admin, 3)

    assert admin.get(LIMIT).body == {"limit": 3}
    assert Browser().enter().get(LIMIT).body == {"limit": 3}


@pytest.mark.parametrize("limit", [0, 1, 9, 10, 9_999, 10_000])
def test_a_limit_is_from_0_to_10000(admin: Browser, limit: int) -> None:
    set_limit(admin, limit)

    assert admin.get(LIMIT).body == {"limit": limit}


@pytest.mark.parametrize(
    "limit",
    [
        *["-1", "+1", "1e3", "010", "00", "10001", "99999", "1.0", "0x10", "1_0", "\uff11\uff12"],
        *["\u0661", "ten", "null", "true", "%20", "7%20", " 7", "7;8", "9" * 400],
    ],
)
def test_what_is_no_limit_is_refused(admin: Browser, limit: str) -> None:
    before = fingerprint()

    answer = admin.request("PUT", f"{LIMIT}/{limit}")

    assert (answer.status, answer.body["message"]) == (400, "Validation failed")
    assert [d["field"] for d in answer.body["details"]] == ["limit"]
    assert fingerprint() == before


def test_both_dialects_count_to_one_limit(admin: Browser) -> None:
    set_limit(admin, 2)
    user = Browser().enter()
    assert user.post("/api/assistants", {"name": "Ada"}).status == 201
    assert user.post("/api/v1/assistant", {"name": "Eve"}).status == 201

    web = user.post("/api/assistants", {"name": "Too many"})
    v1 = user.post("/api/v1/assistant", {"name": "Too many"})

    assert (web.status, web.body) == (429, {"error": "Assistant limit reached"})
    assert (v1.status, v1.body) == (429, {"message": "Assistant limit reached"})
    assert "Retry-After" not in web.headers | v1.headers
    assert [a["name"] for a in user.get("/api/assistants").body] == ["Ada", "Eve"]
    # Others have room, and who deletes one has room again.
    assert admin.post("/api/v1/assistant/admin", {"name": "Mine"}).status == 201
    assert user.request("DELETE", "/api/v1/assistant/1").status == 200
    assert user.post("/api/assistants", {"name": "Bob"}).body["id"] not in {1, 2}
    assert user.request("DELETE", "/api/v1/assistant").status == 200
    assert [user.post("/api/assistants", {"name": "x"}).status for _ in range(3)] == [201, 201, 429]


def test_an_admin_is_bound_by_the_limit_too(admin: Browser) -> None:
    set_limit(admin, 0)

    answer = admin.post("/api/v1/assistant/admin", {"name": "Ada"})

    assert (answer.status, answer.body) == (429, {"message": "Assistant limit reached"})


@pytest.mark.parametrize(("method", "path", "body"), ADMINS_ONLY)
def test_only_admins_may_and_only_as_long_as_they_are(
    admin: Browser, method: str, path: str, body: object
) -> None:
    assert admin.request(method, path, body).status in {200, 201}
    plain, demoted = Browser().enter(), assign(admin, Role.USER)
    before = fingerprint()

    for nobody in (plain, demoted):
        answer = nobody.request(method, path, body)
        assert (answer.status, answer.body) == (401, NO_ADMIN)
        assert answer.headers["WWW-Authenticate"] == ["Bearer"]

    assert fingerprint() == before


@pytest.mark.parametrize(("method", "path", "body"), ADMINS_ONLY)
def test_a_disabled_admin_is_nobody(admin: Browser, method: str, path: str, body: object) -> None:
    DynamoAccountRepository().disable(user_id_of(admin))
    before = fingerprint()

    answer = admin.request(method, path, body)

    assert (answer.status, answer.body) == (401, {"message": "Unauthorized"})
    assert fingerprint() == before


def test_who_is_no_admin_learns_nothing_of_what_an_admin_may_send(user: Browser) -> None:
    for method, path, body in [
        ("PUT", f"{LIMIT}/-1", None),
        ("POST", "/api/v1/assistant/admin", {"name": 7}),
    ]:
        answer = user.request(method, path, body)
        assert (answer.status, answer.body) == (401, NO_ADMIN), path
