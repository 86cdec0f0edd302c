"""People with threads of many messages, and many threads, in moto's memory."""

from dataclasses import replace
from http import HTTPStatus
from itertools import count, islice

from afterglow.adapters.dynamodb.records.conversations import message_item, thread_item
from afterglow.adapters.dynamodb.records.runs import run_item
from afterglow.adapters.dynamodb.runs import DynamoRunRepository
from afterglow.adapters.dynamodb.tables.base import Item as AnyItem
from afterglow.adapters.dynamodb.tables.base import number_key, user_key
from afterglow.adapters.dynamodb.tables.conversations import ThreadItem
from afterglow.adapters.dynamodb.threads import DynamoThreadRepository
from benchmarks.capacity.meter import stored_table
from tests.browser import Browser
from tests.events import Answer
from tests.fakes.engine import ScriptedEngine, done
from tests.integration.people import user_id_of

NUMBERS = count(1)


class SceneError(Exception):
    """Something went otherwise than the scene is about: its figures would be of something else."""


def expected(answer: Answer, status: HTTPStatus) -> Answer:
    """Return an answer that is as it should be. Raises SceneError."""
    if answer.status != status:
        raise SceneError(answer)
    return answer


def someone(engine: ScriptedEngine) -> Browser:
    """Return who has an assistant and a thread, both 1, and a turn behind them."""
    browser = Browser().enter()
    browser.open_thread()
    engine.then(done("An answer of usual length, in a sentence or two.", f"resp_{next(NUMBERS)}"))
    expected(browser.say(1), HTTPStatus.OK)
    return browser


def with_messages(browser: Browser, total: int) -> Browser:
    """Have somebody's one turn repeated until the thread has so many messages."""
    user_id = user_id_of(browser)
    asked, answered = islice(DynamoThreadRepository().messages(user_id, 1, page_size=2), 2)
    for number in range(3, total + 1, 2):
        run_id = _run_id(number)
        _store(message_item(replace(asked, id=number, run_id=run_id)))
        _store(message_item(replace(answered, id=number + 1, run_id=run_id)))
    said = ThreadItem.last_message_id.set(total), ThreadItem.head_message_id.set(total)
    ThreadItem(user_key(user_id), number_key("T", 1)).update(actions=[*said])
    return browser


def with_runs(browser: Browser, total: int) -> Browser:
    """Have somebody's one run, which is over, repeated for every other of so many messages."""
    user_id = user_id_of(browser)
    asked, _ = islice(DynamoThreadRepository().messages(user_id, 1, page_size=2), 2)
    run = DynamoRunRepository().get(user_id, asked.run_id)
    for number in range(3, total + 1, 2):
        item = run_item(replace(run, id=_run_id(number), message_id=number))
        # What is stored of a run that is over is not in the index of those that are due.
        item.due_shard = item.lease_until = None
        _store(item)
    return browser


def with_threads(browser: Browser, total: int) -> Browser:
    """Have somebody's one thread repeated until there are so many."""
    thread = DynamoThreadRepository().get(user_id_of(browser), 1)
    for number in range(2, total + 1):
        _store(thread_item(replace(thread, id=number)))
    return browser


def _store(item: AnyItem) -> None:
    """Put an item into moto's memory: thousands would take it half a minute otherwise."""
    stored_table(item.Meta.table_name).put_item(item.serialize())


def _run_id(number: int) -> str:
    return f"run_{number:024d}"
