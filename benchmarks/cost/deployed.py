"""What the template deploys that costs something by itself, and how much memory functions have."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from local.deploy.template import Template

# What is there always, but on the local cloud.
ALWAYS = {None, "HasTls"}
# Names of prices by type.
BY_MONTH = {
    "AWS::CloudWatch::Dashboard": "dashboard_month",
    "AWS::KMS::Key": "kms_key_month",
    "AWS::SecretsManager::Secret": "secrets_manager_secret_month",
    "AWS::WAFv2::WebACL": "waf_acl_month",
}
PREFIX = "functions/"


def memory_by_function(template: Template) -> dict[str, int]:
    """Return MB by the name of a function's folder, as the template's defaults have it."""
    usual = template["Globals"]["Function"]["MemorySize"]
    return {
        resource["Properties"]["CodeUri"].removeprefix(PREFIX): int(
            _chosen(resource["Properties"].get("MemorySize", usual), template["Parameters"])
        )
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def parameter(template: Template, name: str) -> Any:
    """Return a parameter's default."""
    return template["Parameters"][name]["Default"]


def fixed(template: Template) -> dict[str, dict[str, float]]:
    """Return what is there in any case, a month, and what is besides by each condition."""
    usages: dict[str, Counter[str]] = {"": Counter()}
    for resource in template["Resources"].values():
        condition = resource.get("Condition")
        usage = usages.setdefault("" if condition in ALWAYS else condition, Counter())
        usage.update(_of(resource))
    return {condition: dict(usage) for condition, usage in usages.items() if usage}


def _of(resource: Mapping[str, Any]) -> dict[str, int]:
    kind, properties = resource["Type"], resource.get("Properties", {})
    if kind == "AWS::CloudWatch::Alarm":
        return {
            "alarm_month": max(1, sum("MetricStat" in m for m in properties.get("Metrics", ())))
        }
    if kind not in BY_MONTH:
        return {}
    rules = {"waf_rule_month": len(properties["Rules"])} if "WAF" in kind else {}
    return {BY_MONTH[kind]: 1} | rules


def _chosen(value: Any, parameters: Mapping[str, Any]) -> Any:
    """Return a value, a parameter's default where it is one."""
    match value:
        case {"Ref": name}:
            return parameters[name]["Default"]
    return value
