"""No web page may reach this server, by any of a browser's ways."""

import httpx2
import pytest

PATHS = ["/health", "/v1/models", "/_control/journal", "/_control/reset"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:5173"},
        {"host": "evil.example"},
        {"host": "127.0.0.1"},
        {"host": "127.0.0.1:1"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_a_web_page_is_refused(http: httpx2.Client, path: str, headers: dict[str, str]) -> None:
    method = "POST" if path.endswith("reset") else "GET"
    answer = http.request(method, path, headers=headers)

    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_a_program_is_served_under_both_names(http: httpx2.Client) -> None:
    port = http.base_url.port

    assert http.get("/health").status_code == 200
    assert http.get("/health", headers={"host": f"localhost:{port}"}).status_code == 200
    assert http.get("/v1/models").status_code == 200
