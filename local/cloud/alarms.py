"""CloudFormation's alarms on sums: ministack knows those on one metric, and watches none."""

from typing import Any

from ministack.services.cloudformation import provisioners

Physical = tuple[str, dict[str, Any]]
_HANDLERS = provisioners._RESOURCE_HANDLERS["AWS::CloudWatch::Alarm"]
_create, _update, _delete = (_HANDLERS[action] for action in ("create", "update", "delete"))


def install() -> None:
    """Have stacks hold alarms on sums of metrics, which nothing comes of here."""
    _HANDLERS.update(create=create, update=update, delete=delete)


def create(logical_id: str, properties: dict[str, Any], stack: str) -> Physical:
    if "Metrics" in properties:
        return f"{stack}-{logical_id}", {}
    physical: Physical = _create(logical_id, properties, stack)
    return physical


def update(
    name: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str = ""
) -> Physical:
    if "Metrics" in new:
        return name, {}
    physical: Physical = _update(name, old, new, stack, logical_id=logical_id)
    return physical


def delete(name: str, properties: dict[str, Any]) -> None:
    if "Metrics" not in properties:
        _delete(name, properties)
