"""Choices of state machines that compare with another value, which ministack does for numbers only.

What it does not know it takes for false, so that an execution would not see its own end.
"""

from collections.abc import Mapping
from typing import Any

from ministack.services import stepfunctions

Rule = Mapping[str, Any]
KINDS = ("String", "Timestamp")
SUFFIX = "Path"
_evaluate = stepfunctions._evaluate_rule


def install() -> None:
    """Have texts and times compared with what a path leads to."""
    stepfunctions._evaluate_rule = evaluate


def evaluate(rule: Rule, data: Any, context: Any = None) -> bool:
    """Tell whether a rule of a Choice holds."""
    holds: bool = _evaluate(_spelled_out(rule, data, context), data, context)
    return holds


def _spelled_out(rule: Rule, data: Any, context: Any) -> Rule:
    """The rule with the value itself where a path leads to it."""
    return {
        key.removesuffix(SUFFIX): stepfunctions._resolve_path_or_ctx(value, data, context)
        if key.startswith(KINDS) and key.endswith(SUFFIX)
        else value
        for key, value in rule.items()
    }
