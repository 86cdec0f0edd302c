"""A thread is deleted, and cleared away, while its run goes on."""

from unittest.mock import patch

import pytest

from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import RunState
from afterglow.ports.engine import Reply
from afterglow.services.clearing import LAST_REQUESTS
from afterglow.services.endings import THREAD_DELETED
from afterglow.services.polling import PollResult
from tests.departures import one_pass, reaper
from tests.fakes.deletions import InMemoryDeletions, InMemoryRemains
from tests.fakes.engine import ScriptedEngine
from tests.fakes.file_remains import InMemoryFileRemains
from tests.fakes.shelves import Shelves
from tests.unit.world import Conversation


class DeletableConversation(Conversation):
    """A conversation, and what clears it away."""

    def __init__(self) -> None:
        super().__init__()
        self.deletions = InMemoryDeletions(self.accounts, self.records)
        self.remains = InMemoryRemains(self.accounts, self.records)
        self.file_remains = InMemoryFileRemains(Shelves())
        self.forgetful = ScriptedEngine()
        self.reaper = reaper(self, self.forgetful.opened_with, self.clock)

    def delete_thread(self) -> None:
        """Delete the thread, and have it cleared away when that may be."""
        self.threads.delete(self.user.id, 1, self.clock())
        self.clock.advance(LAST_REQUESTS)
        assert one_pass(self.reaper).finished == 1
        self.engine.deleted |= self.forgetful.deleted


@pytest.fixture
def conversation() -> DeletableConversation:
    """Return one whose first run goes on."""
    conversation = DeletableConversation()
    conversation.leave()
    return conversation


def test_whoever_polls_finds_it_gone(conversation: DeletableConversation) -> None:
    (run,) = conversation.runs()

    conversation.delete_thread()

    assert conversation.forgetful.deleted == {"resp_1"}
    assert conversation.poller.poll(run.user_id, run.id) == PollResult(is_over=True)
    assert conversation.engine.calls == ["start"]
    assert conversation.records.runs == {}


def test_whoever_is_at_work_on_it_stops(conversation: DeletableConversation) -> None:
    (run,) = conversation.runs()
    engine = conversation.engine

    def get(response_id: str) -> Reply:
        conversation.delete_thread()
        return ScriptedEngine.get(engine, response_id)

    with patch.object(engine, "get", get):
        left = conversation.poller.look_after(run, until=conversation.clock())

    assert left.state is RunState.CANCELLED
    assert left.error == THREAD_DELETED
    assert len(engine.prompts) == 1
    assert (conversation.records.runs, conversation.records.messages) == ({}, {})


def test_a_run_that_nobody_cleared_away_yet_is_not_begun_again(
    conversation: DeletableConversation,
) -> None:
    (run,) = conversation.runs()
    conversation.threads.delete(conversation.user.id, 1, conversation.clock())
    # The reaper has deleted the Response, and not yet the run.
    conversation.engine.deleted.add("resp_1")

    conversation.poller.poll(run.user_id, run.id)

    assert len(conversation.engine.prompts) == 1
    assert [run.state for run in conversation.runs()] == [RunState.CANCELLED]
    with pytest.raises(NotFoundError):
        conversation.threads.get(run.user_id, run.thread_id)
