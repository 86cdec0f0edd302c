"""What each function may do: its own role, actions spelled out, no resource at large."""

from collections.abc import Iterator
from typing import Any

import pytest

from afterglow.adapters.kms import PURPOSE
from tests.summary import LINES
from tests.template.document import (
    FUNCTIONS,
    GLOBALS,
    KEY_STORES,
    RESOURCES,
    ROLES,
    Resource,
    attribute,
    of_type,
    resolved,
    role_of,
)

each_role = pytest.mark.parametrize("name", ROLES)
each_store = pytest.mark.parametrize("store", KEY_STORES)

# One secret for each user, made by the settings function: a name begins with the deployment's own
# prefix and ends with a user's id, which no template knows.
KEYS = {
    "Fn::Sub": "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}"
    ":secret:/afterglow/${Stage}/openai/*"
}
# One answer for each run that had much to say, one copy of each file, one object of each upload.
ANSWERS = {"Fn::Sub": "${ContentBucket.Arn}/answers/*"}
COPIES = {"Fn::Sub": "${ContentBucket.Arn}/files/*"}
STAGED = {"Fn::Sub": "${StagingBucket.Arn}/staging/*"}
WILDCARDS = [KEYS, ANSWERS, COPIES, STAGED]
# What a `!GetAtt` cannot name: an index, and what needs the function that the right is for.
NAMED = [
    {"Fn::Sub": "${RunsTable.Arn}/index/DueRuns"},
    {"Fn::Sub": "${UploadsTable.Arn}/index/DueUploads"},
    GLOBALS["Environment"]["Variables"]["RUN_POLLER_ARN"],
    GLOBALS["Environment"]["Variables"]["DIRECTORY_INGEST_ARN"],
]
# Deliveries of logs are no resources: AWS lets these be granted for all of them or not at all.
DELIVERIES = {
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
}
# Traces are none either.
TRACES = {
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
AT_WORK_UPSTREAM = {
    "ChatFunction",
    "DirectoryFunction",
    "FilesFunction",
    "IngestFunction",
    "PollerFunction",
    "ReaperFunction",
    "RunsFunction",
    "SweeperFunction",
}
# What keys are encrypted with beside the KMS key, of which the user's id no policy can know.
OF_THIS_STAGE = {
    "StringEquals": {
        "kms:EncryptionContext:purpose": PURPOSE,
        "kms:EncryptionContext:stage": {"Ref": "Stage"},
    }
}
OF_FUNCTIONS = [role_of(function) for function in FUNCTIONS.values()]
OF_MACHINES = {"DirectoryIngestRole", "RunPollerRole"}


def statements(role: str, store: str = "secrets-manager") -> Iterator[Resource]:
    """Every statement of a role's policies, where users' keys are in some store."""
    for policy in ROLES[role]["Policies"]:
        yield from resolved(policy["PolicyDocument"]["Statement"], KEY_STORES[store])


def listed(value: Any) -> list[Any]:
    """A policy's one or many, as many."""
    return value if isinstance(value, list) else [value]


def test_each_function_and_state_machine_has_a_role_of_its_own() -> None:
    assert sorted([*OF_FUNCTIONS, *OF_MACHINES]) == sorted(ROLES)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_takes_no_rights_but_its_roles(name: str) -> None:
    assert not {"Policies", "PermissionsBoundary"} & set(FUNCTIONS[name])
    assert set(ROLES[role_of(FUNCTIONS[name])]) == {
        "AssumeRolePolicyDocument",
        "ManagedPolicyArns",
        "Policies",
    }


@pytest.mark.parametrize("name", OF_FUNCTIONS)
def test_only_lambda_may_take_a_functions_role(name: str) -> None:
    assert ROLES[name]["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]


@each_store
@each_role
def test_every_right_is_spelled_out(name: str, store: str) -> None:
    for statement in statements(name, store):
        assert set(statement) <= {"Effect", "Action", "Resource", "Condition"}
        assert statement["Effect"] == "Allow"
        for action in listed(statement["Action"]):
            service, _, operation = action.partition(":")
            assert service.isalnum(), action
            assert operation.isalpha(), action


@each_store
@each_role
def test_a_right_ends_at_a_resource_of_this_stack(name: str, store: str) -> None:
    for statement in statements(name, store):
        for resource in listed(statement["Resource"]):
            if resource == "*":
                assert set(listed(statement["Action"])) == DELIVERIES
            else:
                known = resource in [*WILDCARDS, *NAMED]
                assert known or set(resource) in ({"Fn::GetAtt"}, {"Ref"}), resource


@each_role
def test_what_roles_share_is_the_right_to_write_traces_if_there_are_any(name: str) -> None:
    wanted = {"Fn::If": ["HasTracing", [{"Ref": "WriteTraces"}], {"Ref": "AWS::NoValue"}]}
    (shared,) = of_type("AWS::IAM::ManagedPolicy").items()
    (statement,) = shared[1]["PolicyDocument"]["Statement"]

    assert ROLES[name]["ManagedPolicyArns"] == wanted
    assert shared[0] == "WriteTraces"
    assert (set(statement["Action"]), statement["Resource"]) == (TRACES, "*")
    assert not of_type("AWS::IAM::Policy")


def test_only_who_delivers_logs_may_do_anything_to_everything() -> None:
    unbounded = {
        name
        for name in ROLES
        for statement in statements(name)
        if "*" in listed(statement["Resource"])
    }

    LINES.append(f"rights: on *: {len(DELIVERIES)} actions of {', '.join(sorted(unbounded))}")
    assert unbounded == OF_MACHINES


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_writes_to_its_own_log_group(name: str) -> None:
    group = FUNCTIONS[name]["LoggingConfig"]["LogGroup"]["Ref"]
    granted = [
        statement
        for statement in statements(role_of(FUNCTIONS[name]))
        if any(action.startswith("logs:") for action in listed(statement["Action"]))
    ]

    assert [attribute(statement["Resource"]) for statement in granted] == [(group, "Arn")]


def test_who_does_what_with_keys() -> None:
    actions = {
        name: {
            action.removeprefix("secretsmanager:")
            for statement in statements(role_of(function))
            if KEYS in listed(statement["Resource"])
            for action in listed(statement["Action"])
        }
        for name, function in FUNCTIONS.items()
    }
    writing = {"CreateSecret", "PutSecretValue"}

    assert {name for name in FUNCTIONS if writing & actions[name]} == {"SettingsFunction"}
    assert {name for name in FUNCTIONS if "GetSecretValue" in actions[name]} == AT_WORK_UPSTREAM
    assert {name for name in FUNCTIONS if actions[name]} == {"SettingsFunction", *AT_WORK_UPSTREAM}


def test_who_does_what_with_keys_that_kms_encrypts() -> None:
    granted = [
        (name, action, statement)
        for name, function in FUNCTIONS.items()
        for statement in statements(role_of(function), "kms")
        for action in listed(statement["Action"])
        if action.startswith("kms:")
    ]

    assert {name for name, action, _ in granted if action == "kms:Encrypt"} == {"SettingsFunction"}
    assert {name for name, action, _ in granted if action == "kms:Decrypt"} == AT_WORK_UPSTREAM
    assert {action for _, action, _ in granted} == {"kms:Decrypt", "kms:Encrypt"}
    for _, _, statement in granted:
        assert attribute(statement["Resource"]) == ("OpenAIKeysKey", "Arn")
        assert statement["Condition"] == OF_THIS_STAGE
    for function in FUNCTIONS.values():
        for statement in statements(role_of(function), "kms"):
            assert KEYS not in listed(statement["Resource"])


def test_without_the_parameter_there_is_no_key_in_kms() -> None:
    assert RESOURCES["OpenAIKeysKey"]["Condition"] == "KeysInKms"
    assert not [
        action
        for role in ROLES
        for statement in statements(role)
        for action in listed(statement["Action"])
        if action.startswith("kms:")
    ]


def test_the_key_of_keys_is_renewed_and_used_for_this_stage_only() -> None:
    key = RESOURCES["OpenAIKeysKey"]["Properties"]
    looking_after, using = key["KeyPolicy"]["Statement"]
    account = {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}

    assert key["EnableKeyRotation"] is True
    assert looking_after["Principal"] == using["Principal"] == account
    assert using["Action"] == ["kms:Decrypt", "kms:Encrypt"]
    assert using["Condition"] == OF_THIS_STAGE
    for action in looking_after["Action"]:
        assert action.removeprefix("kms:").isalpha(), action
        assert not action.endswith(("crypt", "DataKey", "CreateGrant")), action


def test_who_does_what_with_the_state_machines() -> None:
    variables = GLOBALS["Environment"]["Variables"]

    assert doing("states:", variables["RUN_POLLER_ARN"]) == {"ChatFunction", "SweeperFunction"}
    assert doing("states:", variables["DIRECTORY_INGEST_ARN"]) == {
        "FilesFunction",
        "IngestFunction",
    }


def test_who_does_what_with_the_queue() -> None:
    queue = {"Fn::GetAtt": ["IngestQueue", "Arn"]}

    assert doing("sqs:Send", queue) == {
        "ChatFunction",
        "DirectoryFunction",
        "FilesFunction",
        "IngestFunction",
        "PollerFunction",
        "SettingsFunction",
        "SweeperFunction",
    }
    assert doing("sqs:Receive", queue) == doing("sqs:Delete", queue) == {"IngestFunction"}


def test_who_does_what_with_bytes() -> None:
    assert doing("s3:Put", STAGED) == {"FilesFunction"}
    assert doing("s3:", STAGED) == doing("s3:", COPIES)
    working = {"DirectoryFunction", "FilesFunction", "IngestFunction"}
    assert doing("s3:Get", STAGED) == doing("s3:Get", COPIES) == working
    assert doing("s3:", STAGED) == working | {"ReaperFunction"}


def doing(actions: str, resource: Any) -> set[str]:
    """The functions that may do such things to a resource."""
    return {
        name
        for name, function in FUNCTIONS.items()
        for statement in statements(role_of(function))
        if resource in listed(statement["Resource"])
        and any(action.startswith(actions) for action in listed(statement["Action"]))
    }


def test_only_jobs_and_admins_read_whole_tables() -> None:
    scanned = {
        (name, attribute(statement["Resource"])[0])
        for name in FUNCTIONS
        for statement in statements(role_of(FUNCTIONS[name]))
        if "dynamodb:Scan" in listed(statement["Action"])
    }

    assert scanned == {
        ("AdminFunction", "DeletionsTable"),
        ("AdminFunction", "ThreadsTable"),
        ("ReaperFunction", "DeletionsTable"),
    }
