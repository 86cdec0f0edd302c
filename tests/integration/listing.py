"""The lists of both dialects: what fills them, and a walk from page to page."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx2

from afterglow.adapters.dynamodb.assistants import DynamoAssistantRepository
from afterglow.adapters.dynamodb.records.conversations import message_item
from afterglow.adapters.dynamodb.records.runs import run_item
from afterglow.adapters.dynamodb.tables.conversations import MessageItem, RunItem
from afterglow.adapters.dynamodb.threads import DynamoThreadRepository
from afterglow.bootstrap import ports
from afterglow.domain.identifiers import new_opaque_id, new_ordered_id
from afterglow.domain.models import File, FileUse, Thread, Upload, UploadKind
from afterglow.ports.files import Quota
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


def add_files(user_id: int, count: int) -> None:
    """Give a user so many files, as large as their numbers."""
    for number in range(1, count + 1):
        added_at = NOON + timedelta(seconds=number)
        file = File(
            id=new_ordered_id("file-", added_at),
            user_id=user_id,
            path=f"docs/{number}.md",
            size=number,
            sha256=f"{number:064x}",
            use=FileUse.SEARCH,
            created_at=added_at,
        )
        ports.files().add(file, Quota(files=1000, size=10**9, files_per_assistant=1000))


def add_uploads(user_id: int, count: int) -> None:
    """Have a user begin so many uploads, of folders that are called by their numbers."""
    for number in range(1, count + 1):
        begun_at = NOON + timedelta(seconds=number)
        upload = Upload(
            id=new_ordered_id("upload_", begun_at),
            user_id=user_id,
            kind=UploadKind.DIRECTORY,
            created_at=begun_at,
            lease_until=begun_at,
            directory=str(number),
        )
        ports.uploads().open(upload, [])


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
    "files": _filled(add_files, "/api/files"),
    "uploads": _filled(add_uploads, "/api/uploads"),
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
    """Return the numbers on some pages: the ids, or what stands for them."""
    return [_number(entry) for page in pages for entry in page]


def _number(entry: dict[str, Any]) -> int:
    """Return an id, a run's message, an upload's folder, a file's size."""
    found = (entry.get(name) for name in ("messageId", "directory", "size", "id"))
    return int(next(each for each in found if each is not None))
