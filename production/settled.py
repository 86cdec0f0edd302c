"""A template as it is under certain parameters: what depends on them is settled."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from production.transformed import Template

SAMCONFIG = Path(__file__).parents[1] / "samconfig.toml"
_NOTHING = {"Ref": "AWS::NoValue"}


def parameters_of(stage: str) -> dict[str, str]:
    """Return what samconfig.toml sets for a stage; raise KeyError if it knows none of that name."""
    sections = tomllib.loads(SAMCONFIG.read_text())
    overrides: list[str] = sections[stage]["global"]["parameters"]["parameter_overrides"]
    return dict(each.split("=", maxsplit=1) for each in overrides)


def settled(template: Template, parameters: Mapping[str, str]) -> Template:
    """Return the template with its conditions and parameters settled and without either.

    What a parameter is not given for has its default.
    """
    values = {
        name: str(parameters.get(name, parameter.get("Default", "")))
        for name, parameter in template["Parameters"].items()
    }
    given = template.get("Conditions", {})
    holds = {name: _holds(condition, values, given) for name, condition in given.items()}
    resources = {
        name: {key: _settle(part, values, holds) for key, part in each.items()}
        for name, each in template["Resources"].items()
        if holds.get(each.get("Condition", ""), True)
    }
    for each in resources.values():
        each.pop("Condition", None)
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}


def _holds(condition: Any, values: Mapping[str, str], others: Mapping[str, Any]) -> bool:
    """Raise ValueError for what no condition of ours has been so far."""
    match condition:
        case {"Fn::Equals": [left, right]}:
            return str(_settle(left, values, {})) == str(_settle(right, values, {}))
        case {"Fn::Not": [inner]}:
            return not _holds(inner, values, others)
        case {"Fn::And": inner}:
            return all(_holds(each, values, others) for each in inner)
        case {"Fn::Or": inner}:
            return any(_holds(each, values, others) for each in inner)
        case {"Condition": name}:
            return _holds(others[name], values, others)
    raise ValueError(condition)


def _settle(part: Any, values: Mapping[str, str], holds: Mapping[str, bool]) -> Any:
    match part:
        case {"Fn::If": [condition, then, otherwise]}:
            return _settle(then if holds[condition] else otherwise, values, holds)
        case {"Ref": name} if name in values:
            return values[name]
        case dict():
            fields = {name: _settle(each, values, holds) for name, each in part.items()}
            return {name: each for name, each in fields.items() if each != _NOTHING}
        case list():
            items = [_settle(each, values, holds) for each in part]
            return [each for each in items if each != _NOTHING]
    return part
