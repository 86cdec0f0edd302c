"""What of each resource must not change, or CloudFormation makes another and deletes this one."""

from collections.abc import Mapping
from typing import Any, TypedDict

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from production.transformed import REGION, Template

# New with every deployment, or when a route is new, and nothing is lost with the old.
PASSING = {
    "AWS::ApiGateway::Deployment",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
}
# What replaces the value without replacing the resource; no schema says so.
_VALUES = {"AWS::SecretsManager::Secret": ["GenerateSecretString"]}


class Lasting(TypedDict):
    """A resource's type, and those of its properties that it cannot keep its place without."""

    type: str
    fixed: dict[str, Any]


Record = Mapping[str, Lasting]


def record(template: Template) -> dict[str, Lasting]:
    """Return, by logical id, what lasts of each resource of a transformed template."""
    return {
        name: Lasting(type=each["Type"], fixed=_fixed(each))
        for name, each in sorted(template["Resources"].items())
        if each["Type"] not in PASSING
    }


def replaced(before: Record, after: Record) -> list[str]:
    """Return the logical ids of what an upgrade would delete or replace."""
    return [name for name, lasting in before.items() if after.get(name) != lasting]


def _fixed(resource: Mapping[str, Any]) -> dict[str, Any]:
    kind, properties = resource["Type"], resource.get("Properties", {})
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
    paths = [
        *schema.get("createOnlyProperties", []),
        *schema.get("conditionalCreateOnlyProperties", []),
    ]
    names = {path.split("/")[2] for path in paths} | set(_VALUES.get(kind, []))
    fixed = {name: properties[name] for name in sorted(names & set(properties))}
    return fixed | _key_types(properties)


def _key_types(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A table's attributes may become more, but those of its key stay what they are."""
    keys = {key["AttributeName"] for key in properties.get("KeySchema", [])}
    definitions = properties.get("AttributeDefinitions", [])
    types = [each for each in definitions if each["AttributeName"] in keys]
    return {"AttributeDefinitions": types} if types else {}
