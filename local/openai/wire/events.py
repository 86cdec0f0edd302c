"""The events of a response's stream, in OpenAI's order. Their numbers are their positions."""

import json
import re
from collections.abc import Iterator
from typing import Final

from local.openai.wire import Json

DELTA: Final = re.compile(r"\s*\S+|\s+")
# A long text comes in bigger bits: an event for each of a megabyte's words would take minutes.
MOST_DELTAS: Final = 500
UNFINISHED: Final[Json] = {
    "output": [],
    "usage": None,
    "completed_at": None,
    "error": None,
    "incomplete_details": None,
}


def encode(event: Json) -> str:
    return f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"


def beginning(response: Json) -> list[Json]:
    """`response.created` and, in the background, `response.queued`."""
    first = "queued" if response["background"] else "in_progress"
    snapshot = {**response, **UNFINISHED, "status": first}
    events = [{"type": "response.created", "response": snapshot}]
    if response["background"]:
        events.append({"type": "response.queued", "response": snapshot})
    return events


def progress(response: Json) -> Json:
    snapshot = {**response, **UNFINISHED, "status": "in_progress"}
    return {"type": "response.in_progress", "response": snapshot}


def ending(response: Json) -> Iterator[Json]:
    """Every output item bit by bit, then the response itself. A cancelled stream just stops."""
    if response["status"] == "cancelled":
        return
    for index, item in enumerate(response["output"]):
        yield from item_events(item, {"output_index": index})
    yield {"type": f"response.{response['status']}", "response": response}


def item_events(item: Json, position: Json) -> Iterator[Json]:
    details = {
        "message": message_events,
        "file_search_call": file_search_events,
        "function_call": function_call_events,
    }[item["type"]]
    yield {"type": "response.output_item.added", **position, "item": unfinished(item)}
    yield from details(item, {**position, "item_id": item["id"]})
    yield {"type": "response.output_item.done", **position, "item": item}


def unfinished(item: Json) -> Json:
    emptied: Json = {"message": {"content": []}, "function_call": {"arguments": ""}}
    return {**item, "status": "in_progress", **emptied.get(item["type"], {})}


def message_events(item: Json, position: Json) -> Iterator[Json]:
    part = item["content"][0]
    position = {**position, "content_index": 0}
    blank = {**part, "text": "", "annotations": []}
    yield {"type": "response.content_part.added", **position, "part": blank}
    for delta in deltas(part["text"]):
        yield {"type": "response.output_text.delta", **position, "delta": delta, "logprobs": []}
    for number, annotation in enumerate(part["annotations"]):
        kind = "response.output_text.annotation.added"
        yield {"type": kind, **position, "annotation_index": number, "annotation": annotation}
    yield {"type": "response.output_text.done", **position, "text": part["text"], "logprobs": []}
    yield {"type": "response.content_part.done", **position, "part": part}


def deltas(text: str) -> list[str]:
    bits = DELTA.findall(text)
    size = -(-len(bits) // MOST_DELTAS) or 1
    return ["".join(bits[start : start + size]) for start in range(0, len(bits), size)]


def file_search_events(_item: Json, position: Json) -> Iterator[Json]:
    for stage in ("in_progress", "searching", "completed"):
        yield {"type": f"response.file_search_call.{stage}", **position}


def function_call_events(item: Json, position: Json) -> Iterator[Json]:
    arguments = item["arguments"]
    yield {"type": "response.function_call_arguments.delta", **position, "delta": arguments}
    yield {
        "type": "response.function_call_arguments.done",
        **position,
        "name": item["name"],
        "arguments": arguments,
    }
