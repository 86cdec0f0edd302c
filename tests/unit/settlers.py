"""Townspeople who register, and make and delete assistants and threads."""

from datetime import timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from afterglow.domain.errors import (
    AuthenticationError,
    InvalidInputError,
    LimitExceededError,
    NotFoundError,
)
from tests.unit.town import ASSISTANT_LIMIT
from tests.unit.townspeople import NAMES, NOBODYS, ThreadModel, Townspeople, who


class Settlers(Townspeople):
    """What there is before anybody says a word."""

    @initialize()
    def settle_in(self) -> None:
        """Most has to be there before anything can go wrong."""
        for name in NAMES:
            self.register(name=name)
            self.set_key(name=name)
            self.create_assistant(name=name)
            for _ in range(2):
                self.make_thread(name, assistant_id=1)

    # Accounts.

    @rule(name=who)
    def register(self, name: str) -> None:
        user, password = self.model[name], f"the long password of {name}"
        if user.password:
            self.refused(InvalidInputError, lambda: self.town.accounts.register(name, password))
            return
        user.token = self.town.accounts.register(name, password).token
        user.password = password

    @rule(name=who, is_right=st.sampled_from([True, True, True, False]))
    def login(self, name: str, is_right: bool) -> None:  # noqa: FBT001 - hypothesis draws it
        user = self.model[name]
        if user.password and is_right:
            user.token = self.town.accounts.login(name, user.password, presented=user.token).token
        else:
            # After too many, even the right one would have to wait.
            self.town.clock.advance(timedelta(hours=1))
            self.refused(
                AuthenticationError, lambda: self.town.accounts.login(name, "another password")
            )

    @rule(name=who)
    def logout(self, name: str) -> None:
        token, self.model[name].token = self.model[name].token, None
        self.town.accounts.session_service.end(token)
        if token is not None:
            self.refused(
                AuthenticationError, lambda: self.town.accounts.session_service.authenticate(token)
            )

    @rule(name=who)
    def set_key(self, name: str) -> None:
        if user := self.signed_in(name):
            self.words += 1
            key = f"sk-{name}-{self.words:040d}"
            self.town.credentials.set_api_key(user, key)
            self.model[name].api_key = key

    # Assistants and threads.

    @rule(name=who)
    def create_assistant(self, name: str) -> None:
        model, user = self.model[name], self.signed_in(name)
        if user is None:
            return
        # An id is given out before it is known whether there is room.
        model.assistants_made += 1
        if len(model.assistants) >= ASSISTANT_LIMIT:
            self.refused(LimitExceededError, lambda: self.new_assistant(user))
            return
        assert self.new_assistant(user) == model.assistants_made
        model.assistants.add(model.assistants_made)

    @rule(name=who, data=st.data())
    def delete_assistant(self, name: str, data: st.DataObject) -> None:
        assistant_id = self.one_of(self.model[name].assistants, data)
        if user := self.signed_in(name):
            delete = partial(self.town.assistants.delete, user, assistant_id)
            if assistant_id not in self.model[name].assistants:
                self.refused(NotFoundError, delete)
                return
            delete()
            self.model[name].assistants.remove(assistant_id)

    @rule(name=who)
    def delete_assistants(self, name: str) -> None:
        if user := self.signed_in(name):
            self.town.assistants.delete_all(user)
            self.model[name].assistants.clear()
            self.create_assistant(name=name)

    @rule(name=who, data=st.data())
    def create_thread(self, name: str, data: st.DataObject) -> None:
        self.make_thread(name, self.one_of(self.model[name].assistants, data))

    def make_thread(self, name: str, assistant_id: int) -> None:
        model, user = self.model[name], self.signed_in(name)
        if user is None:
            return
        create = self.town.thread_service.create
        if assistant_id not in model.assistants:
            self.refused(NotFoundError, lambda: create(user, title=None, assistant_id=assistant_id))
            return
        thread = create(user, title=None, assistant_id=assistant_id)
        model.threads_made += 1
        assert thread.id == model.threads_made
        model.threads[thread.id] = ThreadModel(assistant_id)

    @rule(name=who, data=st.data())
    def delete_thread(self, name: str, data: st.DataObject) -> None:
        thread_id = self.one_of(self.model[name].threads, data)
        if user := self.signed_in(name):
            delete = partial(self.town.thread_service.delete, user, thread_id)
            if thread_id not in self.model[name].threads:
                self.refused(NotFoundError, delete)
                return
            delete()
            self.forget(name, [thread_id])

    @rule(name=who)
    def delete_threads(self, name: str) -> None:
        if user := self.signed_in(name):
            self.town.thread_service.delete_all(user)
            self.forget(name, [*self.model[name].threads])
            self.make_thread(name, max(self.model[name].assistants, default=NOBODYS))
