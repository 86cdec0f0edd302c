"""How a response ends."""

from dataclasses import dataclass, field
from typing import Final

from local.openai.brain.turn import Citation, Reply
from local.openai.control.plans import ResponseError, ResponsePlan
from local.openai.retrieval.chunks import CHARACTERS_PER_TOKEN
from local.openai.wire import Json
from local.openai.wire.responses import function_call_item, message_item

FILLING: Final = "lighthouse "


@dataclass
class Outcome:
    status: str
    output: list[Json] = field(default_factory=list)
    error: Json | None = None
    incomplete_details: Json | None = None
    usage: Json | None = None


def failed(code: str, message: str) -> Outcome:
    return Outcome("failed", error={"code": code, "message": message})


def incomplete(reply: Reply, reason: str) -> Outcome:
    item = message_item(reply, status="incomplete")
    return Outcome("incomplete", [item], incomplete_details={"reason": reason})


def limited(reply: Reply, limit: int) -> Outcome:
    """What fits into `max_output_tokens`."""
    return incomplete(shortened(reply, limit * CHARACTERS_PER_TOKEN), "max_output_tokens")


def shortened(reply: Reply, length: int) -> Reply:
    kept = tuple(citation for citation in reply.citations if citation.index <= length)
    return Reply(reply.text[:length], kept)


def scripted(plan: ResponsePlan, reply: Reply) -> Outcome:
    if plan.status == "failed":
        error = plan.error or ResponseError()
        return failed(error.code, error.message)
    if plan.status == "incomplete":
        return incomplete(shortened(reply, len(reply.text) // 2), plan.incomplete_reason)
    calls = [function_call_item(call.name, call.arguments) for call in plan.function_calls]
    message = (
        [] if plan.empty or (calls and plan.text is None) else [message_item(filled(reply, plan))]
    )
    return Outcome(plan.status, [*message, *calls])


def filled(reply: Reply, plan: ResponsePlan) -> Reply:
    """The reply, made as long as the script wants it."""
    missing = max(0, plan.size - len(reply.text))
    filling = (FILLING * (missing // len(FILLING) + 1))[:missing]
    citations: tuple[Citation, ...] = tuple(reply.citations)
    return Reply(reply.text + filling, citations)
