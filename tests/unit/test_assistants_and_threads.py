"""What is filled in when a user does not say."""

from dataclasses import replace

import pytest

from afterglow.domain.errors import InvalidInputError, NotFoundError
from afterglow.domain.models import AssistantSpec, Tool
from afterglow.services.assistants import AssistantDefaults, AssistantDraft, AssistantService
from afterglow.services.threads import ThreadService
from tests.examples import SPEC, a_user
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.conversations import InMemoryAssistants, InMemoryThreads, Records

USER, OTHER = a_user(1), a_user(2)
DEFAULTS = AssistantDefaults("gpt-6-luna", "You are a helpful assistant.")


@pytest.fixture
def assistants() -> AssistantService:
    """Return the service of assistants."""
    return AssistantService(InMemoryAssistants(), DEFAULTS, FakeClock())


@pytest.fixture
def threads() -> ThreadService:
    """Return the service of threads; the user has assistants 1 and 2."""
    assistants = InMemoryAssistants()
    for _ in range(2):
        assistants.add(USER.id, SPEC, NOON)
    return ThreadService(InMemoryThreads(Records()), assistants, FakeClock())


def test_an_assistant_needs_no_more_than_a_name(assistants: AssistantService) -> None:
    created = assistants.create(USER, AssistantDraft("Ada"))

    assert created.spec == AssistantSpec("Ada", "gpt-6-luna", "You are a helpful assistant.")
    assert (created.openai_assistant_id, created.file_ids, created.is_active) == (None, (), True)
    assert created.created_at == created.updated_at == NOON


def test_what_a_user_says_is_kept(assistants: AssistantService) -> None:
    tools = (Tool("retrieval"), Tool("code_interpreter"))
    draft = AssistantDraft("Ada", "Counts", "gpt-3.5-turbo-0125", "", 0.0, tools)

    created = assistants.create(USER, draft)

    assert created.spec == AssistantSpec("Ada", "gpt-3.5-turbo-0125", "", "Counts", 0.0, tools)


def test_users_see_their_own_assistants(assistants: AssistantService) -> None:
    mine = assistants.create(USER, AssistantDraft("Mine"))
    theirs = assistants.create(OTHER, AssistantDraft("Theirs"))

    assert list(assistants.list(USER)) == [mine]
    assert assistants.get(OTHER, 1) == theirs
    with pytest.raises(NotFoundError):
        assistants.get(OTHER, 2)


def test_a_thread_has_the_assistant_it_is_given(threads: ThreadService) -> None:
    user = replace(USER, default_assistant_id=1)

    thread = threads.create(user, title="A talk", assistant_id=2)

    assert (thread.id, thread.assistant_id, thread.title) == (1, 2, "A talk")
    assert thread.openai_thread_id.startswith("thread_")


def test_a_thread_has_its_users_default_assistant_otherwise(threads: ThreadService) -> None:
    user = replace(USER, default_assistant_id=1)

    thread = threads.create(user, title=None, assistant_id=None)

    assert (thread.assistant_id, thread.title) == (1, "New Conversation")


def test_a_thread_needs_an_assistant(threads: ThreadService) -> None:
    with pytest.raises(InvalidInputError, match="no default assistant") as refused:
        threads.create(USER, title=None, assistant_id=None)

    assert refused.value.details == ({"field": "assistantId", "code": "missing"},)


@pytest.mark.parametrize("assistant_id", [3, 2**53 - 1])
def test_a_thread_takes_no_assistant_that_is_not_its_users(
    threads: ThreadService, assistant_id: int
) -> None:
    with pytest.raises(NotFoundError, match="Assistant not found"):
        threads.create(USER, title=None, assistant_id=assistant_id)
    with pytest.raises(NotFoundError, match="Assistant not found"):
        threads.create(OTHER, title=None, assistant_id=1)

    with pytest.raises(NotFoundError, match="Thread not found"):
        threads.messages(USER, 1)


def test_messages_are_the_owners_only(threads: ThreadService) -> None:
    threads.create(USER, title=None, assistant_id=1)

    assert list(threads.messages(USER, 1)) == []
    with pytest.raises(NotFoundError, match="Thread not found"):
        threads.messages(OTHER, 1)
