"""Two users of a town, and a dictionary that says what they have."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from afterglow.domain.errors import DomainError
from afterglow.domain.models import RunState, User
from afterglow.services.assistants import AssistantDraft
from tests.mortality import Killed, Life
from tests.unit.echo import echoed
from tests.unit.town import IMMORTAL, Town

NAMES = ("ada", "bob")
# That a turn may cost upstream, whoever dies: one, and three too many.
MOST_CALLS = 4
who = st.sampled_from(NAMES)
# An id that nothing has.
NOBODYS = 99
# Where a process dies: at so many calls, before the next or before its reply.
deaths = st.builds(Life, st.integers(0, 5), st.booleans())


@dataclass
class ThreadModel:
    """What a thread holds: (role, text). `pending` is the key of what is under way."""

    assistant_id: int
    said: list[tuple[str, str]] = field(default_factory=list)
    pending: str | None = None


@dataclass
class UserModel:
    """What a user has. `sent` is what each key was used for: a thread and a text."""

    password: str = ""
    token: str | None = None
    api_key: str | None = None
    assistants: set[int] = field(default_factory=set)
    assistants_made: int = 0
    threads: dict[int, ThreadModel] = field(default_factory=dict)
    threads_made: int = 0
    sent: dict[str, tuple[int, str]] = field(default_factory=dict)


# How a run ends whose last attempt was killed, or met what an earlier one would have been spared.
LAST_WORDS = {"run_abandoned", "openai_unavailable"}
# Too late, or the key changed twice while it was under way.
AT_ANY_TIME = {"run_expired", "response_lost"}


class Living:
    """A process that may be killed; the next one lives."""

    def __init__(self, town: Town, life: Life | None) -> None:
        self._town = town
        self._life = life

    def __enter__(self) -> None:
        """Begin its life."""
        if self._life is not None:
            self._town.life = Life(self._life.calls, self._life.unanswered)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        """End it."""
        self._town.life = Life(IMMORTAL)
        return kind is Killed


class Townspeople(RuleBasedStateMachine):
    """The services, and the dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.town = Town()
        self.model = {name: UserModel() for name in NAMES}
        self.words = 0

    def living(self, life: Life | None) -> "Living":
        return Living(self.town, life)

    def refused(self, expected: type[DomainError], act: Callable[[], object]) -> None:
        with pytest.raises(expected):
            act()

    def new_assistant(self, user: User) -> int:
        return self.town.assistants.create(user, AssistantDraft("Guide")).id

    def one_of(self, ids: Iterable[int], data: st.DataObject) -> int:
        """Return an id of what is there; of nothing, if that is so or now and then."""
        return data.draw(st.sampled_from([*sorted(ids) * 3, NOBODYS]))

    def signed_in(self, name: str) -> User | None:
        """Return who is signed in as that."""
        token = self.model[name].token
        return (token and self.town.accounts.session_service.authenticate(token)) or None

    def id_of(self, name: str) -> int | None:
        return self.town.accounts.accounts.ids.get(name)

    def forget(self, name: str, thread_ids: list[int]) -> None:
        for thread_id in thread_ids:
            del self.model[name].threads[thread_id]

    def settle(self) -> None:
        """Note in the dictionary how the runs have ended that were under way."""
        for name, model in self.model.items():
            for thread in [each for each in model.threads.values() if each.pending]:
                made = self.town.records.made[self.id_of(name) or 0, thread.pending or ""].made
                run = self.town.runs.get(self.id_of(name) or 0, made)
                if run.state is RunState.COMPLETED:
                    text = model.sent[thread.pending or ""][1]
                    thread.said.append(("assistant", echoed(text)))
                elif run.is_over:
                    # Only who is killed again and again is given up, or comes too late.
                    assert run.error is not None
                    is_last = run.attempt == MOST_CALLS and run.error.code in LAST_WORDS
                    assert is_last or run.error.code in AT_ANY_TIME, run
                if run.is_over:
                    thread.pending = None
