"""Check a new response against everything it names, and make its record."""

import time
from datetime import UTC, datetime
from typing import Final

from local.openai import models
from local.openai.control.plans import ResponsePlan
from local.openai.control.settings import Settings
from local.openai.services import Services
from local.openai.store.records import RUNNING
from local.openai.wire import Json
from local.openai.wire.errors import (
    ApiError,
    file_not_found,
    invalid,
    previous_response_not_found,
    unsupported_locally,
    vector_store_not_found,
)
from local.openai.wire.items import input_items, text_of
from local.openai.wire.objects import with_files
from local.openai.wire.requests import CreateResponse
from local.openai.wire.responses import new_response
from local.openai.wire.tools import FileSearchTool

MOST_VECTOR_STORES: Final = 2
NOT_OFFERED: Final = ("conversation", "prompt", "context_management")
NO_INPUT: Final = (
    'One of "input" or "previous_response_id" or '
    "'prompt' or 'conversation_id' must be provided."
)


def admit(services: Services, project: str, request: CreateResponse) -> Json:
    today, settings = datetime.now(UTC).date(), services.controls.settings
    model = models.check(request, today, names_replacement=settings.names_replacements)
    for name in NOT_OFFERED:
        if getattr(request, name) is not None:
            raise unsupported_locally(name)
    if request.input is None and request.previous_response_id is None:
        raise invalid(NO_INPUT, code="missing_required_parameter")
    items = input_items(request.input)
    check_previous(services, project, request.previous_response_id, items)
    check_files(services, project, items)
    for tool in request.tools or ():
        if isinstance(tool, FileSearchTool):
            check_vector_stores(services, project, tool)
    return record_of(services, project, request, new_response(request, model), items)


def check_previous(
    services: Services, project: str, previous_id: str | None, items: list[Json]
) -> None:
    if previous_id is None:
        return
    previous = services.records.get(project, previous_id)
    if previous is None:
        raise previous_response_not_found(previous_id)
    if previous["state"] == RUNNING:
        message = f"Previous response with id '{previous_id}' is still running."
        raise invalid(message, param="previous_response_id")
    answered = {item["call_id"] for item in items if item["type"] == "function_call_output"}
    for item in previous["response"]["output"]:
        if item["type"] == "function_call" and item["call_id"] not in answered:
            message = f"No tool output found for function call {item['call_id']}."
            raise invalid(message, param="input")


def check_files(services: Services, project: str, items: list[Json]) -> None:
    for item in items:
        for part in item.get("content", ()):
            file_id = part.get("file_id")
            if file_id and services.database.get("file", project, file_id) is None:
                raise file_not_found(file_id)


def check_vector_stores(services: Services, project: str, tool: FileSearchTool) -> None:
    if len(tool.vector_store_ids) > MOST_VECTOR_STORES:
        raise too_many_vector_stores(len(tool.vector_store_ids))
    for vector_store_id in tool.vector_store_ids:
        body = services.database.get("vector_store", project, vector_store_id)
        if body is None:
            raise vector_store_not_found(vector_store_id)
        if with_files(body, [])["status"] == "expired":
            raise invalid(f"Vector store {vector_store_id} is expired.", param="tools")
        services.indexer.touch(project, vector_store_id)


def too_many_vector_stores(number: int) -> ApiError:
    message = (
        f"Invalid 'tools[0].vector_store_ids': array too long. Expected an array with maximum "
        f"length {MOST_VECTOR_STORES}, but got an array with length {number} instead."
    )
    return invalid(message, param="tools[0].vector_store_ids", code="array_above_max_length")


def record_of(
    services: Services, project: str, request: CreateResponse, response: Json, items: list[Json]
) -> Json:
    controls = services.controls
    question = next((text_of(i) for i in reversed(items) if i.get("role") == "user"), "")
    plan = controls.script.take(question, project)
    return {
        "id": response["id"],
        "state": RUNNING,
        "response": response,
        "input": items,
        "include": request.include or [],
        "stream": bool(request.stream),
        "stored": request.store is not False,
        "plan": plan.model_dump() if plan else None,
        **schedule(bool(request.background), plan or ResponsePlan(), controls.settings),
    }


def schedule(background: bool, plan: ResponsePlan, settings: Settings) -> Json:  # noqa: FBT001
    """When it starts and when it is due; held, it is due at no time."""
    now = time.time()
    usual = settings.response_seconds if background else 0.0
    seconds = usual if plan.seconds is None else plan.seconds
    held = plan.hold or (background and settings.hold)
    return {
        "start_at": now + min(seconds / 4, 0.5),
        "due_at": None if held else now + seconds,
    }
