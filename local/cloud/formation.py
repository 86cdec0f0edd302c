"""CloudFormation's `Ref` of a secret: its ARN, as on AWS, where ministack has the name."""

from typing import Any

from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

Physical = tuple[str, dict[str, Any]]
_HANDLERS = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
_create, _update, _delete = (_HANDLERS[action] for action in ("create", "update", "delete"))


def install() -> None:
    """Have secrets known by their ARN."""
    _HANDLERS.update(create=create, update=update, delete=delete)


def create(logical_id: str, properties: dict[str, Any], stack: str) -> Physical:
    _, attributes = _create(logical_id, properties, stack)
    return attributes["Arn"], attributes


def update(arn: str, *properties: Any, **options: Any) -> Physical:
    _, attributes = _update(_name(arn), *properties, **options)
    return attributes["Arn"], attributes


def delete(arn: str, properties: dict[str, Any]) -> None:
    _delete(_name(arn), properties)


def _name(arn: str) -> str | None:
    name: str | None = secretsmanager._resolve(arn)[0]
    return name
