"""A run whose files are on their way waits for them, inside its own deadline."""

from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.domain.errors import FileLostError, OperationFailedError
from afterglow.domain.models import (
    ApiKeyRecord,
    Citation,
    File,
    FileUse,
    Library,
    MessageRole,
    Run,
    RunState,
    UploadFile,
    UploadState,
    VectorStore,
    WaitReason,
)
from afterglow.ports.engine import PromptFiles, Reply, ReplyState
from afterglow.services.acceptance import DEADLINE
from afterglow.services.polling import PollResult
from afterglow.services.starting import LEASE
from tests.fakes.clock import NOON
from tests.fakes.engine import done, working
from tests.unit.world import BUDGET, Conversation

ANSWERED = [(MessageRole.USER, "Will you?"), (MessageRole.ASSISTANT, "Gladly.")]
SECOND = timedelta(seconds=1)
UNAVAILABLE = OperationFailedError("OpenAI is unavailable", code="openai_unavailable")


class Reading(Conversation):
    """A conversation with an assistant that searches its files, one of which is on its way."""

    def __init__(self) -> None:
        super().__init__()
        self.entry = UploadFile(
            user_id=self.user.id,
            upload_id="upload_1",
            number=0,
            path="handbook.md",
            size=7,
            state=UploadState.IN_PROGRESS,
            created_at=NOON,
            lease_until=NOON,
            assistant_id=1,
        )
        self.shelves.libraries[self.user.id] = Library(self.user.id, files=1)
        self.shelves.stores[self.user.id, 1] = VectorStore(self.user.id, 1, "vs_1", 0)
        self.shelves.place(self.entry)

    def arrive(self) -> None:
        """Let the file be there."""
        self.shelves.place(self.entry.ended(UploadState.COMPLETED))

    def arrive_at(self, seconds: float) -> None:
        """Let the file be there once so much time has passed."""
        sleep, at = self.clock.sleep, self.clock() + timedelta(seconds=seconds)

        def sleep_and_see(nap: float) -> None:
            sleep(nap)
            if self.clock() >= at:
                self.arrive()

        readier = replace(self.driver.starter.readier, sleep=sleep_and_see)
        driver = replace(self.driver, starter=replace(self.driver.starter, readier=readier))
        self.service = replace(self.service, driver=driver)
        self.poller = replace(self.poller, driver=driver)

    def poll(self) -> PollResult:
        """Do what the state machine's task does."""
        (run,) = self.runs()
        return self.poller.poll(run.user_id, run.id)

    def run(self) -> Run:
        """Return the run as it is stored."""
        (run,) = self.runs()
        return run


@pytest.fixture
def reading() -> Reading:
    """Return a conversation that is yet to begin."""
    return Reading()


def test_a_request_looks_again_and_answers_from_the_file(reading: Reading) -> None:
    reading.arrive_at(6)
    reading.engine.then(done("Gladly."))

    assert reading.say("Will you?").content == "Gladly."

    assert reading.clock.naps == [1, 2, 3]
    (prompt,) = reading.engine.prompts
    assert prompt.files == PromptFiles("vs_1")
    run = reading.run()
    assert (run.attempt, run.tries, run.waits_for) == (1, 1, None)


def test_meanwhile_the_run_says_what_it_waits_for(reading: Reading) -> None:
    seen = []
    reading.arrive_at(3)
    sleep = reading.service.driver.starter.readier.sleep

    def sleep_and_look(nap: float) -> None:
        seen.append((reading.run().waits_for, reading.run().lease_until))
        sleep(nap)

    readier = replace(reading.service.driver.starter.readier, sleep=sleep_and_look)
    starter = replace(reading.driver.starter, readier=readier)
    reading.service = replace(reading.service, driver=replace(reading.driver, starter=starter))
    reading.engine.then(done("Gladly."))

    reading.say("Will you?")

    assert seen == [(WaitReason.FILES, NOON + LEASE)] * 2


def test_past_its_time_a_request_leaves_it_to_the_poller(reading: Reading) -> None:
    outcome = reading.send()

    assert (outcome.run.state, outcome.run.waits_for) == (RunState.QUEUED, WaitReason.FILES)
    assert outcome.trouble is None
    assert reading.clock() <= NOON + BUDGET
    assert reading.clock() < outcome.run.lease_until <= reading.clock() + timedelta(seconds=5)
    assert reading.launcher.launched == [(outcome.run.id, 1)]
    assert reading.engine.calls == []
    assert (outcome.run.attempt, outcome.run.tries) == (1, 0)

    reading.clock.advance(timedelta(seconds=5))
    reading.arrive()
    reading.engine.then(done("Gladly."))
    assert reading.poll().is_over
    assert reading.said() == ANSWERED
    assert reading.engine.prompts[0].files == PromptFiles("vs_1")


def test_the_poller_comes_back_in_time_and_spends_no_attempt(reading: Reading) -> None:
    run = reading.send(is_async=True).run
    reading.clock.advance(BUDGET)
    looks = 0
    while reading.clock() < run.deadline - timedelta(minutes=1):
        result = reading.poll()
        assert not result.is_over
        waited = reading.run()
        assert (waited.state, waited.waits_for) == (RunState.QUEUED, WaitReason.FILES)
        assert waited.tries == 0
        age = (reading.clock() - run.created_at).total_seconds()
        assert 2 <= result.wait_seconds <= max(3, min(50, age * 0.15 + 1))
        reading.clock.advance(timedelta(seconds=result.wait_seconds))
        looks += 1

    assert looks > 10
    reading.arrive()
    reading.engine.then(done("Gladly."))
    assert reading.poll().is_over
    assert (reading.said(), reading.run().tries) == (ANSWERED, 1)


def test_after_all_that_waiting_the_upstream_may_fail_as_often_as_ever(reading: Reading) -> None:
    reading.send(is_async=True)
    reading.clock.advance(BUDGET)
    for _ in range(6):
        reading.clock.advance(timedelta(seconds=reading.poll().wait_seconds))
    reading.arrive()
    reading.engine.then(UNAVAILABLE, UNAVAILABLE, done("Gladly."))

    while not (result := reading.poll()).is_over:
        assert reading.run().waits_for is None
        reading.clock.advance(timedelta(seconds=result.wait_seconds))

    assert reading.said() == ANSWERED


def test_a_young_run_is_waited_with_by_the_poller(reading: Reading) -> None:
    reading.send(is_async=True)
    reading.arrive_at(5)
    reading.engine.then(done("Gladly."))

    assert reading.poll().is_over
    assert reading.clock.naps == [1, 2, 3]


def test_its_own_deadline_ends_it(reading: Reading) -> None:
    reading.send()
    while not (result := reading.poll()).is_over:
        reading.clock.advance(timedelta(seconds=result.wait_seconds))

    run = reading.run()
    assert (run.state, run.error and run.error.code) == (RunState.EXPIRED, "run_expired")
    assert run.ended_at is not None
    assert timedelta(0) <= run.ended_at - (run.created_at + DEADLINE) <= 2 * SECOND
    assert run.waits_for is None
    assert reading.engine.calls == []
    assert reading.thread().active_run_id is None


def test_the_sweeper_does_not_have_it_polled_twice(reading: Reading) -> None:
    run = reading.send().run
    for _ in range(5):
        reading.clock.advance(timedelta(minutes=1))
        report = reading.sweeper.sweep(until=reading.clock() + SECOND)
        assert (report.waiting, report.failures) == (1, [])
    assert reading.launcher.launched == [(run.id, 1)]

    reading.arrive()
    reading.engine.then(*[working()] * 3)
    reading.clock.advance(timedelta(minutes=1))
    reading.sweeper.sweep(until=reading.clock() + SECOND)

    assert len(reading.launcher.launched) == 2


def test_a_user_may_cancel_what_waits(reading: Reading) -> None:
    run = reading.send().run

    cancelled = reading.run_service.cancel(reading.user, run.id)

    assert (cancelled.state, cancelled.waits_for) == (RunState.CANCELLED, None)
    assert reading.thread().active_run_id is None


def test_a_key_that_changed_meanwhile_is_the_one_that_is_used(reading: Reading) -> None:
    reading.arrive_at(3)
    version = reading.vault.put(reading.user.id, "sk-another")
    key = ApiKeyRecord("ther", "e" * 64, version, NOON)
    # The request still knows the user as they were when it came.
    reading.accounts.set_api_key(reading.user.id, key)
    reading.engine.then(done("Gladly."))

    assert reading.send().run.state is RunState.COMPLETED

    assert reading.engine.keys[0] != reading.engine.keys[-1] == "sk-another"


@pytest.mark.parametrize(
    ("lost", "which"),
    [
        (OperationFailedError("lost", code="vector_store_lost"), None),
        (FileLostError("lost", upstream_id="file-up"), "file-up"),
    ],
)
def test_files_that_are_gone_upstream_are_looked_after_and_asked_for_again(
    reading: Reading, lost: OperationFailedError, which: str | None
) -> None:
    reading.arrive()
    reading.engine.then(lost, done("Gladly."))

    assert reading.send().run.state is RunState.COMPLETED

    assert reading.rebuilds == [(reading.user.id, which)]
    assert reading.engine.calls == ["start", "start"]


def test_files_that_cannot_be_brought_back_end_the_run(reading: Reading) -> None:
    reading.arrive()
    lost = OperationFailedError("OpenAI no longer has the files", code="vector_store_lost")
    reading.engine.then(lost, lost, lost)

    run = reading.send().run

    assert (run.state, run.error and run.error.code) == (RunState.FAILED, "vector_store_lost")


def add_a_file(reading: Reading) -> File:
    """Let the user have a file that is `file-up` upstream."""
    file = File(
        id="file-ours",
        user_id=reading.user.id,
        path="club/handbook.md",
        size=7,
        sha256="0" * 64,
        use=FileUse.SEARCH,
        created_at=NOON,
        upstream_id="file-up",
    )
    reading.shelves.files[file.user_id, file.id] = file
    reading.shelves.upstream[file.user_id, "file-up"] = file.id
    return file


def resting_on(*upstream_ids: str, state: ReplyState = ReplyState.DONE) -> Reply:
    """Return a reply that rests on files."""
    citations = tuple(
        Citation(upstream_id, f"{upstream_id}.md", place)
        for place, upstream_id in enumerate(upstream_ids)
    )
    return replace(done("Gladly."), state=state, citations=citations)


def test_an_answer_rests_on_files_by_our_ids_and_names(reading: Reading) -> None:
    reading.arrive()
    add_a_file(reading)
    reading.engine.then(working(), resting_on("file-up", "file-strange", "file-up"))

    answer = reading.say("Will you?")

    assert answer.citations == (
        Citation("file-ours", "handbook.md", 0),
        Citation(None, "file-strange.md", 1),
        Citation("file-ours", "handbook.md", 2),
    )
    assert [*reading.threads.messages(reading.user.id, 1)][-1] == answer


def test_nobody_elses_file_is_named(reading: Reading) -> None:
    reading.arrive()
    file = add_a_file(reading)
    del reading.shelves.files[file.user_id, file.id]
    reading.shelves.files[file.user_id + 1, file.id] = replace(file, user_id=file.user_id + 1)
    reading.shelves.upstream[file.user_id + 1, "file-up"] = file.id
    reading.engine.then(resting_on("file-up"))

    assert reading.say("Will you?").citations == (Citation(None, "file-up.md", 0),)


def test_as_much_as_there_was_of_an_answer_rests_on_files_too(reading: Reading) -> None:
    reading.arrive()
    add_a_file(reading)
    reading.engine.then(working(), resting_on("file-up", state=ReplyState.INCOMPLETE))

    reading.send()

    partial = [*reading.threads.messages(reading.user.id, 1)][-1]
    assert (partial.is_partial, partial.citations) == (
        True,
        (Citation("file-ours", "handbook.md", 0),),
    )


def test_an_answer_that_rests_on_nothing_costs_no_look(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("nothing was cited")

    monkeypatch.setattr(reading.files, "by_upstream_ids", never)
    reading.arrive()
    reading.engine.then(done("Gladly."))

    assert reading.say("Will you?").citations == ()
