"""The tools a request may name, and file_search's filters."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """Nothing unknown, nothing coerced: OpenAI refuses both."""

    model_config = ConfigDict(extra="forbid", strict=True)


Scalar = str | float | bool


class ComparisonFilter(Strict):
    type: Literal["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"] = "eq"
    key: str
    value: Scalar | list[str | float]


class CompoundFilter(Strict):
    type: Literal["and", "or"]
    filters: list["Filter"]


Filter = ComparisonFilter | CompoundFilter


class RankingOptions(Strict):
    ranker: str = "auto"
    score_threshold: Annotated[float, Field(ge=0, le=1)] = 0.0


class FileSearchTool(Strict):
    type: Literal["file_search"]
    vector_store_ids: Annotated[list[str], Field(min_length=1)]
    max_num_results: Annotated[int, Field(ge=1, le=50)] = 20
    filters: Filter | None = None
    ranking_options: RankingOptions = Field(default_factory=RankingOptions)


class FunctionTool(Strict):
    type: Literal["function"]
    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,128}$")]
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = True


class CodeInterpreterContainer(Strict):
    type: Literal["auto"]
    file_ids: Annotated[list[str], Field(max_length=50)] = Field(default_factory=list)
    memory_limit: Literal["1g", "4g", "16g", "64g"] = "1g"


class CodeInterpreterTool(Strict):
    type: Literal["code_interpreter"]
    container: str | CodeInterpreterContainer


class WebSearchTool(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)

    type: Literal["web_search", "web_search_preview"]


Tool = Annotated[
    FileSearchTool | FunctionTool | CodeInterpreterTool | WebSearchTool,
    Field(discriminator="type"),
]
