"""Two look after one run, and one of them only moves on when it is due: that is no deletion."""

from datetime import timedelta

from afterglow.domain.errors import OperationFailedError
from afterglow.domain.models import Run, RunState
from tests.fakes.engine import done
from tests.unit.world import Conversation

SECOND = timedelta(seconds=1)
LOST = OperationFailedError("gone", code="response_lost")


def read_before_it_was_renewed(conversation: Conversation) -> Run:
    """Return a run that is under way, as somebody read it whom somebody else was faster than."""
    stale = conversation.leave()
    conversation.ledger.renew(stale, stale.lease_until + SECOND)
    return stale


def test_a_run_that_was_renewed_meanwhile_goes_on() -> None:
    conversation = Conversation()
    stale = read_before_it_was_renewed(conversation)
    conversation.engine.then(LOST)

    left = conversation.poller.look_after(stale, until=conversation.clock())

    assert (left.state, left.error) == (RunState.IN_PROGRESS, None)
    assert conversation.thread().active_run_id == stale.id
    conversation.clock.advance(timedelta(minutes=1))
    conversation.engine.then(LOST, done("Gladly.", "resp_2"))
    conversation.sweeper.sweep(until=conversation.clock() + SECOND)
    assert [text for _, text in conversation.said()] == ["Will you?", "Gladly."]
    conversation.engine.assert_complete()


def test_a_run_whose_thread_was_deleted_meanwhile_is_cancelled_all_the_same() -> None:
    conversation = Conversation()
    stale = read_before_it_was_renewed(conversation)
    conversation.threads.delete(conversation.user.id, 1, conversation.clock())
    conversation.engine.then(done("Gladly."))

    conversation.poller.look_after(stale, until=conversation.clock())

    conversation.engine.then(done("Gladly."))
    conversation.clock.advance(timedelta(minutes=1))
    conversation.sweeper.sweep(until=conversation.clock() + SECOND)
    (run,) = conversation.runs()
    assert (run.state, run.error and run.error.code) == (RunState.CANCELLED, "thread_deleted")
