"""From a request's raw JSON to a typed body, or to OpenAI's words for what is wrong with it."""

from collections.abc import Sequence
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, from_json
from starlette.requests import Request

from local.openai.wire.errors import ApiError, invalid

Body = TypeVar("Body", bound=BaseModel)

# pydantic's words (or their beginning) → OpenAI's code, most specific first.
CODES: Final = (
    ("missing", "missing_required_parameter"),
    ("extra_forbidden", "unknown_parameter"),
    ("string_too_long", "string_above_max_length"),
    ("too_long", "array_above_max_length"),
    ("too_short", "empty_array"),
    ("greater_than", "integer_below_min_value"),
    ("less_than", "integer_above_max_value"),
    ("literal_error", "invalid_value"),
    ("union_tag", "invalid_value"),
    ("string_type", "invalid_type"),
    ("int_type", "invalid_type"),
    ("float_type", "invalid_type"),
    ("bool_type", "invalid_type"),
    ("list_type", "invalid_type"),
    ("dict_type", "invalid_type"),
    ("model_type", "invalid_type"),
)


async def read_body(request: Request, model: type[Body]) -> Body:
    raw = await request.body()
    try:
        data = from_json(raw or b"{}", allow_inf_nan=False)
    except ValueError as error:
        message = "We could not parse the JSON body of your request. (The body is not valid JSON.)"
        raise invalid(message) from error
    return parse(model, data)


def parse(model: type[Body], data: Any, prefix: Sequence[str | int] = ()) -> Body:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)[0]
        raise refusal(details, prefix) from error


def refusal(details: ErrorDetails, prefix: Sequence[str | int] = ()) -> ApiError:
    param = path_of([*prefix, *details["loc"]])
    code = code_of(details)
    if code == "missing_required_parameter":
        return invalid(f"Missing required parameter: '{param}'.", param=param, code=code)
    if code == "unknown_parameter":
        return invalid(f"Unknown parameter: '{param}'.", param=param, code=code)
    where = f"'{param}'" if param else "the request body"
    return invalid(f"Invalid value for {where}: {details['msg']}.", param=param, code=code)


def code_of(details: ErrorDetails) -> str:
    if "metadata" in details["loc"]:
        return metadata_code(details)
    kind = details["type"]
    return next((code for start, code in CODES if kind.startswith(start)), "invalid_value")


def metadata_code(details: ErrorDetails) -> str:
    if details["type"] == "too_long":
        return "object_above_max_properties"
    if details["type"] == "string_too_long":
        in_key = details["loc"][-1] == "[key]"
        return "property_name_above_max_length" if in_key else "string_above_max_length"
    return "invalid_type"


def path_of(location: Sequence[str | int]) -> str | None:
    """`("tools", 0, "file_search", "filters")` → `tools[0].filters`: no union tags."""
    path, after_index = "", False
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        elif not (step in TAGS and after_index) and not step.startswith(BRANCHES):
            path += f".{step}" if path else step
        after_index = isinstance(step, int)
    return path or None


# What pydantic calls the branches of a union that has no tag.
BRANCHES: Final = ("constrained-", "list[", "dict[")
TAGS: Final = frozenset(
    {
        "file_search", "function", "code_interpreter", "web_search", "web_search_preview",
        "input_text", "output_text", "input_image", "input_file", "refusal",
    }
)  # fmt: skip
