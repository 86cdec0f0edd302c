"""Pages of lists that change meanwhile: what stays is seen once, and nothing twice."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from aws_lambda_powertools.event_handler import Request
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from hypothesis import given
from hypothesis import strategies as st

from afterglow import bootstrap
from afterglow.api.paging import Page, PageQuery, Pages
from afterglow.api.schemas.web.threads import MessageOut, ThreadOut
from afterglow.domain.identifiers import new_opaque_id
from afterglow.domain.models import Message
from tests.events import Answer, event
from tests.examples import a_question, a_run, a_thread, a_user, open_thread
from tests.fakes.clock import NOON
from tests.fakes.conversations import InMemoryThreadDirectory, InMemoryThreads, Records
from tests.integration.listing import next_query

ADA = a_user(1)
THREAD = a_thread(id=1, user_id=ADA.id)
# Of what happens between two pages: something is added, or the n-th of what there is goes.
Changes = list[int | None]


@pytest.fixture(autouse=True, scope="module")
def _pepper() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "pepper", lambda: b"pepper")
        yield


@dataclass
class Threads:
    """A user's threads, or everyone's."""

    is_everyones: bool = False
    records: Records = field(default_factory=Records)

    def __post_init__(self) -> None:
        self.threads = InMemoryThreads(self.records)

    def add(self) -> int:
        return open_thread(
            self.threads,
            ADA.id,
            assistant_id=1,
            openai_thread_id=new_opaque_id("t"),
            title="T",
            now=NOON,
        ).id

    def delete(self, thread_id: int) -> None:
        self.threads.delete(ADA.id, thread_id, NOON)

    def show(self, page: Page) -> list[int]:
        if self.is_everyones:
            directory = InMemoryThreadDirectory(self.records)
            found = directory.list(after=page.text, page_size=page.size)
            shown = page.fill(found, lambda one: ThreadOut.of(one[1]), lambda one: one[0])
        else:
            own = self.threads.list(ADA.id, before=page.number, page_size=page.size)
            shown = page.fill(own, ThreadOut.of, lambda thread: thread.id)
        return [thread.id for thread in shown]


@dataclass
class Messages:
    """What is said in a thread. Nobody deletes a message, but the list could bear it."""

    records: Records = field(default_factory=Records)
    last: int = 0

    def add(self, content: str = "Hello!") -> int:
        self.last += 1
        run = a_run(THREAD, message_id=self.last)
        self.records.messages[ADA.id, THREAD.id, self.last] = a_question(run, content)
        return self.last

    def delete(self, message_id: int) -> None:
        del self.records.messages[ADA.id, THREAD.id, message_id]

    def show(self, page: Page) -> list[int]:
        threads = InMemoryThreads(self.records)
        found = threads.messages(ADA.id, THREAD.id, after=page.number or 0, page_size=page.size)
        return [message.id for message in page.fill(found, MessageOut.of, lambda one: one.id)]


Shelf = Threads | Messages


def read(shelf: Shelf, query: dict[str, str]) -> tuple[list[int], dict[str, str] | None]:
    """A page of a list, and the query of the next."""
    headers: dict[str, str] = {}
    context = {"user": ADA, "response_headers": headers}
    source = APIGatewayProxyEvent(event("GET", "/api/threads"))
    pages = Pages(Request("/api/threads", {}, source, context))
    shown = shelf.show(pages.page(PageQuery.model_validate(query)))
    links = {name: [value] for name, value in headers.items()}
    return shown, next_query(Answer(200, links, None))


@pytest.mark.parametrize(
    "new", [Threads, lambda: Threads(is_everyones=True), Messages], ids=["own", "all", "messages"]
)
@given(
    size=st.integers(0, 12),
    limit=st.integers(1, 5),
    plan=st.lists(st.lists(st.none() | st.integers(0, 50), max_size=4), max_size=15),
)
def test_what_stays_is_seen_once_while_others_come_and_go(
    new: Callable[[], Shelf], size: int, limit: int, plan: list[Changes]
) -> None:
    shelf = new()
    alive = [shelf.add() for _ in range(size)]
    stayed, seen = set(alive), list[int]()
    query: dict[str, str] | None = {"limit": str(limit)}
    while query is not None:
        shown, query = read(shelf, query)
        assert len(shown) <= limit
        assert set(shown) <= set(alive)
        seen += shown
        for change in plan.pop(0) if plan else []:
            if change is None:
                alive.append(shelf.add())
            elif alive:
                gone = alive.pop(change % len(alive))
                shelf.delete(gone)
                stayed.discard(gone)

    assert len(seen) == len(set(seen))
    assert stayed <= set(seen)


@pytest.mark.parametrize("limit", [100, 7, None])
def test_five_thousand_are_seen_once_each(limit: int | None) -> None:
    shelf = Messages()
    for _ in range(5000 if limit != 7 else 500):
        shelf.add()
    seen: list[int] = []
    query: dict[str, str] | None = {} if limit is None else {"limit": str(limit)}

    while query is not None:
        shown, query = read(shelf, query)
        seen += shown

    assert seen == list(range(1, shelf.last + 1))


@pytest.mark.parametrize("content", ["x", '"\\\n', "\u00e9\U0001f600", "\x01"])
def test_a_page_weighs_no_more_than_lambda_takes(content: str) -> None:
    shelf, weights = Messages(), list[int]()
    for _ in range(40):
        shelf.add(content * (200_000 // len(content)))
    query: dict[str, str] | None = {}

    while query is not None:
        shown, query = read(shelf, query)
        messages = [shelf.records.messages[ADA.id, THREAD.id, number] for number in shown]
        weights.append(as_lambda_sends(messages))

    assert len(weights) > 1
    assert max(weights) <= 5.1 * 1024 * 1024
    # What did not fit weighs less than what a message may.
    assert min(weights[:-1]) > 3.6 * 1024 * 1024


def as_lambda_sends(messages: list[Message]) -> int:
    """Return how many bytes a proxy response with these messages has: JSON in JSON."""
    bodies = [MessageOut.of(message).model_dump(by_alias=True, mode="json") for message in messages]
    body = json.dumps(bodies, ensure_ascii=False)
    return len(json.dumps({"statusCode": 200, "body": body}, ensure_ascii=False).encode())
