"""Tools of an assistant, in either dialect."""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field

from afterglow.api.schemas.base import Answer, Body
from afterglow.domain.models import Tool

ToolType = Literal["retrieval", "file_search", "code_interpreter"]


class ToolIn(Body):
    """A tool an assistant is to use."""

    type: ToolType


class ToolOut(Answer):
    """A tool an assistant may use."""

    type: ToolType

    @classmethod
    def of(cls, tool: Tool) -> Self:
        """Return the tool's body."""
        return cls.model_validate({"type": tool.type})


Tools = Annotated[list[ToolIn], Field(max_length=16)]


def to_tools(bodies: Iterable[ToolIn]) -> tuple[Tool, ...]:
    """Return the tools that bodies name."""
    return tuple(Tool(body.type) for body in bodies)
