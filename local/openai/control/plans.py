"""A script of answers: what the next responses shall say and become."""

from typing import Annotated

from pydantic import Field

from local.openai.wire import Json
from local.openai.wire.tools import Strict


class FunctionCall(Strict):
    name: str
    arguments: str = "{}"


class ResponseError(Strict):
    code: str = "server_error"
    message: str = "The model failed as the test's script says."


class ResponsePlan(Strict):
    """One scripted answer. `contains` and `key` say which request it is for; default: the next."""

    contains: str | None = None
    key: str | None = None
    text: str | None = None
    function_calls: list[FunctionCall] = Field(default_factory=list)
    seconds: Annotated[float, Field(ge=0)] | None = None
    hold: bool = False
    status: str = "completed"
    error: ResponseError | None = None
    incomplete_reason: str = "max_output_tokens"
    empty: bool = False
    size: Annotated[int, Field(ge=0, le=20_000_000)] = 0


class Script:
    """Plans wait here until a request takes them, in order."""

    def __init__(self) -> None:
        self.plans: list[ResponsePlan] = []

    def take(self, question: str, key: str) -> ResponsePlan | None:
        for index, plan in enumerate(self.plans):
            wanted = plan.contains is None or plan.contains in question
            if wanted and plan.key in {None, key}:
                return self.plans.pop(index)
        return None

    def describe(self) -> Json:
        return {"plans": [plan.model_dump() for plan in self.plans]}
