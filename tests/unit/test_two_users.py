"""Two users do what they please, and now and then a process dies: a dictionary says what is so."""

from datetime import timedelta
from functools import partial

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from afterglow.domain.errors import (
    ConflictError,
    DomainError,
    InvalidInputError,
    NotFoundError,
    RateLimitError,
    ReusedKeyError,
)
from afterglow.domain.models import RunState, User
from afterglow.services.acceptance import DEADLINE
from afterglow.services.starting import LEASE
from tests.mortality import Life
from tests.unit.echo import echoed
from tests.unit.settlers import Settlers
from tests.unit.town import MOST_OPEN
from tests.unit.townspeople import MOST_CALLS, NAMES, deaths, who


class TwoUsers(Settlers):
    """What they say to their assistants, what dies meanwhile, and what is so all the same."""

    # Messages.

    @rule(name=who, data=st.data())
    def chat(self, name: str, data: st.DataObject) -> None:
        self._say(name, self.one_of(self.model[name].threads, data), None)

    @rule(name=who, data=st.data())
    def chat_on(self, name: str, data: st.DataObject) -> None:
        """Do it more often than anything else."""
        self.chat(name=name, data=data)

    @rule(name=who, data=st.data(), life=deaths)
    def chat_and_die(self, name: str, data: st.DataObject, life: Life) -> None:
        self._say(name, self.one_of(self.model[name].threads, data), life)

    def _say(self, name: str, thread_id: int, life: Life | None) -> None:
        if user := self.signed_in(name):
            self.words += 1
            self._send(name, user, thread_id, f"{name} says {self.words}", life)

    @precondition(lambda self: any(model.sent for model in self.model.values()))
    @rule(name=who, data=st.data(), life=st.none() | deaths)
    def chat_again(self, name: str, data: st.DataObject, life: Life | None) -> None:
        model, user = self.model[name], self.signed_in(name)
        if user is None or not model.sent:
            return
        key = data.draw(st.sampled_from(sorted(model.sent)))
        thread_id, text = model.sent[key]
        if thread_id not in model.threads:
            return
        before, calls = len(model.threads[thread_id].said), self.town.upstream.creates.copy()
        with self.living(life):
            outcome = self.town.send(user, thread_id, text, key)
            assert outcome.is_replayed
            if outcome.answer is not None:
                assert outcome.answer.content == echoed(text)
        assert len(model.threads[thread_id].said) == before
        assert self.town.upstream.creates == calls

    @precondition(lambda self: any(model.sent for model in self.model.values()))
    @rule(name=who, data=st.data())
    def use_a_key_for_something_else(self, name: str, data: st.DataObject) -> None:
        model, user = self.model[name], self.signed_in(name)
        if user is not None and model.sent:
            key = data.draw(st.sampled_from(sorted(model.sent)))
            thread_id, _ = model.sent[key]
            send = partial(self.town.send, user, thread_id, "something else", key)
            self.refused(ReusedKeyError, send)

    @rule(life=st.none() | deaths)
    def sweep(self, life: Life | None) -> None:
        self.town.clock.advance(LEASE)
        with self.living(life):
            self.town.sweeper.sweep(until=self.town.clock() + timedelta(minutes=1))
        self.settle()

    @rule()
    def pause(self) -> None:
        """What was not begun by then is not begun any more; the next message takes it along."""
        self.town.clock.advance(DEADLINE)
        self.sweep(life=None)

    @rule(name=who)
    def pry(self, name: str) -> None:
        """Ids of what is somebody else's are ids of nothing."""
        user = self.signed_in(name)
        other = next(each for each in NAMES if each != name)
        if user is None or self.id_of(other) is None:
            return
        for thread in self.town.threads.list(self.id_of(other) or 0):
            find = partial(self.town.thread_service.get, user, thread.openai_thread_id)
            self.refused(NotFoundError, find)

    # What is so after each of them.

    @invariant()
    def everyone_has_what_is_theirs(self) -> None:
        for name, model in self.model.items():
            owner = self.id_of(name)
            if owner is None:
                continue
            listed = {thread.id: thread for thread in self.town.threads.list(owner)}
            assert listed.keys() == model.threads.keys()
            for thread_id, thread in model.threads.items():
                messages = list(self.town.threads.messages(owner, thread_id))
                assert [(m.role.value, m.content) for m in messages] == thread.said
                assert [m.id for m in messages] == list(range(1, len(messages) + 1))
                assert (listed[thread_id].active_run_id is None) == (thread.pending is None)
                assert listed[thread_id].last_message_id == len(messages)
            repository = self.town.assistants.assistants
            assert {each.id for each in repository.list(owner)} == model.assistants

    @invariant()
    def who_is_signed_in_is_known(self) -> None:
        for name, model in self.model.items():
            if model.token is not None:
                user = self.town.accounts.session_service.authenticate(model.token)
                assert user.username == name

    @invariant()
    def nobody_hears_of_the_other(self) -> None:
        for api_key, text in self.town.upstream.heard:
            assert api_key.split("-")[1] == text.removeprefix("You say: ").split(" ")[0]

    @invariant()
    def no_turn_costs_too_much(self) -> None:
        assert max(self.town.upstream.creates.values(), default=0) <= MOST_CALLS

    @invariant()
    def no_more_runs_are_open_than_may_be(self) -> None:
        for name in NAMES:
            assert len(self.town.open_runs(self.id_of(name) or 0)) <= MOST_OPEN

    def teardown(self) -> None:
        """After quiescence nothing is under way."""
        for _ in range(MOST_CALLS + 1):
            self.sweep(life=None)
        self.everyone_has_what_is_theirs()
        assert not any(self.town.open_runs(self.id_of(name) or 0) for name in NAMES)
        assert not any(t.pending for m in self.model.values() for t in m.threads.values())

    def _send(self, name: str, user: User, thread_id: int, text: str, life: Life | None) -> None:
        key = f"key of {text}"
        expected = self._expected_refusal(name, user, thread_id)
        if expected is not None:
            self.refused(expected, lambda: self.town.send(user, thread_id, text, key))
            return
        with self.living(life):
            outcome = self.town.send(user, thread_id, text, key)
            assert (outcome.run.state, outcome.is_replayed) == (RunState.COMPLETED, False)
        if (user.id, key) in self.town.records.made:
            self.model[name].sent[key] = (thread_id, text)
            self.model[name].threads[thread_id].said.append(("user", text))
            self.model[name].threads[thread_id].pending = key
        else:
            assert life is not None
        self.settle()

    def _expected_refusal(self, name: str, user: User, thread_id: int) -> type[DomainError] | None:
        model = self.model[name]
        thread = model.threads.get(thread_id)
        if model.api_key is None:
            return InvalidInputError
        if thread is None:
            return NotFoundError
        if thread.pending is not None:
            return ConflictError
        if thread.assistant_id not in model.assistants:
            return InvalidInputError
        return RateLimitError if len(self.town.open_runs(user.id)) >= MOST_OPEN else None


TestTwoUsers = TwoUsers.TestCase
TestTwoUsers.settings = settings(
    max_examples=100,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
