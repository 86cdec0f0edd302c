"""Threads of the caller and their messages, in both dialects."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.answers import NO_ASSISTANT, NO_THREAD
from afterglow.api.app import Api
from afterglow.api.dependencies.requests import CurrentUser
from afterglow.api.dependencies.threads import Threads
from afterglow.api.idempotency import RepeatableOf
from afterglow.api.paging import Page, PageParameters, PagesOf
from afterglow.api.references import PathId, PathThread
from afterglow.api.schemas.v1.threads import ThreadNameIn
from afterglow.api.schemas.web.accounts import MessageOnly
from afterglow.api.schemas.web.threads import (
    MessageOut,
    NewThreadOut,
    ThreadIn,
    ThreadOut,
    ThreadPatch,
)

# A message is the chat function's.
app = Api(elsewhere=[("POST", "/api/v1/thread"), ("POST", "/api/v1/thread/<gpt_id>")])


@app.get("/api/threads")
def list_threads(
    query: PageParameters, user: CurrentUser, threads: Threads, pages: PagesOf
) -> list[ThreadOut]:
    page = pages.page(query)
    found = threads.list(user, before=page.number, page_size=page.size)
    return page.fill(found, ThreadOut.of, lambda thread: thread.id)


@app.post("/api/thread/new", status_code=HTTPStatus.CREATED, responses=NO_ASSISTANT)
def create_thread(
    body: ThreadIn, user: CurrentUser, threads: Threads, request: RepeatableOf
) -> NewThreadOut:
    thread = request.once(
        lambda: threads.create(
            user, title=body.title, assistant_id=body.assistant_id, claim=request.claim
        ),
        lambda made: threads.get(user, int(made)),
    )
    return NewThreadOut.of(thread)


@app.get("/api/threads/<thread_id>/messages", responses=NO_THREAD)
def list_messages(
    thread_id: PathId, query: PageParameters, user: CurrentUser, threads: Threads, pages: PagesOf
) -> list[MessageOut]:
    return _messages(thread_id, pages.page(query), user, threads)


@app.patch("/api/threads/<thread_id>", responses=NO_THREAD)
def update_thread(
    thread_id: PathId, body: ThreadPatch, user: CurrentUser, threads: Threads
) -> MessageOnly:
    threads.change(user, thread_id, title=body.title, is_archived=body.is_archived)
    return MessageOnly(message="Thread updated successfully")


@app.delete("/api/threads/<thread_id>", responses=NO_THREAD)
def delete_thread(thread_id: PathId, user: CurrentUser, threads: Threads) -> MessageOnly:
    threads.delete(user, thread_id)
    return MessageOnly(message="Thread deleted successfully")


@app.get("/api/v1/thread")
def list_threads_v1(
    query: PageParameters, user: CurrentUser, threads: Threads, pages: PagesOf
) -> list[ThreadOut]:
    return list_threads(query, user, threads, pages)


@app.get("/api/v1/thread/<gpt_id>", responses=NO_THREAD)
def list_messages_v1(
    gpt_id: PathThread, query: PageParameters, user: CurrentUser, threads: Threads, pages: PagesOf
) -> list[MessageOut]:
    return _messages(gpt_id, pages.page(query), user, threads)


@app.put("/api/v1/thread/<gpt_id>", responses=NO_THREAD)
def update_thread_v1(
    gpt_id: PathThread, body: ThreadNameIn, user: CurrentUser, threads: Threads
) -> MessageOnly:
    threads.change(user, gpt_id, title=body.chosen)
    return MessageOnly(message="Thread updated successfully")


@app.delete("/api/v1/thread/<gpt_id>", responses=NO_THREAD)
def delete_thread_v1(gpt_id: PathThread, user: CurrentUser, threads: Threads) -> MessageOnly:
    threads.delete(user, gpt_id)
    return MessageOnly(message="Thread deleted successfully")


@app.delete("/api/v1/thread")
def delete_threads_v1(user: CurrentUser, threads: Threads) -> MessageOnly:
    threads.delete_all(user)
    return MessageOnly(message="All threads deleted successfully")


def _messages(
    reference: int | str, page: Page, user: CurrentUser, threads: Threads
) -> list[MessageOut]:
    found = threads.messages(user, reference, after=page.number or 0, page_size=page.size)
    return page.fill(found, MessageOut.of, lambda message: message.id)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway."""
    return app.resolve(event, context)
