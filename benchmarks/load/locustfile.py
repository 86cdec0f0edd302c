"""Closed-loop users for locust: most talk, one too often, one to a function that does nothing."""

import logging
import os

from locust import HttpUser, between, constant, task

from benchmarks.load.conversation import Talker, UnexpectedError

logger = logging.getLogger(__name__)
EMPTY = os.environ["LOAD_EMPTY_URL"]


class Visitor(HttpUser):  # type: ignore[misc] # locust ships its types in its own environment
    """Somebody who does a bit of everything, with pauses."""

    wait_time = between(1, 3)

    def on_start(self) -> None:
        """Settle in."""
        self.talker = Talker(self.client)
        self.talker.settle_in()

    @task(5)
    def say(self) -> None:
        """Be answered at once."""
        self._do(self.talker.say)

    @task(2)
    def say_and_ask_later(self) -> None:
        """Be answered later."""
        self._do(self.talker.say_and_ask_later)

    @task(4)
    def read(self) -> None:
        """Look at lists."""
        self._do(self.talker.read)

    @task(2)
    def read_v1(self) -> None:
        """Look at lists of dialect B."""
        self._do(self.talker.read_v1)

    @task(2)
    def open_v1(self) -> None:
        """Talk in dialect B."""
        self._do(self.talker.open_v1)

    @task(1)
    def make_and_delete(self) -> None:
        """Open a thread and delete it."""
        self._do(self.talker.make_and_delete)

    @task(1)
    def upload(self) -> None:
        """Upload a file and delete it."""
        self._do(self.talker.upload)

    @task(1)
    def sign_in(self) -> None:
        """Sign in."""
        self._do(self.talker.sign_in)

    def _do(self, act) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        try:
            act()
        except UnexpectedError as error:
            # The request is counted as failed; what the run makes of that is the report's.
            logger.warning("%s", error)
            self.environment.events.request.fire(
                request_type="",
                name="unexpected",
                response_time=0,
                response_length=0,
                exception=error,
                context={},
            )


class Hasty(HttpUser):  # type: ignore[misc]
    """Somebody who does not wait, and is refused for it."""

    fixed_count = 1
    wait_time = constant(0.2)

    def on_start(self) -> None:
        """Settle in."""
        self.talker = Talker(self.client)
        self.talker.settle_in()

    @task
    def say(self) -> None:
        """Say something at once again."""
        self.talker.say_too_often()


class Nobody(HttpUser):  # type: ignore[misc]
    """Calls what does nothing, on a cloud of its own beside: what the emulator itself takes."""

    fixed_count = 1
    wait_time = between(0.2, 0.6)
    host = EMPTY

    @task
    def call(self) -> None:
        """Call it."""
        self.client.get("/api/empty", name="GET empty function")
