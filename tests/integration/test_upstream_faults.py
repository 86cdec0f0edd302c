"""OpenAI at its worst, as a caller sees it: a clear error, the message kept, the thread free."""

from collections import defaultdict
from collections.abc import Iterator

import pytest
from httpx2 import Timeout

from afterglow.adapters.openai.engine import OpenAIEngine
from local.openai.control_client import POLLS, RESPONSES, ControlClient
from tests.browser import Browser
from tests.canaries import canary
from tests.contract.upstream_faults import FAULTS
from tests.scripting import opened_by
from tests.tables import dump
from tests.wiretap import Wiretap

# How often a message is begun before its run has failed: three times where that may help.
TRIES = defaultdict(
    lambda: 1, dict.fromkeys(["openai_rate_limited", "openai_unavailable", "openai_bad_answer"], 3)
)
PARTIAL = {"incomplete", "cancelled"}
OURS = {
    "openai_key_invalid": (400, "OpenAI rejected the API key"),
    "openai_key_refused": (400, "The OpenAI key lacks a permission"),
    "openai_refused": (400, "OpenAI refused the request"),
    "model_not_found": (400, "OpenAI does not offer the model gpt-6-luna to the stored key"),
    "openai_rate_limited": (429, "OpenAI's rate limit is reached"),
    "openai_insufficient_quota": (429, "The OpenAI account has no credit left"),
    "openai_unavailable": (500, None),
    "openai_bad_answer": (500, "OpenAI answered unintelligibly"),
    "response_lost": (500, "OpenAI no longer has the answer"),
}


@pytest.fixture(autouse=True)
def _upstream(openai_url: str) -> Iterator[None]:
    """Let the real adapter answer, with the stand-in at the other end."""
    with opened_by(lambda key: OpenAIEngine(key, openai_url, timeout=Timeout(5))):
        yield


@pytest.fixture
def user(browser: Browser) -> Browser:
    """Return a user with a key and a thread."""
    browser.enter().open_thread()
    return browser


# At least one for each code; the adapter meets them all in its own tests.
SOME_FAULTS = [
    "401 bad key",
    "401 no scope",
    "404 model",
    "404",
    "400",
    "429",
    "429 quota",
    "500",
    "502 HTML",
    "200 HTML",
    "empty",
    "malformed",
    "unknown status",
    "cut after",
]


def test_every_code_is_met() -> None:
    assert {FAULTS[fault][1][1] for fault in SOME_FAULTS} == set(OURS)


@pytest.mark.parametrize("fault", SOME_FAULTS)
def test_a_refused_start_is_told_and_the_next_message_answered(
    user: Browser, openai: ControlClient, fault: str
) -> None:
    arrange, (_, code) = FAULTS[fault]
    if fault == "404":
        code = "openai_unavailable"
    tries = TRIES[code]
    arrange(openai, {"path": RESPONSES, "count": tries})
    status, text = OURS[code]

    answer = user.say(1)

    assert answer.status == status
    assert [detail["code"] for detail in answer.body["details"]] == [code]
    assert text in {None, answer.body["error"]}
    assert [message["role"] for message in user.messages(1)] == ["user"]
    assert code in dump()
    assert user.say(1).status == 200
    assert [m["role"] for m in user.messages(1)] == ["user", "user", "assistant"]
    assert len(openai.journal("POST", RESPONSES)) == tries + 1


def test_a_key_that_is_refused_while_we_wait_ends_the_turn(
    user: Browser, openai: ControlClient
) -> None:
    openai.configure(hold=True)
    openai.cut_stream(1)
    FAULTS["401 bad key"][0](openai, {"path": POLLS, "method": "GET"})

    answer = user.say(1)

    assert (answer.status, answer.body["details"]) == (400, [{"code": "openai_key_invalid"}])
    openai.reset()
    assert user.say(1).status == 200


def test_a_response_that_is_lost_is_begun_again_once(user: Browser, openai: ControlClient) -> None:
    openai.configure(hold=True)
    openai.cut_stream(1, count=2)
    openai.lose(count=2)

    answer = user.say(1)

    assert (answer.status, answer.body["details"]) == (500, [{"code": "response_lost"}])
    assert len(openai.journal("POST", RESPONSES)) == 2
    openai.reset()
    assert user.say(1).status == 200


@pytest.mark.parametrize("fault", ["500", "429", "502 HTML"])
def test_a_passing_fault_costs_no_answer(user: Browser, openai: ControlClient, fault: str) -> None:
    openai.plan("Still here.", seconds=0.3)
    openai.cut_stream(1)
    FAULTS[fault][0](openai, {"path": POLLS, "method": "GET", "count": 3})

    answer = user.say(1)

    assert (answer.status, answer.body["content"][0]["text"]) == (200, "Still here.")


@pytest.mark.parametrize("after", ["70", "0"])
def test_who_is_too_fast_is_told_when_to_come_back(
    user: Browser, openai: ControlClient, after: str
) -> None:
    openai.rate_limit(int(after), count=3)

    answer = user.say(1)

    assert (answer.status, answer.headers["Retry-After"]) == (429, [after])


@pytest.mark.parametrize("fault", ["429", "429 quota", "500"])
def test_nobody_is_told_to_come_back_without_a_reason(
    user: Browser, openai: ControlClient, fault: str
) -> None:
    FAULTS[fault][0](openai, {"path": RESPONSES, "count": 3})

    assert "Retry-After" not in user.say(1).headers


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ({"status": "failed", "error": {"code": "server_error"}}, "server_error"),
        ({"status": "incomplete", "text": "Half an ans"}, "max_output_tokens"),
        ({"status": "incomplete", "incomplete_reason": "content_filter"}, "content_filter"),
        ({"status": "cancelled"}, "run_cancelled"),
        ({"size": 5 * 1024 * 1024}, "answer_too_large"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_a_response_that_ends_badly_is_an_error_with_its_code(
    user: Browser, openai: ControlClient, plan: dict[str, object], code: str
) -> None:
    openai.plan(**{"text": canary("half an answer"), "seconds": 0} | plan)  # type: ignore[arg-type]

    answer = user.say(1)

    status = 409 if code == "run_cancelled" else 500
    assert (answer.status, answer.body["details"]) == (status, [{"code": code}])
    # What there was of an answer is kept, and said to be a part.
    statuses = ["completed", "incomplete"] if plan.get("status") in PARTIAL else ["completed"]
    assert [message["status"] for message in user.messages(1)] == statuses
    assert user.say(1).status == 200


def test_a_conversation_continues_its_chain_and_survives_its_loss(
    user: Browser, openai: ControlClient
) -> None:
    user.say(1, "My name is Ada.")
    user.say(1, "What is my name?")
    openai.reset(objects=True)

    answer = user.say(1, "And now?")

    assert answer.status == 200
    lost, rebuilt = openai.journal("POST", RESPONSES)
    assert (lost.status, rebuilt.status) == (400, 200)
    assert [part["role"] for part in rebuilt.body["input"]] == ["user", "assistant"] * 2 + ["user"]
    assert rebuilt.body["input"][0]["content"] == "My name is Ada."
    assert len(user.messages(1)) == 6


def test_a_key_that_openai_rejects_is_not_stored(browser: Browser, openai: ControlClient) -> None:
    browser.register().api_key = "sk-invalid-" + "0" * 30

    answer = browser.post("/api/settings/apikey", {"apiKey": browser.api_key})

    assert (answer.status, answer.body["error"]) == (400, "OpenAI rejected the API key")
    assert browser.get("/api/user").body["hasApiKey"] is False
    assert len(openai.journal()) == 1


def test_a_key_is_stored_with_a_warning_when_openai_is_down(
    browser: Browser, openai: ControlClient, aws: Wiretap
) -> None:
    openai.html_502(path="/v1/models", method="GET")

    browser.register()
    calls = aws.during(browser.store_key)

    assert next(c.operation for c in calls if c.service == "secrets-manager") == "CreateSecret"
    assert browser.get("/api/user").body["hasApiKey"] is True


def test_each_tenants_key_and_words_go_with_its_own_calls_only(openai: ControlClient) -> None:
    pair = [Browser().enter() for _ in range(2)]
    for browser in pair:
        browser.open_thread()
    for turn in range(6):
        assert pair[turn % 2].say(1, f"I am number {turn % 2}.").status == 200

    keys: dict[str, set[str]] = {}
    for call in openai.journal("POST", RESPONSES):
        words = {part["content"] for part in call.body["input"]}
        assert keys.setdefault(call.key, words) == words
    assert len(keys) == 2
