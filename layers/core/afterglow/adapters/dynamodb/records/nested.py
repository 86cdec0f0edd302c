"""What items hold as JSON."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def known_fields(kind: "type[DataclassInstance]", stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored of a dataclass's fields; those of later versions are left out."""
    return {field.name: stored[field.name] for field in fields(kind) if field.name in stored}
