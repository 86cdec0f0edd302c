"""What DynamoDB bills does not grow: the benchmark's scenes, with less behind them."""

from collections.abc import Iterator

import pytest

from benchmarks.capacity.reading import Reading, reading
from benchmarks.capacity.scenes import page, swept, turn
from benchmarks.capacity.stages import someone, with_messages, with_runs, with_threads
from tests.browser import Browser
from tests.fakes.engine import ScriptedEngine
from tests.tables import empty_tables
from tests.wiretap import Wiretap

FEW, MANY = 200, 600


@pytest.fixture(autouse=True)
def _alone(aws: Wiretap) -> Iterator[None]:
    assert aws is not None
    empty_tables()
    yield
    empty_tables()


@pytest.fixture
def talker(engine: ScriptedEngine) -> Browser:
    """Return somebody who has had a turn."""
    return someone(engine)


def units(seen: Reading) -> tuple[float, float]:
    """Return what is billed."""
    return seen.reads, seen.writes


def test_a_turn_is_billed_alike_in_a_short_thread_and_in_a_long_one(
    talker: Browser, engine: ScriptedEngine
) -> None:
    short = reading(lambda: turn(talker, engine))
    with_messages(talker, MANY)

    assert units(reading(lambda: turn(talker, engine))) == units(short)
    # Its chain is lost: everything is read.
    engine.reads_history = True
    assert reading(lambda: turn(talker, engine)).reads > 10 * short.reads


@pytest.mark.parametrize("path", ["/api/threads/1/messages", "/api/threads/1/runs"])
def test_a_page_of_a_thread_is_billed_alike(talker: Browser, path: str) -> None:
    with_runs(with_messages(talker, FEW), FEW)
    short = page(talker, path)
    with_runs(with_messages(talker, MANY), MANY)

    assert units(page(talker, path)) == units(short)


def test_a_page_of_threads_is_billed_alike_beyond_what_is_read_at_least(talker: Browser) -> None:
    short = page(with_threads(talker, 2 * FEW), "/api/threads")

    assert units(page(with_threads(talker, 4 * FEW), "/api/threads")) == units(short)


def test_a_sweep_does_not_see_what_is_over(talker: Browser) -> None:
    before = reading(swept)
    with_runs(talker, MANY)

    assert units(reading(swept)) == units(before)
    assert before.calls == {"dynamodb.Query": 8}
