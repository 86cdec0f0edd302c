"""The cost model against bills made by hand."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cost.deployed import fixed, memory_by_function
from benchmarks.cost.invocations import BYTES_PER_GB, Lambda, called
from benchmarks.cost.keys import by_kms, by_secrets_manager
from benchmarks.cost.model import Model
from benchmarks.cost.prices import Price, Prices, added, assumptions, times
from benchmarks.cost.warm import measured_ratio, with_measured

ASSUMED: dict[str, Any] = {
    "call_ms": {"dynamodb.GetItem": 10, "secrets-manager.GetSecretValue": 20},
    "durations": {"warm_ratio": 1.5, "openai_poll_ms": 100, "openai_file_ms": 1000},
    "lambda": {"platform_log_bytes": 100, "cold_share": 0.01, "cold_start_ms": 1000},
    "clients": {"asks_every_seconds": 10},
}
# Two trips and a secret: 1.5 x (2 x 10 + 20) = 60 ms.
SEEN = {
    "reads": 4,
    "writes": 20,
    "calls": {"dynamodb.GetItem": 2, "secrets-manager.GetSecretValue": 1},
    "log_bytes": 924,
    "answer_bytes": 512,
}
NAMES = (
    "turn",
    "turn taken",
    "run asked after",
    "poll",
    "last poll",
    "upload",
    "form asked for",
    "form taken in",
    "sweep",
    "reap",
)
MEMORY = dict.fromkeys(("chat", "runs", "poller", "files", "ingest", "sweeper", "reaper"), 512)
BUDGET = timedelta(seconds=24)
MODEL = Model(dict.fromkeys(NAMES, SEEN), Lambda("arm64", ASSUMED), MEMORY, BUDGET)


def test_a_short_turn_is_billed_as_by_hand() -> None:
    usage = MODEL.turn(timedelta(seconds=5))

    assert usage == pytest.approx(
        {
            "api_gateway_request": 1,
            "data_out_gb": 512 / 1024**3,
            "lambda_request": 1,
            # 5 s of waiting, 60 ms of its own, 1 % of a cold start of a second, at half a GB.
            "lambda_gb_second_arm64": 0.5 * 5.07,
            "dynamodb_read": 4,
            "dynamodb_write": 20,
            "secrets_manager_call": 1,
            "logs_gb": 1024 / 1024**3,
        }
    )
    bill = Prices.read().bill(times(usage, 1000))
    assert bill["API Gateway"] == pytest.approx(0.0035 + 1000 * 512 / 1024**3 * 0.09)
    assert bill["Lambda"] == pytest.approx(0.0002 + 2535 * 0.0000133334)
    assert bill["DynamoDB"] == pytest.approx(4000 * 0.125e-6 + 20_000 * 0.625e-6)
    assert bill["Secrets Manager"] == pytest.approx(0.005)


def test_a_long_turn_waits_as_long_as_its_request_may_and_is_polled_from_then_on() -> None:
    usage = MODEL.turn(timedelta(seconds=40))

    # At 24, 27.6, 31.74, 36.501 and 41.98 seconds: each look a state, a choice and what follows.
    assert MODEL.polls(timedelta(seconds=40)) == 5
    assert usage["step_functions_transition"] == 15
    # The client asks twice: 16 s, every ten.
    assert usage["api_gateway_request"] == 1 + 2
    assert usage["lambda_request"] == 1 + 2 + 5
    assert usage["lambda_gb_second_arm64"] == pytest.approx(0.5 * (24 + 8 * 0.07 + 5 * 0.1))


def test_with_snapshots_a_start_is_a_restore() -> None:
    restored = Lambda("arm64", ASSUMED, has_snapshots=True).invocation(512, 1000)

    assert restored == {
        "lambda_request": 1,
        "snapstart_restore_gb": 0.01 * 0.5,
        "lambda_gb_second_arm64": 0.5,
    }


def test_a_form_of_s3_is_put_told_received_and_deleted() -> None:
    usage = MODEL.form()

    assert (usage["s3_put"], usage["sqs_request"], usage["lambda_request"]) == (1, 3, 2)
    assert usage["logs_gb"] == pytest.approx(2 * 1024 / BYTES_PER_GB)


def test_calls_are_billed_by_their_kind() -> None:
    calls = {
        "s3.PutObject": 1,
        "s3.CopyObject": 1,
        "s3.GetObject": 3,
        "s3.DeleteObject": 2,
        "sqs.SendMessage": 2,
        "kms.Decrypt": 1,
        "sfn.StartExecution": 1,
    }

    usage = called(SEEN | {"calls": calls, "reads": 0, "writes": 0})

    used = {name: quantity for name, quantity in usage.items() if quantity}
    assert used == {"s3_put": 2, "s3_get": 3, "sqs_request": 2, "kms_call": 1}
    with pytest.raises(ValueError, match="sns"):
        called(SEEN | {"calls": {"sns.Publish": 1}})


def test_ten_thousand_users_keys_cost_a_thousandth_with_kms() -> None:
    prices = Prices.read()

    assert prices.bill(by_secrets_manager(10_000, 100)) == {"Secrets Manager": 4005.0}
    assert prices.bill(by_kms(10_000, 100)) == pytest.approx({"DynamoDB": 0.125, "KMS": 4.0})


def test_every_price_has_a_source_and_says_how_far_it_was_verified() -> None:
    prices = Prices.read()

    assert prices.date >= "2026-11-22"
    for name, price in prices.prices.items():
        assert isinstance(price, Price)
        assert price.source.startswith("https://"), name
        assert price.seen in {"page", "secondary", "memory"}, name
        assert price.usd > 0, name


def test_what_is_used_without_a_price_is_an_error() -> None:
    with pytest.raises(KeyError):
        Prices.read().bill({"unicorns": 1})


def test_memory_and_what_is_fixed_are_the_templates() -> None:
    function = {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "functions/chat"}}
    sized = {"CodeUri": "functions/auth", "MemorySize": {"Ref": "AuthMemory"}}
    template: Any = {
        "Parameters": {"AuthMemory": {"Default": 1769}},
        "Globals": {"Function": {"MemorySize": 256}},
        "Resources": {
            "Chat": function,
            "Auth": {"Type": "AWS::Serverless::Function", "Properties": sized},
            "Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": {}},
            "Pepper": {"Type": "AWS::SecretsManager::Secret", "Condition": "HasTls"},
            "Wall": {
                "Type": "AWS::WAFv2::WebACL",
                "Condition": "HasWall",
                "Properties": {"Rules": [{}, {}]},
            },
        },
    }

    assert memory_by_function(template) == {"chat": 256, "auth": 1769}
    assert fixed(template) == {
        "": {"alarm_month": 1, "secrets_manager_secret_month": 1},
        "HasWall": {"waf_acl_month": 1, "waf_rule_month": 2},
    }


def test_usages_add_up() -> None:
    assert added({"a": 1, "b": 2}, {"b": 3}) == {"a": 1, "b": 5}


def test_what_was_measured_takes_the_place_of_what_is_assumed(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    assert with_measured(ASSUMED, results) is ASSUMED
    results.write_text(
        '{"figures": [{"group": "warm time", "unit": "x", "value": 1.2},'
        ' {"group": "warm time", "unit": "x", "value": 1.4},'
        ' {"group": "cold start", "unit": "x", "value": 3}]}'
    )

    assert measured_ratio(results) == 1.4
    assert with_measured(ASSUMED, results)["durations"]["warm_ratio"] == 1.4
    assert set(assumptions()) >= set(ASSUMED)
