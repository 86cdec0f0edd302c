"""Steps of a turn, for the tests of ledgers."""

from datetime import timedelta

from afterglow.domain.models import Run, RunError, RunState, Thread, Usage
from afterglow.ports.conversations import Terms
from tests.contract.worlds import World
from tests.examples import a_question, a_run, open_thread
from tests.fakes.clock import NOON

LATER = NOON + timedelta(seconds=9)
USAGE = Usage(11, 7)
MANY = 100
UNAVAILABLE = RunError("openai_unavailable", "OpenAI is unavailable")


def new_thread(world: World, openai_thread_id: str = "thread_1") -> Thread:
    """Return a new thread of the test's user."""
    return open_thread(
        world.threads,
        world.user_id,
        assistant_id=1,
        openai_thread_id=openai_thread_id,
        title="A thread",
        now=NOON,
    )


def accepted(world: World, thread: Thread) -> Run:
    """Return a run that the ledger has taken."""
    run = a_run(thread)
    world.ledger.accept(thread, run, a_question(run), Terms(MANY))
    return run


def completed(run: Run) -> Run:
    """Return the run as it is with its answer."""
    return run.ended(RunState.COMPLETED, LATER, usage=USAGE)


def failed(run: Run) -> Run:
    """Return the run as it is without an answer."""
    return run.ended(RunState.FAILED, LATER, UNAVAILABLE)


def contents(world: World, thread: Thread) -> list[str]:
    """Return what is said in a thread."""
    return [message.content for message in world.threads.messages(thread.user_id, thread.id)]
