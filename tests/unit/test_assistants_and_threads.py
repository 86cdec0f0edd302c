"""What is filled in when a user does not say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.domain.errors import (
    ConflictError,
    InvalidInputError,
    LimitExceededError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
)
from afterglow.domain.models import Assistant, AssistantSpec, Role, Tool, User
from afterglow.services.assistant_limit import AssistantLimit
from afterglow.services.assistants import AssistantDefaults, AssistantDraft, AssistantService
from afterglow.services.threads import ThreadService
from tests.examples import a_session, a_user, an_assistant
from tests.fakes.accounts import InMemoryAccounts, InMemorySessions
from tests.fakes.assistants import InMemoryAssistants, InMemoryConfiguration
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.conversations import InMemoryThreads, Records

USER, OTHER, HASTY = a_user(1), a_user(2), a_user(3, default_assistant_id=1)
DEFAULTS = AssistantDefaults(
    "gpt-6-luna", "You are a helpful assistant.", (Tool("code_interpreter"),)
)


def refusing_for(hasty: User) -> Callable[[User], None]:
    """Return a charge that one user cannot pay."""

    def charge(user: User) -> None:
        if user == hasty:
            raise RateLimitError("Rate limit exceeded", retry_after=60)

    return charge


@pytest.fixture
def assistants() -> AssistantService:
    """Return the service of assistants."""
    accounts = InMemoryAccounts(InMemorySessions())
    for user in (USER, OTHER):
        accounts.create(user, a_session(user))
    return AssistantService(
        InMemoryAssistants(accounts),
        DEFAULTS,
        AssistantLimit(InMemoryConfiguration(), default=3),
        charge_bulk_delete=refusing_for(OTHER),
        now=FakeClock(),
    )


@pytest.fixture
def threads() -> ThreadService:
    """Return the service of threads; the user has assistants 1 and 2."""
    assistants = InMemoryAssistants(InMemoryAccounts(InMemorySessions()))
    for n in (1, 2):
        assistants.add(an_assistant(USER.id, n), limit=20)
    return ThreadService(
        InMemoryThreads(Records()),
        assistants,
        charge_thread=refusing_for(HASTY),
        charge_bulk_delete=refusing_for(OTHER),
        now=FakeClock(),
    )


def test_an_assistant_needs_no_more_than_a_name(assistants: AssistantService) -> None:
    created = assistants.create(USER, AssistantDraft("Ada"))

    assert created.spec == AssistantSpec("Ada", "gpt-6-luna", "You are a helpful assistant.")
    assert created.openai_assistant_id.startswith("asst_")
    assert (created.is_used, created.is_active) == (False, True)
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


def test_default_tools_are_for_those_who_name_none(assistants: AssistantService) -> None:
    created = assistants.create(USER, AssistantDraft("Ada", tools=None), is_used=True)

    assert created.spec.tools == (Tool("code_interpreter"),)
    assert created.is_used


def test_nobody_creates_more_than_the_limit_until_an_admin_moves_it(
    assistants: AssistantService,
) -> None:
    for _ in range(3):
        assistants.create(USER, AssistantDraft("Ada"))

    with pytest.raises(LimitExceededError, match=r"^Assistant limit reached$"):
        assistants.create(USER, AssistantDraft("Ada"))
    with pytest.raises(PermissionDeniedError, match=r"^Admin privileges required$"):
        assistants.limit.change(USER, 4)
    assistants.limit.change(replace(OTHER, role=Role.ADMIN), 4)

    assert assistants.create(USER, AssistantDraft("Ada")).spec.name == "Ada"


def test_what_is_left_out_of_a_change_stays(assistants: AssistantService) -> None:
    draft = AssistantDraft("Ada", "Counts", "gpt-4o", "Count!", 0.5, (Tool("retrieval"),))
    created = assistants.create(USER, draft)

    changed = assistants.change(USER, 1, {"name": "Eve", "is_active": False})

    later = NOON + timedelta(milliseconds=1)
    spec = replace(created.spec, name="Eve")
    assert changed == replace(created, spec=spec, is_active=False, updated_at=later)
    assert assistants.get(USER, 1) == changed


def test_null_is_the_default_or_nothing(assistants: AssistantService) -> None:
    assistants.create(USER, AssistantDraft("Ada", "Counts", "gpt-4o", "Count!", 0.5))

    changed = assistants.change(
        USER,
        1,
        {"description": None, "model": None, "instructions": None, "temperature": None},
    )

    assert changed.spec == AssistantSpec("Ada", "gpt-6-luna", "You are a helpful assistant.")


def test_a_change_that_changes_nothing_writes_nothing(assistants: AssistantService) -> None:
    created = assistants.create(USER, AssistantDraft("Ada"))

    assert assistants.change(USER, 1, {}) == created
    assert assistants.change(USER, 1, {"name": "Ada"}) == created


def test_two_changes_at_once_both_last(
    assistants: AssistantService, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistants.create(USER, AssistantDraft("Ada"))
    store, interruptions = assistants.assistants.change, [{"name": "Eve"}]

    def interrupted(seen: Assistant, wanted: Assistant) -> None:
        if interruptions:
            assistants.change(USER, 1, {"name": interruptions.pop()["name"]})
        store(seen, wanted)

    monkeypatch.setattr(assistants.assistants, "change", interrupted)
    changed = assistants.change(USER, 1, {"temperature": 0.5})

    assert (changed.spec.name, changed.spec.temperature) == ("Eve", 0.5)


def test_a_change_that_never_gets_through_is_a_conflict(
    assistants: AssistantService, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistants.create(USER, AssistantDraft("Ada"))

    def conflicting(_: Assistant, __: Assistant) -> None:
        raise ConflictError("changed")

    monkeypatch.setattr(assistants.assistants, "change", conflicting)

    with pytest.raises(ConflictError, match="being changed by others"):
        assistants.change(USER, 1, {"name": "Eve"})


def test_an_assistant_goes_by_two_names(assistants: AssistantService) -> None:
    created = assistants.create(USER, AssistantDraft("Ada"))
    name = created.openai_assistant_id

    assert assistants.get(USER, name) == created
    assert assistants.change(USER, name, {"name": "Eve"}).spec.name == "Eve"
    with pytest.raises(NotFoundError):
        assistants.delete(OTHER, name)
    assistants.delete(USER, name)
    assert list(assistants.list(USER)) == []


def test_everything_is_deleted_at_a_rate(
    assistants: AssistantService, threads: ThreadService
) -> None:
    for user in (USER, OTHER):
        assistants.create(user, AssistantDraft("Ada"))
    threads.create(USER, title=None, assistant_id=1)

    for service in (assistants, threads):
        service.delete_all(USER)
        with pytest.raises(RateLimitError):
            service.delete_all(OTHER)

    assert list(assistants.list(USER)) == []
    assert list(threads.list(USER)) == []
    assert len(list(assistants.list(OTHER))) == 1


def test_threads_are_opened_at_a_rate(threads: ThreadService) -> None:
    threads.assistants.add(an_assistant(HASTY.id), limit=20)

    with pytest.raises(RateLimitError):
        threads.create(HASTY, title=None, assistant_id=1)

    assert list(threads.list(HASTY)) == []


def test_a_thread_is_changed_and_deleted_by_either_name(threads: ThreadService) -> None:
    thread = threads.create(USER, title="One", assistant_id=1)
    name = thread.openai_thread_id

    threads.change(USER, name, title="Two")
    threads.change(USER, 1, is_archived=True)
    threads.change(USER, 1)

    (changed,) = threads.list(USER)
    assert (changed.title, changed.is_archived) == ("Two", True)
    assert list(threads.messages(USER, name)) == []
    with pytest.raises(NotFoundError):
        threads.change(OTHER, name)
    with pytest.raises(NotFoundError):
        threads.delete(OTHER, name)
    threads.delete(USER, name)
    with pytest.raises(NotFoundError):
        threads.messages(USER, 1)
