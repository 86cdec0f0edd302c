"""Tools of an assistant, in either dialect."""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field

from afterglow.api.schemas.base import Body
from afterglow.domain.models import Tool


class ToolBody(Body):
    """A tool an assistant may use."""

    type: Literal["retrieval", "file_search", "code_interpreter"]

    @classmethod
    def of(cls, tool: Tool) -> Self:
        """Return the tool's body."""
        return cls.model_validate({"type": tool.type})


Tools = Annotated[list[ToolBody], Field(max_length=16)]


def to_tools(bodies: Iterable[ToolBody]) -> tuple[Tool, ...]:
    """Return the tools that bodies name."""
    return tuple(Tool(body.type) for body in bodies)
