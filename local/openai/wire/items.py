"""Input items: what a client may send, in the form OpenAI stores and lists them."""

import secrets
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from local.openai.wire import Json
from local.openai.wire.errors import invalid
from local.openai.wire.requests import Text
from local.openai.wire.tools import Strict
from local.openai.wire.validation import parse


class InputText(Strict):
    type: Literal["input_text"]
    text: Text


class OutputText(Strict):
    type: Literal["output_text"]
    text: Text
    annotations: list[dict[str, Any]] = Field(default_factory=list)
    logprobs: list[dict[str, Any]] = Field(default_factory=list)


class Refusal(Strict):
    type: Literal["refusal"]
    refusal: str


class InputImage(Strict):
    type: Literal["input_image"]
    detail: Literal["low", "high", "auto", "original"] = "auto"
    file_id: str | None = None
    image_url: str | None = None


class InputFile(Strict):
    type: Literal["input_file"]
    file_id: str | None = None
    file_data: Annotated[str, Field(max_length=73_400_320)] | None = None
    filename: str | None = None


Part = Annotated[
    InputText | OutputText | Refusal | InputImage | InputFile, Field(discriminator="type")
]


class MessageItem(Strict):
    type: Literal["message"] = "message"
    id: str | None = None
    role: Literal["user", "assistant", "system", "developer"]
    status: Literal["in_progress", "completed", "incomplete"] = "completed"
    phase: Literal["commentary", "final_answer"] | None = None
    content: list[Part]


class FunctionCallItem(Strict):
    type: Literal["function_call"]
    id: str | None = None
    call_id: str
    name: str
    arguments: str
    status: Literal["in_progress", "completed", "incomplete"] = "completed"


class FunctionCallOutputItem(Strict):
    type: Literal["function_call_output"]
    id: str | None = None
    call_id: str
    output: Text
    status: Literal["in_progress", "completed", "incomplete"] = "completed"


MODELS: Final[dict[str, tuple[type[Strict], str]]] = {
    "message": (MessageItem, "msg"),
    "function_call": (FunctionCallItem, "fc"),
    "function_call_output": (FunctionCallOutputItem, "fco"),
}


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(24)}"


def input_items(raw: str | list[Json] | None) -> list[Json]:
    if raw is None:
        return []
    if isinstance(raw, str):
        raw = [{"role": "user", "content": raw}]
    return [input_item(item, index) for index, item in enumerate(raw)]


def input_item(raw: Json, index: int) -> Json:
    kind = raw.get("type", "message")
    if kind not in MODELS:
        message = f"Invalid value: '{kind}'. Supported values are: {sorted(MODELS)}."
        raise invalid(message, param=f"input[{index}].type", code="invalid_value")
    model, prefix = MODELS[kind]
    parsed = parse(model, with_parts(raw), ("input", index))
    item = {**parsed.model_dump(exclude_none=True), "id": new_id(prefix)}
    check_parts(item, index)
    return item


def check_parts(item: Json, index: int) -> None:
    """What an assistant said is output; everything else is input."""
    spoken = item.get("role") == "assistant"
    for number, part in enumerate(item.get("content", ())):
        if (part["type"] in {"output_text", "refusal"}) is not spoken:
            supported = "'output_text' and 'refusal'" if spoken else "the 'input_…' types"
            message = f"Invalid value: '{part['type']}'. Supported values are: {supported}."
            where = f"input[{index}].content[{number}]"
            raise invalid(message, param=where, code="invalid_value")


def with_parts(raw: Json) -> Json:
    """A string as content is short for one text part."""
    content = raw.get("content")
    if not isinstance(content, str):
        return raw
    kind = "output_text" if raw.get("role") == "assistant" else "input_text"
    return {**raw, "content": [{"type": kind, "text": content}]}


def text_of(item: Json) -> str:
    if "output" in item:
        return str(item["output"])
    parts = item.get("content") or ()
    return "\n".join(part.get("text") or part.get("refusal") or "" for part in parts)
