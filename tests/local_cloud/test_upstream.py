"""Which OpenAI a run talks to."""

from pathlib import Path

import pytest

from local.environment import inherited
from local.upstream import OPENAI, STAND_IN_KEY, UpstreamError, choose
from tests.local_cloud.command import run_up

KEY = "sk-someone-elses-key-000"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, (None, STAND_IN_KEY)),
        ({"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""}, (None, STAND_IN_KEY)),
        ({"OPENAI_API_KEY": KEY}, (OPENAI, KEY)),
        (
            {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "https://example.org/v1/"},
            ("https://example.org/v1", KEY),
        ),
    ],
)
def test_the_environment_chooses(
    environment: dict[str, str], expected: tuple[str | None, str]
) -> None:
    assert choose(environment) == expected


def test_an_upstream_without_a_key_is_refused() -> None:
    with pytest.raises(UpstreamError, match="OPENAI_API_KEY is not set"):
        choose({"OPENAI_BASE_URL": "https://example.org/v1"})


@pytest.mark.parametrize(
    "key", ["garbage", "sk-short", "sk-" + "a" * 298, "sk-admin-" + "a" * 20, "sk-with space-" * 3]
)
def test_what_is_no_key_is_refused_and_not_told(key: str) -> None:
    with pytest.raises(UpstreamError, match="OPENAI_API_KEY is not") as caught:
        choose({"OPENAI_API_KEY": key})
    assert key not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["example.org/v1", "ftp://example.org", "https:///v1", "http://h:port/v1", "http://[::1"]
)
def test_what_is_no_base_url_is_refused(url: str) -> None:
    with pytest.raises(UpstreamError, match="OPENAI_BASE_URL is"):
        choose({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": url})


def test_the_command_stops_for_want_of_a_key(tmp_path: Path) -> None:
    ended = run_up(18999, tmp_path / "data", OPENAI_BASE_URL="https://example.org/v1")

    assert ended.returncode == 1
    assert "OPENAI_BASE_URL is https://example.org/v1, but OPENAI_API_KEY is not set" in (
        ended.stdout.replace("\n", " ")
    )
    assert not (tmp_path / "data").exists()


def test_no_secret_of_the_shell_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "SOME_TOKEN"):
        monkeypatch.setenv(name, KEY)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "internal.example")

    passed_on = inherited()

    assert KEY not in passed_on.values()
    assert passed_on["HTTPS_PROXY"] == "http://proxy.example:3128"
    assert passed_on["NO_PROXY"] == "internal.example,127.0.0.1,localhost"
