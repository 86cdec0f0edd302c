"""OpenAI's ids."""

from typing import Annotated

from pydantic import Field

# An id becomes part of a path and of an item, whoever made it up.
UpstreamId = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,256}$")]
