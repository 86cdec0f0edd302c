"""What is measured: turns, pages of lists and sweeps with little and with much behind them."""

from collections.abc import Iterator
from http import HTTPStatus

from benchmarks.capacity.reading import Reading, reading
from benchmarks.capacity.stages import (
    SceneError,
    expected,
    someone,
    with_messages,
    with_runs,
    with_threads,
)
from tests.browser import Browser
from tests.events import Answer
from tests.fakes.engine import ScriptedEngine, done
from tests.ingests import called
from tests.tables import empty_tables

Scene = tuple[str, Reading]
MANY = 5000
FEW = 100
PAGE = "50"
FINISHED = 5000


def growing(engine: ScriptedEngine) -> Iterator[Scene]:
    """Return every scene of growth."""
    yield from sweeps(engine)
    yield from turns(engine)
    yield from lists(engine)


def sweeps(engine: ScriptedEngine) -> Iterator[Scene]:
    """Sweep with no run, and with many that are over."""
    empty_tables()
    yield "sweep at 0", reading(swept)
    with_runs(someone(engine), 2 * FINISHED)
    yield f"sweep at {FINISHED}", reading(swept)
    empty_tables()


def turns(engine: ScriptedEngine) -> Iterator[Scene]:
    """Say something in a new thread, and in a long one; once more when its chain is lost."""
    talker = someone(engine)
    new = talker.open_thread(1)
    yield "turn at 1", reading(lambda: turn(talker, engine, new))
    with_messages(talker, MANY)
    yield f"turn at {MANY}", reading(lambda: turn(talker, engine))
    engine.reads_history = True
    yield f"turn at {MANY}, retold", reading(lambda: turn(talker, engine))
    engine.reads_history = False
    empty_tables()


def lists(engine: ScriptedEngine) -> Iterator[Scene]:
    """Read the first page of each list, short and long."""
    for total in (FEW, 2 * FEW, MANY):
        talker = with_runs(with_messages(someone(engine), total), total)
        # A run answers every other message.
        yield f"messages of {total}", page(talker, "/api/threads/1/messages")
        yield f"runs of {total // 2}", page(talker, "/api/threads/1/runs")
        empty_tables()
    for total in (FEW, 4 * FEW, MANY):
        collector = with_threads(someone(engine), total)
        yield f"threads of {total}", page(collector, "/api/threads")
        empty_tables()


def page(browser: Browser, path: str) -> Reading:
    """Read a page of a list."""

    def read() -> Answer:
        answer = expected(browser.get(path, query={"limit": PAGE}), HTTPStatus.OK)
        if len(answer.body) != int(PAGE):
            raise SceneError(answer)
        return answer

    return reading(read)


def turn(browser: Browser, engine: ScriptedEngine, thread_id: int = 1) -> Answer:
    """Say something and be answered at once."""
    engine.then(done("An answer of usual length, in a sentence or two."))
    return expected(browser.say(thread_id), HTTPStatus.OK)


def swept() -> None:
    """Let the sweeper come."""
    called("sweeper", {})
