"""What an answer rests on is kept with it, by fake and adapter."""

from dataclasses import replace

import pytest

from afterglow.adapters.dynamodb.contents import MAX_ITEM_BYTES
from afterglow.adapters.openai.citations import MAX_CITATIONS, MAX_NAME_BYTES
from afterglow.domain.models import Citation, Message, Run, Thread
from tests.contract.turns import accepted, completed, failed
from tests.contract.worlds import World
from tests.examples import an_answer

CITATIONS = (Citation("file-1", "contract.pdf", 13), Citation(None, "gone “é” 🦊.txt", 0))


@pytest.fixture
def run(world: World, thread: Thread) -> Run:
    """Return a run that is under way."""
    return world.ledger.bind(accepted(world, thread), "resp_1")


def last(world: World, run: Run) -> Message:
    """Return the last message of a run's thread."""
    return world.threads.message(run.user_id, run.thread_id, 2)


def test_an_answer_is_kept_with_what_it_rests_on(world: World, run: Run) -> None:
    answer = replace(an_answer(run), citations=CITATIONS)

    world.ledger.commit(completed(run), answer)

    assert last(world, run) == answer
    (question, listed) = world.threads.messages(run.user_id, run.thread_id)
    assert (question.citations, listed.citations) == ((), CITATIONS)


def test_so_is_as_much_as_there_was_of_one(world: World, run: Run) -> None:
    partial = replace(an_answer(run), citations=CITATIONS, is_partial=True)

    world.ledger.release(failed(run), partial)

    assert last(world, run) == partial


def test_the_longest_answer_that_an_item_holds_may_rest_on_as_much_as_we_read(
    world: World, run: Run
) -> None:
    # Six bytes each once it is JSON in ASCII, the most for two of UTF-8.
    name = "é" * (MAX_NAME_BYTES // 2)
    ids = [f"file-{number}".ljust(64, "x") for number in range(MAX_CITATIONS)]
    answer = replace(
        an_answer(run, "x" * MAX_ITEM_BYTES),
        citations=tuple(Citation(file_id, name, MAX_ITEM_BYTES) for file_id in ids),
    )

    world.ledger.commit(completed(run), answer)

    assert last(world, run).citations == answer.citations
