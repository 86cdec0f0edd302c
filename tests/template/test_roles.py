"""What each function may do: its own role, actions spelled out, no resource at large."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.template.document import FUNCTIONS, ROLES, Resource, attribute, role_of

each_role = pytest.mark.parametrize("name", ROLES)

# One secret for each user, made by the settings function: a name begins with the deployment's own
# prefix and ends with a user's id, which no template knows.
KEYS = {
    "Fn::Sub": "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}"
    ":secret:/afterglow/${Stage}/openai/*"
}
WILDCARDS = [KEYS]


def statements(role: str) -> Iterator[Resource]:
    """Every statement of a role's policies."""
    for policy in ROLES[role]["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def listed(value: Any) -> list[Any]:
    """A policy's one or many, as many."""
    return value if isinstance(value, list) else [value]


def test_each_function_has_a_role_of_its_own() -> None:
    used = [role_of(function) for function in FUNCTIONS.values()]

    assert sorted(used) == sorted(ROLES)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_takes_no_rights_but_its_roles(name: str) -> None:
    assert not {"Policies", "PermissionsBoundary"} & set(FUNCTIONS[name])
    assert set(ROLES[role_of(FUNCTIONS[name])]) == {"AssumeRolePolicyDocument", "Policies"}


@each_role
def test_only_lambda_may_take_a_role(name: str) -> None:
    assert ROLES[name]["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]


@each_role
def test_every_right_is_spelled_out(name: str) -> None:
    for statement in statements(name):
        assert set(statement) <= {"Effect", "Action", "Resource", "Condition"}
        assert statement["Effect"] == "Allow"
        for action in listed(statement["Action"]):
            service, _, operation = action.partition(":")
            assert service.isalnum(), action
            assert operation.isalpha(), action


@each_role
def test_a_right_ends_at_a_resource_of_this_stack(name: str) -> None:
    for statement in statements(name):
        for resource in listed(statement["Resource"]):
            assert resource in WILDCARDS or set(resource) in ({"Fn::GetAtt"}, {"Ref"}), resource


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
    assert {name for name in FUNCTIONS if "GetSecretValue" in actions[name]} == {
        "ChatFunction",
        "ReaperFunction",
    }
    assert {name for name in FUNCTIONS if actions[name]} == {
        "SettingsFunction",
        "ChatFunction",
        "ReaperFunction",
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
