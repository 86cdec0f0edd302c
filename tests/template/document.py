"""template.yaml as data, with CloudFormation's short forms spelled out."""

from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]
Resource = dict[str, Any]
NOTHING = {"Ref": "AWS::NoValue"}

TEMPLATE: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
RESOURCES: dict[str, Resource] = TEMPLATE["Resources"]
GLOBALS: Resource = TEMPLATE["Globals"]["Function"]


def of_type(kind: str) -> dict[str, Resource]:
    """The properties of every resource of a type, by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in RESOURCES.items()
        if resource["Type"] == kind
    }


FUNCTIONS = of_type("AWS::Serverless::Function")


def called_by(kind: str) -> dict[str, Resource]:
    """The functions that have an event of a kind, by logical id."""
    return {
        name: function
        for name, function in FUNCTIONS.items()
        if kind in {event["Type"] for event in function.get("Events", {}).values()}
    }


WITH_ROUTES = called_by("Api")
SCHEDULED = called_by("Schedule")
QUEUED = called_by("SQS")
ROLES = of_type("AWS::IAM::Role")
TABLES = of_type("AWS::DynamoDB::Table")


# Where users' keys are: which conditions hold then.
KEY_STORES: dict[str, frozenset[str]] = {
    "secrets-manager": frozenset(),
    "kms": frozenset({"KeysInKms"}),
}


def resolved(value: Any, holding: frozenset[str]) -> Any:
    """A part of the template as it is where these conditions hold and no others."""
    if isinstance(value, list):
        items = [resolved(item, holding) for item in value]
        return [item for item in items if item != NOTHING]
    if not isinstance(value, dict):
        return value
    if "Fn::If" in value:
        condition, then, otherwise = value["Fn::If"]
        return resolved(then if condition in holding else otherwise, holding)
    fields = {name: resolved(item, holding) for name, item in value.items()}
    return {name: item for name, item in fields.items() if item != NOTHING}


def attribute(reference: Any) -> tuple[str, str]:
    """What `!GetAtt` names."""
    name, wanted = reference["Fn::GetAtt"]
    return name, wanted


def role_of(function: Resource) -> str:
    """The logical id of a function's role."""
    name, wanted = attribute(function["Role"])
    assert wanted == "Arn"
    return name
