"""The API, the tables and the bucket."""

import pytest

from afterglow.api.rendering import SECURITY_HEADERS
from tests.template.document import RESOURCES, TABLES

API = RESOURCES["Api"]["Properties"]
BUCKET = RESOURCES["StagingBucket"]["Properties"]
EXPIRING = {"SessionsTable", "IdempotencyTable", "LimitsTable"}


def test_the_api_is_regional() -> None:
    assert API["EndpointConfiguration"] == {"Type": "REGIONAL"}


def test_the_gateway_logs_no_bodies() -> None:
    assert [
        (setting["HttpMethod"], setting["ResourcePath"], setting["DataTraceEnabled"])
        for setting in API["MethodSettings"]
    ] == [("*", "/*", False)]


def test_what_the_gateway_answers_itself_is_in_the_contracts_shape() -> None:
    for response in API["GatewayResponses"].values():
        assert list(response["ResponseTemplates"]) == ["application/json"]
        assert response["ResponseTemplates"]["application/json"].startswith('{"error":')
    for kind in ("MISSING_AUTHENTICATION_TOKEN", "INVALID_SIGNATURE"):
        assert API["GatewayResponses"][kind]["StatusCode"] == 404


@pytest.mark.parametrize("kind", API["GatewayResponses"])
def test_what_the_gateway_answers_itself_has_every_header(kind: str) -> None:
    headers = API["GatewayResponses"][kind]["ResponseParameters"]["Headers"]

    retry_after = {"Retry-After": "'1'"} if kind == "THROTTLED" else {}
    assert headers == {name: f"'{value}'" for name, value in SECURITY_HEADERS.items()} | {
        "Vary": "'Origin'",
        "X-Request-Id": "context.requestId",
        **retry_after,
    }


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_keyed_by_owner_and_item(name: str) -> None:
    table = TABLES[name]

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["KeySchema"] == [
        {"AttributeName": "owner", "KeyType": "HASH"},
        {"AttributeName": "item", "KeyType": "RANGE"},
    ]
    assert {
        "owner": "S",
        "item": "S",
    }.items() <= {
        definition["AttributeName"]: definition["AttributeType"]
        for definition in table["AttributeDefinitions"]
    }.items()


@pytest.mark.parametrize("name", TABLES)
def test_what_runs_out_is_forgotten(name: str) -> None:
    forgets = {"AttributeName": "expires_at", "Enabled": True}

    assert TABLES[name].get("TimeToLiveSpecification") == (forgets if name in EXPIRING else None)


def test_nobody_but_the_functions_reaches_the_bucket() -> None:
    blocked = BUCKET["PublicAccessBlockConfiguration"]
    policy = RESOURCES["StagingBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]

    assert len(blocked) == 4
    assert all(blocked.values())
    assert [statement["Effect"] for statement in policy] == ["Deny"]
    assert policy[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_what_is_staged_goes_after_a_day() -> None:
    rules = {rule["Id"]: rule for rule in BUCKET["LifecycleConfiguration"]["Rules"]}

    assert rules["staging"]["ExpirationInDays"] == 1
    assert rules["parts"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
