"""Closed-loop users for locust: most talk, one too often, one to a function that does nothing."""

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar

from locust import HttpUser, between, constant

from benchmarks.load.conversation import BrokenPromiseError, Talker, UnexpectedError

EMPTY = os.environ["LOAD_EMPTY_URL"]
Task = Callable[[Any], None]


def doing(act: Callable[[Talker], None]) -> Task:
    """Return the task of a user who does something; what goes wrong is counted, and they go on."""

    def task(user: Any) -> None:
        try:
            with suppress(UnexpectedError):
                act(user.talker)
        except BrokenPromiseError as error:
            user.environment.events.request.fire(
                request_type="",
                name=f"gone wrong: {act.__name__}",
                response_time=0,
                response_length=0,
                exception=error,
                context={},
            )

    return task


class Settled(HttpUser):  # type: ignore[misc] # its types are in an environment of its own
    """Somebody with an account and all that belongs to it."""

    abstract = True

    def on_start(self) -> None:
        """Settle in."""
        self.talker = Talker(self.client)
        self.talker.settle_in()


class Visitor(Settled):
    """Somebody who does a bit of everything, with pauses."""

    wait_time = between(1, 3)
    tasks: ClassVar[dict[Task, int]] = {
        doing(Talker.say): 5,
        doing(Talker.say_and_ask_later): 2,
        doing(Talker.read): 4,
        doing(Talker.read_v1): 2,
        doing(Talker.open_v1): 2,
        doing(Talker.make_and_delete): 1,
        doing(Talker.upload): 1,
        doing(Talker.sign_in): 1,
    }


class Hasty(Settled):
    """Somebody who does not wait, and is refused for it."""

    fixed_count = 1
    wait_time = constant(0.2)
    tasks: ClassVar[list[Task]] = [doing(Talker.say_too_often)]


def call_nothing(user: Any) -> None:
    """Call what does nothing."""
    user.client.get(f"{EMPTY}/api/empty", name="GET empty function")


class Nobody(HttpUser):  # type: ignore[misc] # as above
    """Calls what does nothing, on a cloud of its own beside: what the emulator itself takes."""

    fixed_count = 1
    wait_time = between(0.2, 0.6)
    tasks: ClassVar[list[Task]] = [call_nothing]
