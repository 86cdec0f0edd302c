"""Which requests of pages are taken, and which pages may read the answers."""

from collections.abc import Iterator, Mapping

import pytest

from afterglow.api.cross_origin import check_origin, sharing_headers
from afterglow.api.dialects import V1, V1_THREADS, WEB, Dialect
from afterglow.domain.errors import PermissionDeniedError
from afterglow.settings import settings
from tests.events import event

OWN = "http://api.example.com"
LISTED = "https://app.example.com"
EVIL = "https://evil.example"
Headers = Mapping[str, str]


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Return what changes a setting of this test."""
    settings.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    settings.cache_clear()


def is_taken(headers: Headers, method: str = "POST", dialect: Dialect = WEB) -> bool:
    """Tell whether a request passes."""
    try:
        check_origin(event(method, "/api/login", headers=headers), dialect)
    except PermissionDeniedError:
        return False
    return True


@pytest.mark.parametrize(
    ("origin", "site", "taken"),
    [
        (None, None, True),
        (None, "same-origin", True),
        (None, "same-site", False),
        (None, "cross-site", False),
        (None, "none", False),
        (OWN, None, True),
        (OWN, "same-origin", True),
        (OWN, "cross-site", False),
        (LISTED, None, True),
        (LISTED, "cross-site", True),
        (EVIL, None, False),
        (EVIL, "cross-site", False),
        ("null", None, False),
        ("null", "same-origin", True),
    ],
)
def test_a_change_by_where_it_comes_from(
    origin: str | None, site: str | None, *, taken: bool
) -> None:
    said = {"Origin": origin, "Sec-Fetch-Site": site}
    headers = {name: value for name, value in said.items() if value is not None}

    assert [is_taken(headers, method) for method in ("POST", "PUT", "PATCH", "DELETE")] == [
        taken
    ] * 4
    assert is_taken({name.lower(): value for name, value in headers.items()}) is taken


@pytest.mark.parametrize(
    "origin",
    [
        "https://api.example.com",
        "http://api.example.com:80",
        "http://api.example.com.evil.example",
        "http://evil.example/http://api.example.com",
        "http://API.example.com",
        "",
        "https://app.example.com/",
        "https://app.example.com:443",
        "https://app.example.com,https://evil.example",
        "http://127.0.0.1",
    ],
)
def test_an_origin_that_only_looks_like_one_of_ours_is_anothers(origin: str) -> None:
    assert not is_taken({"Origin": origin})


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_what_changes_nothing_may_come_from_anywhere(method: str) -> None:
    assert is_taken({"Origin": EVIL, "Sec-Fetch-Site": "cross-site"}, method)


@pytest.mark.parametrize("dialect", [V1, V1_THREADS])
def test_a_token_is_not_sent_by_itself(dialect: Dialect) -> None:
    assert is_taken({"Origin": EVIL, "Sec-Fetch-Site": "cross-site"}, dialect=dialect)


@pytest.mark.parametrize("name", ["Origin", "Sec-Fetch-Site"])
def test_one_good_word_among_two_does_not_count(name: str) -> None:
    good, bad = {"Origin": (OWN, EVIL), "Sec-Fetch-Site": ("same-origin", "cross-site")}[name]
    for values in ([good, bad], [bad, good]):
        request = event("POST", "/api/login")
        request["multiValueHeaders"][name] = values
        with pytest.raises(PermissionDeniedError):
            check_origin(request, WEB)


def test_two_listed_origins_are_none() -> None:
    request = event("POST", "/api/login")
    request["multiValueHeaders"]["Origin"] = [LISTED, LISTED]

    assert sharing_headers(request, WEB) == {"Vary": "Origin"}
    with pytest.raises(PermissionDeniedError):
        check_origin(request, WEB)


def test_the_host_that_a_client_names_is_not_believed() -> None:
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Origin": EVIL}

    assert not is_taken(forged)
    assert not is_taken(forged | {"Origin": "http://evil.example"})


def test_everywhere_but_on_a_laptop_the_own_origin_is_secure(
    configure: pytest.MonkeyPatch,
) -> None:
    configure.setenv("STAGE", "prod")

    assert is_taken({"Origin": "https://api.example.com"})
    assert not is_taken({"Origin": "http://api.example.com"})


def test_the_operator_may_let_the_own_site_in(configure: pytest.MonkeyPatch) -> None:
    configure.setenv("ALLOW_SAME_SITE", "true")

    assert is_taken({"Sec-Fetch-Site": "same-site"})
    assert not is_taken({"Sec-Fetch-Site": "cross-site"})


def test_the_operator_may_ask_every_change_where_it_comes_from(
    configure: pytest.MonkeyPatch,
) -> None:
    configure.setenv("REQUIRE_ORIGIN", "true")

    assert not is_taken({})
    assert is_taken({}, "GET")
    assert is_taken({"Sec-Fetch-Site": "same-origin"})
    assert is_taken({"Origin": OWN})


@pytest.mark.parametrize(
    ("dialect", "credentials"), [(WEB, "true"), (V1, None), (V1_THREADS, None)]
)
def test_a_listed_origin_may_read_answers(dialect: Dialect, credentials: str | None) -> None:
    headers = sharing_headers(event("GET", "/api/user", headers={"Origin": LISTED}), dialect)

    assert headers["Access-Control-Allow-Origin"] == LISTED
    assert headers["Vary"] == "Origin"
    assert headers.get("Access-Control-Allow-Credentials") == credentials
    assert set(headers["Access-Control-Expose-Headers"].split(", ")) == {
        "Deprecation",
        "Idempotent-Replayed",
        "Link",
        "Location",
        "Preference-Applied",
        "Retry-After",
        "X-Request-Id",
    }


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "*",
        OWN,
        EVIL,
        "https://app.example.com.evil.com",
        "https://evil-app.example.com",
        "https://sub.app.example.com",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://APP.example.com",
        "https://app.example.com/",
    ],
)
def test_no_other_origin_may(origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": origin}

    for dialect in (WEB, V1):
        request = event("GET", "/api/user", headers=headers)
        assert sharing_headers(request, dialect) == {"Vary": "Origin"}


def test_several_origins_may_be_listed(configure: pytest.MonkeyPatch) -> None:
    configure.setenv("ALLOWED_ORIGINS", f"{LISTED},http://localhost:5173")

    for origin in (LISTED, "http://localhost:5173"):
        request = event("GET", "/api/user", headers={"Origin": origin})
        assert sharing_headers(request, WEB)["Access-Control-Allow-Origin"] == origin


def test_none_need_be(configure: pytest.MonkeyPatch) -> None:
    configure.setenv("ALLOWED_ORIGINS", "")

    for origin in ("", LISTED):
        request = event("GET", "/api/user", headers={"Origin": origin})
        assert sharing_headers(request, WEB) == {"Vary": "Origin"}
        assert not is_taken({"Origin": origin})
