"""How large an item is, as DynamoDB bills it."""

import base64
from collections.abc import Mapping
from decimal import Decimal
from math import ceil
from typing import Any

AttributeValue = Mapping[str, Any]
Item = Mapping[str, AttributeValue]
COLLECTION = 3
ELEMENT = 1


def item_size(item: Item) -> int:
    """Return the bytes of an item in DynamoDB's JSON: its attributes' names and values.

    After "DynamoDB item sizes and formats":
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    return sum(_length(name) + _value_size(value) for name, value in item.items())


def _value_size(value: AttributeValue) -> int:  # noqa: PLR0911 - a type each
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return _length(content)
        case "N":
            return _number_size(content)
        case "B":
            return _binary_size(content)
        case "BOOL" | "NULL":
            return 1
        case "SS":
            return sum(map(_length, content))
        case "NS":
            return sum(map(_number_size, content))
        case "BS":
            return sum(map(_binary_size, content))
        case "L":
            return COLLECTION + sum(ELEMENT + _value_size(each) for each in content)
        case "M":
            return COLLECTION + ELEMENT * len(content) + item_size(content)
    raise ValueError(kind)


def _length(text: str) -> int:
    return len(text.encode())


def _binary_size(content: str | bytes) -> int:
    """Return the raw bytes: a request has them in base64."""
    return len(content if isinstance(content, bytes) else base64.b64decode(content))


def _number_size(text: str) -> int:
    """Return one byte for two significant digits and one more, and one for a minus."""
    number = Decimal(text)
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    return 1 + ceil(len(digits) / 2) + (number < 0)
