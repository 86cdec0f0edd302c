"""The Response object and its output items."""

import time
from typing import Final

from local.openai.brain.turn import Citation, Reply
from local.openai.catalogue import Model, Sampling
from local.openai.retrieval.chunks import token_count
from local.openai.retrieval.search import Hit
from local.openai.wire import Json
from local.openai.wire.items import new_id, text_of
from local.openai.wire.requests import CreateResponse

TERMINAL: Final = frozenset({"completed", "failed", "incomplete", "cancelled"})
ECHOED: Final = (
    "instructions", "max_output_tokens", "max_tool_calls", "previous_response_id",
    "safety_identifier", "prompt_cache_key", "top_logprobs", "user",
)  # fmt: skip


def new_response(request: CreateResponse, model: Model) -> Json:
    echoed = {name: getattr(request, name) for name in ECHOED}
    # These two are strings to OpenAI's description: left out rather than null.
    for name in ("safety_identifier", "prompt_cache_key", "user"):
        if echoed[name] is None:
            del echoed[name]
    return {
        "id": new_id("resp"),
        "object": "response",
        "created_at": int(time.time()),
        "status": "queued" if request.background else "in_progress",
        "background": bool(request.background),
        "completed_at": None,
        "error": None,
        "incomplete_details": None,
        "model": model.id,
        "output": [],
        "usage": None,
        **echoed,
        **defaults(request),
        "reasoning": reasoning(request, model),
    }


def defaults(request: CreateResponse) -> Json:
    return {
        "metadata": request.metadata or {},
        "parallel_tool_calls": request.parallel_tool_calls is not False,
        "service_tier": request.service_tier or "default",
        "store": request.store is not False,
        "temperature": 1.0 if request.temperature is None else request.temperature,
        "top_p": 1.0 if request.top_p is None else request.top_p,
        "text": (request.text.model_dump() if request.text else None)
        or {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": request.tool_choice or "auto",
        "tools": [tool.model_dump() for tool in request.tools or ()],
        "truncation": request.truncation or "disabled",
    }


def reasoning(request: CreateResponse, model: Model) -> Json:
    asked = request.reasoning.effort if request.reasoning else None
    default = None if model.sampling is Sampling.ALWAYS else "medium"
    summary = request.reasoning.summary if request.reasoning else None
    return {"effort": asked or default, "summary": summary}


def message_item(reply: Reply, *, status: str = "completed") -> Json:
    content = {
        "type": "output_text",
        "text": reply.text,
        "annotations": [annotation(citation) for citation in reply.citations],
        "logprobs": [],
    }
    return {
        "type": "message",
        "id": new_id("msg"),
        "role": "assistant",
        "status": status,
        "phase": "final_answer",
        "content": [content],
    }


def annotation(citation: Citation) -> Json:
    return {
        "type": "file_citation",
        "index": citation.index,
        "file_id": citation.excerpt.file_id,
        "filename": citation.excerpt.filename,
    }


def file_search_item(question: str, hits: list[Hit]) -> Json:
    return {
        "type": "file_search_call",
        "id": new_id("fs"),
        "status": "completed",
        "queries": [question],
        "results": [
            {
                "file_id": hit.file_id,
                "filename": hit.filename,
                "score": hit.score,
                "text": hit.text,
                "attributes": hit.attributes,
            }
            for hit in hits
        ],
    }


def function_call_item(name: str, arguments: str) -> Json:
    return {
        "type": "function_call",
        "id": new_id("fc"),
        "call_id": new_id("call"),
        "name": name,
        "arguments": arguments,
        "status": "completed",
    }


def usage(prompt: str, output: list[Json]) -> Json:
    spent = token_count("\n".join(text_of(item) for item in output))
    read = token_count(prompt)
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": spent,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read + spent,
    }


def visible(response: Json, includes: list[str]) -> Json:
    """The response as sent: search results only where they were asked for."""
    if "file_search_call.results" in includes:
        return response
    output = [
        {**item, "results": None} if item["type"] == "file_search_call" else item
        for item in response["output"]
    ]
    return {**response, "output": output}
