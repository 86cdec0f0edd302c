"""What an operator may have protected: what is stored, and the key that it is stored under."""

from typing import Any

import pytest

from tests.template.document import GLOBALS, RESOURCES, TABLES, TEMPLATE, of_type

GROUPS = of_type("AWS::Logs::LogGroup")
BUCKETS = of_type("AWS::S3::Bucket")
KEY = {"Fn::GetAtt": ["DataKey", "Arn"]}
NOTHING = {"Ref": "AWS::NoValue"}
# What lives for hours, or must not come back as it was: ended sessions would open again.
FLEETING = {"SessionsTable", "LimitsTable", "IdempotencyTable"}
PROTECTED = {"Fn::If": ["HasDataProtection", True, False]}
OF_USERS = sorted({*TABLES, *BUCKETS, "Pepper"} - FLEETING)
STATEMENTS: dict[str, dict[str, Any]] = {
    each["Sid"]: each for each in RESOURCES["DataKey"]["Properties"]["KeyPolicy"]["Statement"]
}
HERE = {"Ref": "AWS::AccountId"}


@pytest.mark.parametrize("parameter", ["DataProtection", "CustomerKey"])
def test_both_are_off_until_they_are_asked_for(parameter: str) -> None:
    assert TEMPLATE["Parameters"][parameter]["Default"] == "false"
    assert TEMPLATE["Conditions"][f"Has{parameter}"] == {"Fn::Equals": [{"Ref": parameter}, "true"]}


@pytest.mark.parametrize("name", TABLES)
def test_no_table_is_deleted_while_it_is_protected(name: str) -> None:
    assert TABLES[name]["DeletionProtectionEnabled"] == PROTECTED


@pytest.mark.parametrize("name", TABLES)
def test_a_table_can_be_taken_back_but_for_what_must_not_return(name: str) -> None:
    recovery = TABLES[name].get("PointInTimeRecoverySpecification")

    wanted = {"PointInTimeRecoveryEnabled": PROTECTED}
    assert recovery == (None if name in FLEETING else wanted)


@pytest.mark.parametrize("name", OF_USERS)
def test_what_is_replaced_is_not_deleted(name: str) -> None:
    assert RESOURCES[name]["UpdateReplacePolicy"] == "Retain"


def test_what_is_deleted_has_no_versions_that_would_outlive_it() -> None:
    assert not [name for name, bucket in BUCKETS.items() if "VersioningConfiguration" in bucket]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_under_the_key(name: str) -> None:
    under = {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}

    assert TABLES[name]["SSESpecification"] == {"Fn::If": ["HasCustomerKey", under, NOTHING]}


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_is_under_the_key_or_under_s3s_own(name: str) -> None:
    (rule,) = BUCKETS[name]["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert rule == {
        "BucketKeyEnabled": {"Fn::If": ["HasCustomerKey", True, False]},
        "ServerSideEncryptionByDefault": {
            "Fn::If": [
                "HasCustomerKey",
                {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY},
                {"SSEAlgorithm": "AES256"},
            ]
        },
    }


@pytest.mark.parametrize("name", [*GROUPS, "Pepper"])
def test_logs_and_the_pepper_are_under_the_key(name: str) -> None:
    wanted = {"Fn::If": ["HasCustomerKey", KEY, NOTHING]}

    assert RESOURCES[name]["Properties"]["KmsKeyId"] == wanted


def test_users_secrets_are_made_under_the_key() -> None:
    told = GLOBALS["Environment"]["Variables"]["SECRETS_KEY"]

    assert told == {"Fn::If": ["HasCustomerKey", KEY, ""]}


def test_the_key_turns_over_and_stays_when_the_stack_goes() -> None:
    key = RESOURCES["DataKey"]

    assert key["Condition"] == "HasCustomerKey"
    assert key["DeletionPolicy"] == key["UpdateReplacePolicy"] == "Retain"
    assert key["Properties"]["EnableKeyRotation"] is True


def test_the_key_is_the_accounts_and_everybody_elses_only_through_our_stores() -> None:
    everybody = {"AWS": "*"}
    stores = STATEMENTS["TheStoresOfThisAccountUseIt"]
    grants = STATEMENTS["TablesGoOnUsingIt"]

    assert stores["Principal"] == grants["Principal"] == everybody
    assert stores["Condition"] == {
        "StringEquals": {
            "kms:CallerAccount": HERE,
            "kms:ViaService": [
                {"Fn::Sub": f"{service}.${{AWS::Region}}.${{AWS::URLSuffix}}"}
                for service in ("dynamodb", "s3", "secretsmanager")
            ],
        }
    }
    assert grants["Condition"]["StringEquals"]["kms:CallerAccount"] == HERE
    assert grants["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}
    assert {sid for sid, each in STATEMENTS.items() if each["Principal"] == everybody} == {
        stores["Sid"],
        grants["Sid"],
    }


def test_log_groups_use_the_key_for_themselves_only() -> None:
    logs = STATEMENTS["LogGroupsOfThisStackUseIt"]
    (of_functions, of_machines) = logs["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    names = [group["LogGroupName"] for group in GROUPS.values() if "LogGroupName" in group]

    assert set(logs["Principal"]) == {"Service"}
    assert of_functions["Fn::Sub"].endswith(":log-group:${AWS::StackName}-*")
    _, _, pattern = of_machines["Fn::Sub"].partition(":log-group:")
    assert names
    assert all(name["Fn::Sub"].startswith(pattern.removesuffix("*")) for name in names)
