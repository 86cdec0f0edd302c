"""The lists of both dialects: what fills them, and a walk from page to page."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx2

from afterglow.adapters.dynamodb.assistants import DynamoAssistantRepository
from afterglow.adapters.dynamodb.records.conversations import message_item
from afterglow.adapters.dynamodb.records.runs import run_item
from afterglow.adapters.dynamodb.tables.conversations import MessageItem, RunItem
from afterglow.adapters.dynamodb.threads import DynamoThreadRepository
from afterglow.domain.identifiers import new_opaque_id
from afterglow.domain.models import Thread
from tests.browser import Browser
from tests.events import Answer
from tests.examples import a_question, a_run, an_assistant, open_thread
from tests.fakes.clock import NOON

Fill = Callable[[int, int], str]


def add_assistants(user_id: int, count: int) -> None:
    """Give a user so many assistants."""
    assistants = DynamoAssistantRepository()
    for _ in range(count):
        assistants.add(an_assistant(user_id, assistants.next_id(user_id)), limit=10_000)


def add_thread(user_id: int) -> Thread:
    """Give a user one more thread."""
    return open_thread(
        DynamoThreadRepository(),
        user_id,
        assistant_id=1,
        openai_thread_id=new_opaque_id("thread"),
        title="A thread",
        now=NOON,
    )


def add_threads(user_id: int, count: int) -> None:
    """Give a user so many threads."""
    for _ in range(count):
        add_thread(user_id)


def add_messages(thread: Thread, count: int, content: str = "A message", first: int = 1) -> None:
    """Have so much said in a thread."""
    with MessageItem.batch_write() as batch:
        for number in range(first, first + count):
            run = a_run(thread, message_id=number)
            batch.save(message_item(a_question(run, content)))


def add_runs(thread: Thread, count: int) -> None:
    """Have so many messages of a thread worked on."""
    with MessageItem.batch_write() as messages, RunItem.batch_write() as runs:
        for number in range(1, count + 1):
            run = a_run(thread, message_id=number)
            messages.save(message_item(a_question(run)))
            runs.save(run_item(run))


def _with_runs(user_id: int, count: int) -> Thread:
    thread = add_thread(user_id)
    add_runs(thread, count)
    return thread


def _with_messages(user_id: int, count: int) -> Thread:
    thread = add_thread(user_id)
    add_messages(thread, count)
    return thread


def _filled(fill: Callable[[int, int], object], path: str) -> Fill:
    def filled(user_id: int, count: int) -> str:
        fill(user_id, count)
        return path

    return filled


# Each gives a user's list so many entries and returns its path.
LISTS: dict[str, Fill] = {
    "assistants": _filled(add_assistants, "/api/assistants"),
    "threads": _filled(add_threads, "/api/threads"),
    "messages": lambda u, n: f"/api/threads/{_with_messages(u, n).id}/messages",
    "v1 assistants": _filled(add_assistants, "/api/v1/assistant"),
    "v1 threads": _filled(add_threads, "/api/v1/thread"),
    "v1 messages": lambda u, n: f"/api/v1/thread/{_with_messages(u, n).openai_thread_id}",
    "runs": lambda u, n: f"/api/threads/{_with_runs(u, n).id}/runs",
    "v1 runs": lambda u, n: f"/api/v1/thread/{_with_runs(u, n).openai_thread_id}/runs",
    "v1 all threads": _filled(add_threads, "/api/v1/threads"),
}


def user_id_of(browser: Browser) -> int:
    """Return who is signed in."""
    return int(browser.get("/api/user").body["id"])


def next_query(answer: Answer) -> dict[str, str] | None:
    """Return the query of the next page, None on the last one."""
    link = httpx2.Response(200, headers=[("Link", v) for v in answer.headers.get("Link", [])]).links
    return dict(httpx2.URL(link["next"]["url"]).params) if "next" in link else None


def walk(browser: Browser, path: str, limit: int | None) -> Iterator[list[dict[str, Any]]]:
    """Return a list page by page."""
    query = {} if limit is None else {"limit": str(limit)}
    going_on: dict[str, str] | None = query
    while going_on is not None:
        answer = browser.get(path, query=going_on)
        assert answer.status == 200, answer.body
        yield answer.body
        going_on = next_query(answer)


def ids(pages: Iterator[list[dict[str, Any]]]) -> list[int]:
    """Return the numbers on some pages: the ids, for a run its message's."""
    return [entry.get("messageId", entry["id"]) for page in pages for entry in page]
