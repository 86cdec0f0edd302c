"""The scripts of an upstream that misbehaves, each for one question only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.openai.control_client import POLLS, ControlClient

# Longer than the harness's requests wait.
SLOW = 1.6
# More than an item of DynamoDB holds.
HUGE = 1_000_000
BAD_KEY = {"type": "invalid_request_error", "code": "invalid_api_key", "message": "Bad key"}
NO_ACCESS = {"type": "invalid_request_error", "message": "No access"}
COMPLETED = "completed"
UNAVAILABLE = "failed openai_unavailable"
# Ids of the rules that were made.
Arrange = Callable[[ControlClient, str], list[str]]


@dataclass(frozen=True)
class Script:
    """What the stand-in does with a question, and how the run ends by it: state and code.

    `or_ends` is how it may end as well where others than the request move it on, or are harmed:
    whoever the upstream failed may have died of something else. With `never_ends` only its
    deadline ends it.
    """

    arrange: Arrange
    ends: str = COMPLETED
    or_ends: str = COMPLETED
    never_ends: bool = False


def _failing(status: int, times: int) -> Arrange:
    return lambda control, token: [control.fail(status, contains=token, count=times)]


def _damaged(how: str) -> Arrange:
    return lambda control, token: [control.damage(how, contains=token)]


def _planned(**plan: Any) -> Arrange:
    def arrange(control: ControlClient, token: str) -> list[str]:
        control.plan(contains=token, **plan)
        return []

    return arrange


def _slow_and(**rule: Any) -> Arrange:
    """Answer late, so that it has to be asked for, and spoil the asking."""

    def arrange(control: ControlClient, token: str) -> list[str]:
        control.plan(contains=token, seconds=SLOW)
        return [control.rule(path=POLLS, method="GET", contains=token, **rule)]

    return arrange


def _lost(times: int | None) -> Arrange:
    def arrange(control: ControlClient, token: str) -> list[str]:
        control.plan(contains=token, seconds=SLOW)
        return [control.lose(contains=token, count=times)]

    return arrange


def _cut(after_events: int, *, drop: bool) -> Arrange:
    return lambda control, token: [control.cut_stream(after_events, contains=token, drop=drop)]


SCRIPTS: Mapping[str, Script] = {
    "429": Script(
        lambda c, t: [c.rate_limit(retry_after=1, contains=t)], "failed openai_rate_limited"
    ),
    "429 without a time": Script(lambda c, t: [c.rate_limit(contains=t)]),
    "429 quota": Script(lambda c, t: [c.no_credit(contains=t)], "failed openai_insufficient_quota"),
    "401": Script(lambda c, t: [c.fail(401, BAD_KEY, contains=t)], "failed openai_key_invalid"),
    "403": Script(lambda c, t: [c.fail(403, NO_ACCESS, contains=t)], "failed openai_key_refused"),
    "500": Script(_failing(500, 1)),
    "503 twice": Script(_failing(503, 2)),
    "500 for good": Script(_failing(500, 9), UNAVAILABLE),
    "html 502": Script(lambda c, t: [c.html_502(contains=t)]),
    "reset before": Script(lambda c, t: [c.drop_before(contains=t)]),
    "reset after accept": Script(lambda c, t: [c.drop_after(contains=t)]),
    "slow create": Script(lambda c, t: [c.slow(SLOW, contains=t)]),
    "slow answer": Script(_planned(seconds=SLOW)),
    "stalled body": Script(_damaged("stalled")),
    "truncated": Script(_damaged("truncated")),
    "malformed": Script(_damaged("malformed")),
    "no body": Script(_damaged("empty")),
    "unknown status": Script(lambda c, t: [c.patch({"status": "dreaming"}, contains=t)]),
    "wrong id": Script(lambda c, t: [c.patch({"id": "resp_wrong"}, contains=t)]),
    "empty output": Script(_planned(empty=True), "failed openai_bad_answer"),
    "incomplete": Script(_planned(status="incomplete"), "incomplete max_output_tokens"),
    "failed": Script(_planned(status="failed", error={}), "failed server_error"),
    "never ends": Script(_planned(hold=True), "expired run_expired", never_ends=True),
    "404 on a poll": Script(_lost(1)),
    "404 on every poll": Script(_lost(None), "failed response_lost"),
    "500 on polls": Script(_slow_and(status=500, error={}, count=2)),
    "reset on polls": Script(_slow_and(drop=True, count=2)),
    "malformed poll": Script(_slow_and(damage="malformed", moment="after")),
    "unknown status on a poll": Script(_slow_and(patch={"status": "odd"}, moment="after")),
    "huge": Script(_planned(size=HUGE)),
    "redirect": Script(lambda c, t: [c.redirect("http://127.0.0.1:1/", contains=t)]),
    "stream ends early": Script(_cut(1, drop=False)),
    "stream cut": Script(_cut(2, drop=True)),
}
