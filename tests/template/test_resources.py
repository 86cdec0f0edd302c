"""The API, the tables and the bucket."""

import pytest

from afterglow.api.rendering import SECURITY_HEADERS
from tests.template.document import FUNCTIONS, RESOURCES, TABLES, of_type

API = RESOURCES["Api"]["Properties"]
BUCKET = RESOURCES["StagingBucket"]["Properties"]
BUCKETS = of_type("AWS::S3::Bucket")
EXPIRING = {"SessionsTable", "UploadsTable", "FilesTable", "IdempotencyTable", "LimitsTable"}


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


@pytest.mark.parametrize(
    ("table", "name"), [("RunsTable", "DueRuns"), ("UploadsTable", "DueUploads")]
)
def test_what_is_due_is_found_by_an_index_that_nothing_else_is_in(table: str, name: str) -> None:
    (index,) = TABLES[table]["GlobalSecondaryIndexes"]

    assert index["IndexName"] == name
    assert index["KeySchema"] == [
        {"AttributeName": "due_shard", "KeyType": "HASH"},
        {"AttributeName": "lease_until", "KeyType": "RANGE"},
    ]


@pytest.mark.parametrize("name", BUCKETS)
def test_nobody_but_the_functions_reaches_a_bucket(name: str) -> None:
    blocked = BUCKETS[name]["PublicAccessBlockConfiguration"]
    policy = RESOURCES[f"{name}Policy"]["Properties"]["PolicyDocument"]["Statement"]

    assert BUCKETS[name]["OwnershipControls"] == {
        "Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]
    }
    assert len(blocked) == 4
    assert all(blocked.values())
    assert [statement["Effect"] for statement in policy] == ["Deny"]
    assert policy[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert policy[0]["Resource"][0] == {"Fn::GetAtt": [name, "Arn"]}


def test_what_is_kept_for_messages_is_never_forgotten() -> None:
    rules = BUCKETS["ContentBucket"]["LifecycleConfiguration"]["Rules"]

    assert [rule["Id"] for rule in rules] == ["parts"]


def test_the_queue_is_told_of_what_is_staged_and_only_by_this_accounts_buckets() -> None:
    (told,) = BUCKET["NotificationConfiguration"]["QueueConfigurations"]
    policy = RESOURCES["IngestQueuePolicy"]["Properties"]
    (statement,) = policy["PolicyDocument"]["Statement"]

    assert told["Queue"] == statement["Resource"] == {"Fn::GetAtt": ["IngestQueue", "Arn"]}
    assert told["Event"] == "s3:ObjectCreated:*"
    assert told["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": "staging/"}]
    assert policy["Queues"] == [{"Ref": "IngestQueue"}]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }
    # S3 tries the queue as soon as the bucket is configured.
    assert RESOURCES["StagingBucket"]["DependsOn"] == "IngestQueuePolicy"


def test_a_message_comes_again_after_whoever_had_it_is_gone_and_not_for_ever() -> None:
    queue = RESOURCES["IngestQueue"]["Properties"]
    letters = RESOURCES["IngestDeadLetterQueue"]["Properties"]
    (event,) = FUNCTIONS["IngestFunction"]["Events"].values()

    assert queue["VisibilityTimeout"] > FUNCTIONS["IngestFunction"]["Timeout"]
    assert queue["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": ["IngestDeadLetterQueue", "Arn"]},
        "maxReceiveCount": 3,
    }
    assert letters["MessageRetentionPeriod"] == 14 * 86400 > queue["MessageRetentionPeriod"]
    assert queue["SqsManagedSseEnabled"] is letters["SqsManagedSseEnabled"] is True
    assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert event["Properties"]["ScalingConfig"]["MaximumConcurrency"] <= 10


def test_pages_of_the_sites_that_may_call_the_api_may_send_forms() -> None:
    condition, allowed, nothing = BUCKET["CorsConfiguration"]["Fn::If"]
    (rule,) = allowed["CorsRules"]

    assert condition == "HasAllowedOrigins"
    assert nothing == {"Ref": "AWS::NoValue"}
    assert rule["AllowedMethods"] == ["POST"]
    assert rule["AllowedOrigins"] == {"Fn::Split": [",", {"Ref": "AllowedOrigins"}]}
    assert rule["ExposedHeaders"] == ["ETag"]
    assert rule["AllowedHeaders"] == ["*"]


def test_what_is_staged_goes_after_a_day() -> None:
    rules = {rule["Id"]: rule for rule in BUCKET["LifecycleConfiguration"]["Rules"]}

    assert rules["staging"]["ExpirationInDays"] == 1
    assert rules["parts"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
