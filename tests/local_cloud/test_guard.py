"""The guard: programs pass, pages of other sites do not."""

import httpx2
import pytest
from starlette.responses import PlainTextResponse

from local.guard import Guard
from local.up import LocalCloud

PORT = 8123
OWN = f"127.0.0.1:{PORT}"


async def ask(headers: list[tuple[str, str]], *, pages: bool, port: int = PORT) -> int:
    guard = Guard(PlainTextResponse("passed"), port, pages=pages)
    transport = httpx2.ASGITransport(guard)
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://{OWN}") as http:
        return (await http.get("/", headers=headers)).status_code


@pytest.mark.anyio
@pytest.mark.parametrize("pages", [True, False])
@pytest.mark.parametrize("host", [OWN, f"localhost:{PORT}", f"LOCALHOST:{PORT}"])
async def test_programs_pass_by_every_own_name(host: str, *, pages: bool) -> None:
    assert await ask([("Host", host)], pages=pages) == 200


@pytest.mark.anyio
@pytest.mark.parametrize("pages", [True, False])
@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1", f"127.0.0.1:{PORT + 1}", f"{OWN}.evil.example"]
)
async def test_a_foreign_name_is_refused(host: str, *, pages: bool) -> None:
    assert await ask([("Host", host)], pages=pages) == 403


@pytest.mark.anyio
async def test_two_names_are_refused() -> None:
    assert await ask([("Host", OWN), ("Host", OWN)], pages=True) == 403


@pytest.mark.anyio
async def test_the_default_port_goes_without_saying() -> None:
    assert await ask([("Host", "localhost")], pages=True, port=80) == 200


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("origin", "site", "status"),
    [
        (f"http://{OWN}", "same-origin", 403),
        (f"https://{OWN}", "same-origin", 403),
        ("http://evil.example", "cross-site", 403),
        ("http://evil.example", None, 403),
        ("null", "cross-site", 403),
        (None, None, 200),
        (None, "none", 200),
        (None, "same-origin", 403),
        (None, "same-site", 403),
        (None, "cross-site", 403),
    ],
)
async def test_pages_by_origin_and_site(origin: str | None, site: str | None, status: int) -> None:
    said = [("Host", OWN), ("Origin", origin), ("Sec-Fetch-Site", site)]
    headers = [(name, value) for name, value in said if value is not None]

    assert await ask(headers, pages=False) == status
    # The API itself decides about pages.
    assert await ask(headers, pages=True) == 200


FRONT = 8122
FORM_ORIGIN = ("Origin", f"http://127.0.0.1:{FRONT}")
BUCKET = "/afterglow-local-stagingbucket-a1b2c3"


async def send_form(
    method: str, path: str, headers: list[tuple[str, str]], *, forms_from: int | None = FRONT
) -> int:
    guard = Guard(PlainTextResponse("passed"), PORT, pages=False, forms_from=forms_from)
    transport = httpx2.ASGITransport(guard)
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://{OWN}") as http:
        said = [("Host", OWN), ("Sec-Fetch-Site", "same-site"), *headers]
        return (await http.request(method, path, headers=said)).status_code


@pytest.mark.anyio
@pytest.mark.parametrize("method", ["POST", "OPTIONS"])
@pytest.mark.parametrize("path", [BUCKET, f"{BUCKET}/"])
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_pages_of_the_front_send_forms(method: str, path: str, name: str) -> None:
    assert await send_form(method, path, [("Origin", f"http://{name}:{FRONT}")]) == 200


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", BUCKET, [FORM_ORIGIN]),
        ("PUT", BUCKET, [FORM_ORIGIN]),
        ("DELETE", BUCKET, [FORM_ORIGIN]),
        ("POST", "/", [FORM_ORIGIN]),
        ("POST", f"{BUCKET}/staging/1", [FORM_ORIGIN]),
        ("POST", f"{BUCKET}?delete", [FORM_ORIGIN]),
        ("POST", f"/x{BUCKET}", [FORM_ORIGIN]),
        ("POST", "/afterglow-local-contentbucket-a1b2c3", [FORM_ORIGIN]),
        ("POST", "/_ministack/reset", [FORM_ORIGIN]),
        ("POST", BUCKET, []),
        ("POST", BUCKET, [FORM_ORIGIN, FORM_ORIGIN]),
        ("POST", BUCKET, [("Origin", "null")]),
        ("POST", BUCKET, [("Origin", f"http://127.0.0.1:{PORT}")]),
        ("POST", BUCKET, [("Origin", f"https://127.0.0.1:{FRONT}")]),
        ("POST", BUCKET, [("Origin", "http://evil.example")]),
    ],
)
async def test_pages_do_nothing_else(
    method: str, path: str, headers: list[tuple[str, str]]
) -> None:
    assert await send_form(method, path, headers) == 403


@pytest.mark.anyio
async def test_where_no_front_is_no_page_sends_forms() -> None:
    assert await send_form("POST", BUCKET, [FORM_ORIGIN], forms_from=None) == 403


@pytest.mark.anyio
async def test_one_good_word_among_two_does_not_count() -> None:
    sites = [("Sec-Fetch-Site", "none"), ("Sec-Fetch-Site", "cross-site")]

    assert await ask([("Host", OWN), *sites], pages=False) == 403


@pytest.mark.anyio
async def test_a_web_socket_is_closed() -> None:
    sent = []

    async def send(message: object) -> None:
        sent.append(message)

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def application(*_: object) -> None:
        pytest.fail("It was let through.")

    scope = {"type": "websocket", "headers": [(b"host", b"evil.example")]}
    await Guard(application, PORT, pages=True)(scope, receive, send)

    assert sent == [{"type": "websocket.close", "code": 1008, "reason": "Unknown host"}]


def test_no_page_reads_the_local_secrets(cloud: LocalCloud) -> None:
    call = {"X-Amz-Target": "secretsmanager.ListSecrets", "Authorization": "test"}

    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": cloud.front_url},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
    ):
        answer = httpx2.post(cloud.cloud_url, headers=call | headers, content=b"{}")
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers
    reset = httpx2.post(f"{cloud.cloud_url}/_ministack/reset", headers={"Origin": "null"})
    assert reset.status_code == 403
