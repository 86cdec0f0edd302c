"""file_search's filters over the attributes of a file."""

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final

from local.openai.wire.tools import ComparisonFilter, Filter, Scalar

Attributes = Mapping[str, Scalar]

COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": eq,
    "ne": ne,
    "gt": gt,
    "gte": ge,
    "lt": lt,
    "lte": le,
    "in": lambda value, choices: value in choices,
    "nin": lambda value, choices: value not in choices,
}


def matches(condition: Filter | None, attributes: Attributes) -> bool:
    if condition is None:
        return True
    if isinstance(condition, ComparisonFilter):
        return compare(condition, attributes.get(condition.key))
    results = (matches(part, attributes) for part in condition.filters)
    return all(results) if condition.type == "and" else any(results)


def compare(condition: ComparisonFilter, value: Scalar | None) -> bool:
    if value is None:
        return condition.type in {"ne", "nin"}
    try:
        return COMPARE[condition.type](value, condition.value)
    except TypeError:
        # A word is neither more nor less than a number.
        return False
