"""What keeps too much away: the firewall, the gateway's throttle, what may be hashed at once."""

import re
from typing import Any

import pytest

from afterglow.api.admission import MAX_BODY_BYTES
from afterglow.api.multipart import MAX_FILE_BYTES
from tests.template.document import FUNCTIONS, RESOURCES, TEMPLATE, resolved
from tests.template.test_routes import declared

API = RESOURCES["Api"]["Properties"]
PARAMETERS = TEMPLATE["Parameters"]
FIREWALL = RESOURCES["Firewall"]["Properties"]
COUNTING = resolved(FIREWALL, frozenset())["Rules"]
BLOCKING = resolved(FIREWALL, frozenset({"FirewallBlocks"}))["Rules"]
GROUPS = {
    rule["Name"]: rule["Statement"]["ManagedRuleGroupStatement"]
    for rule in COUNTING
    if "ManagedRuleGroupStatement" in rule["Statement"]
}
(SIZE,) = (rule["Statement"] for rule in COUNTING if rule["Name"] == "too-big")
# As API Gateway takes at most.
GATEWAYS_MOST = 10 * 1024 * 1024


def matches(statement: dict[str, Any], length: int, path: str) -> bool:
    """Tell whether a rule's statement is about a request of so many bytes to a path."""
    ((kind, rule),) = statement.items()
    match kind:
        case "OrStatement":
            return any(matches(each, length, path) for each in rule["Statements"])
        case "AndStatement":
            return all(matches(each, length, path) for each in rule["Statements"])
        case "NotStatement":
            return not matches(rule["Statement"], length, path)
        case "RegexMatchStatement":
            assert rule["FieldToMatch"] == {"SingleHeader": {"Name": "content-length"}}
            return re.search(rule["RegexString"], str(length)) is not None
        case "ByteMatchStatement":
            assert rule["PositionalConstraint"] == "ENDS_WITH"
            return path.endswith(rule["SearchString"])
    raise AssertionError(kind)


def test_the_stage_lets_through_what_the_parameters_say() -> None:
    (setting,) = API["MethodSettings"]

    assert (setting["HttpMethod"], setting["ResourcePath"]) == ("*", "/*")
    assert setting["ThrottlingRateLimit"] == {"Ref": "RequestsPerSecond"}
    assert setting["ThrottlingBurstLimit"] == {"Ref": "RequestBurst"}
    assert (PARAMETERS["RequestsPerSecond"]["Default"], PARAMETERS["RequestBurst"]["Default"]) == (
        50,
        100,
    )


@pytest.mark.parametrize(
    ("name", "parameter"),
    [("AuthFunction", "HashingConcurrency"), ("DirectoryFunction", "FolderConcurrency")],
)
def test_what_could_starve_the_others_is_bounded_if_it_is_asked_for(
    name: str, parameter: str
) -> None:
    bound = FUNCTIONS[name]["ReservedConcurrentExecutions"]

    assert bound == {"Fn::If": [f"Has{parameter}", {"Ref": parameter}, {"Ref": "AWS::NoValue"}]}
    assert PARAMETERS[parameter]["Default"] == 0
    assert TEMPLATE["Conditions"][f"Has{parameter}"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, 0]}]
    }


def test_no_other_function_takes_from_what_all_share() -> None:
    reserving = {name for name, each in FUNCTIONS.items() if "ReservedConcurrentExecutions" in each}

    assert reserving == {"AuthFunction", "DirectoryFunction"}


def test_who_hashes_passwords_does_not_chat() -> None:
    paths = {path for _, path in declared(FUNCTIONS["AuthFunction"])}

    assert {"/api/register", "/api/login", "/api/v1/auth/token"} <= paths
    assert not paths & {path for _, path in declared(FUNCTIONS["ChatFunction"])}


def test_there_is_no_firewall_until_it_is_asked_for() -> None:
    mode = PARAMETERS["WebFirewall"]

    assert (mode["Default"], mode["AllowedValues"]) == ("off", ["off", "count", "block"])
    assert {RESOURCES[name]["Condition"] for name in ("Firewall", "FirewallOfApi")} == {
        "HasWebFirewall"
    }
    assert TEMPLATE["Conditions"]["FirewallBlocks"] == {
        "Fn::Equals": [{"Ref": "WebFirewall"}, "block"]
    }


def test_the_firewall_is_before_the_stage() -> None:
    associated = RESOURCES["FirewallOfApi"]["Properties"]

    assert FIREWALL["Scope"] == "REGIONAL"
    assert associated["WebACLArn"] == {"Fn::GetAtt": ["Firewall", "Arn"]}
    assert associated["ResourceArn"]["Fn::Sub"].endswith(
        ":apigateway:${AWS::Region}::/restapis/${Api}/stages/${Api.Stage}"
    )


def test_it_counts_at_first_and_blocks_nothing() -> None:
    said = [each.get("Action") or each["OverrideAction"] for each in COUNTING]

    assert said == [{"Count": {}}] * len(COUNTING)
    assert FIREWALL["DefaultAction"] == {"Allow": {}}


def test_it_blocks_when_it_is_asked_to() -> None:
    said = {each["Name"]: each.get("Action") or each["OverrideAction"] for each in BLOCKING}

    assert said == {
        "too-many-of-an-address": {"Block": {}},
        "too-big": {"Block": {}},
        "common": {"None": {}},
        "known-bad-inputs": {"None": {}},
    }


def test_an_address_has_2000_requests_in_five_minutes() -> None:
    (rate,) = (each["Statement"] for each in COUNTING if "RateBasedStatement" in each["Statement"])

    assert rate["RateBasedStatement"] == {
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": 300,
        "Limit": 2000,
    }


def test_what_users_write_is_no_attack() -> None:
    for group in GROUPS.values():
        overridden = {each["Name"]: each["ActionToUse"] for each in group["RuleActionOverrides"]}
        assert overridden
        assert all(name.endswith("_BODY") for name in overridden)
        assert set(map(str, overridden.values())) == {str({"Count": {}})}
    assert {group["Name"] for group in GROUPS.values()} == {
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    }
    # AWS's own would end every body at 8 KB.
    assert "SizeRestrictions_BODY" in str(GROUPS["common"])


@pytest.mark.parametrize(
    ("length", "path", "blocked"),
    [
        (0, "/prod/api/chat", False),
        (MAX_BODY_BYTES, "/prod/api/chat", False),
        (2 * MAX_BODY_BYTES, "/prod/api/chat", True),
        (MAX_FILE_BYTES, "/prod/api/uploads", True),
        # The form around the file.
        (MAX_FILE_BYTES + 64 * 1024, "/prod/api/upload", False),
        (5_000_000, "/prod/api/upload", True),
        (GATEWAYS_MOST, "/prod/api/upload", True),
        (123_456_789, "/prod/api/chat", True),
    ],
)
def test_what_the_functions_would_take_the_firewall_lets_through(
    length: int, path: str, *, blocked: bool
) -> None:
    assert matches(SIZE, length, path) is blocked


def test_it_keeps_no_samples_since_they_show_cookies_and_tokens() -> None:
    for each in [FIREWALL, *COUNTING]:
        assert each["VisibilityConfig"]["SampledRequestsEnabled"] is False


def test_what_it_blocks_is_answered_in_the_contracts_shape() -> None:
    answer = API["GatewayResponses"]["WAF_FILTERED"]

    assert answer["StatusCode"] == 403
    assert answer["ResponseTemplates"] == {"application/json": '{"error":"Forbidden"}'}
