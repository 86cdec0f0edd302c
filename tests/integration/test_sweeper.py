"""The functions that look after runs nobody waits for: what they answer, log and measure."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from afterglow import bootstrap
from afterglow.api.jobs import LAST_STEP, JobFailedError
from afterglow.domain.models import Run, RunState
from afterglow.ports.conversations import Terms
from afterglow.ports.engine import Reply
from afterglow.settings import settings
from tests.canaries import canary, leaks
from tests.contract.uploading import an_entry, an_upload
from tests.contract.worlds import World, deployed
from tests.delivery import function_module, overheard
from tests.departures import settled
from tests.events import Context
from tests.examples import a_question, a_run
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.engine import ScriptedEngine, done, working
from tests.pollers import looked_after_by
from tests.template.document import ROOT
from tests.wiretap import Wiretap, refusing, undisturbed

LATER = timedelta(minutes=2)
NOTHING = {"recovered": 0, "waiting": 0, "unfinished": 0, "failed": 0, "uploads": 0}
EVENT = json.loads((ROOT / "events" / "sweeper.json").read_text())


class LostUpstreamError(Exception):
    """Nothing that anyone foresaw."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a function answered, and the lines it logged."""

    answer: dict[str, Any]
    lines: list[dict[str, Any]]

    def line(self, message: str) -> dict[str, Any]:
        """Return the one line that says this."""
        (line,) = (each for each in self.lines if each.get("message") == message)
        return line

    @property
    def metrics(self) -> dict[str, float]:
        """Return what was measured, checked to be said as CloudWatch takes it."""
        (line,) = (each for each in self.lines if "RunsRecovered" in each)
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        assert directive["Namespace"] == "Afterglow"
        assert directive["Dimensions"] == [["service"]]
        assert line["service"] == "afterglow-local"
        return {each["Name"]: line[each["Name"]][0] for each in directive["Metrics"]}


@pytest.fixture
def world() -> World:
    """Return the adapters."""
    return deployed()


@pytest.fixture
def clock() -> FakeClock:
    """Return a clock two minutes after everything was begun."""
    return FakeClock(NOON + LATER)


def left(world: World, *, bound: bool = True) -> Run:
    """Return a run of a new user that its request has left."""
    thread, _ = settled(world).thread()
    run = a_run(thread)
    world.ledger.accept(thread, run, a_question(run, canary("question")), Terms(3))
    return world.ledger.bind(run, f"resp_{run.id}") if bound else run


def ran(work: Callable[[], dict[str, Any]], engine: ScriptedEngine, clock: FakeClock) -> Done:
    """Have a function run and return what it did; nothing secret is logged."""
    with looked_after_by(engine.opened_with, clock, clock.sleep), overheard() as log:
        answer = work()
    assert not leaks(log.getvalue()), "something secret was logged"
    return Done(answer, [json.loads(line) for line in log.getvalue().splitlines()])


def swept(engine: ScriptedEngine, clock: FakeClock, seconds_left: float = 60) -> Done:
    """Have the sweeper run with so much of its time left."""
    context = Context(milliseconds_left=int(seconds_left * 1000))
    handler = function_module("sweeper").lambda_handler
    return ran(lambda: handler(EVENT, context), engine, clock)


def polled(run: Run, engine: ScriptedEngine, clock: FakeClock) -> Done:
    """Have the poller look at a run."""
    event = {"user_id": run.user_id, "run_id": run.id}
    handler = function_module("poller").lambda_handler
    return ran(lambda: handler(event, Context()), engine, clock)


def test_a_run_that_nobody_is_at_work_on_is_recovered(world: World, clock: FakeClock) -> None:
    run = left(world)

    sweep = swept(ScriptedEngine(done(canary("answer"), f"resp_{run.id}")), clock)

    assert sweep.answer == NOTHING | {"recovered": 1}
    assert world.runs.get(run.user_id, run.id).state is RunState.COMPLETED
    told = sweep.line("swept") | sweep.line("swept uploads")
    assert told.items() >= sweep.answer.items()
    assert sweep.line("swept")["oldest_seconds"] == 120


def test_what_was_recovered_and_how_old_it_was_is_measured(world: World, clock: FakeClock) -> None:
    run = left(world)

    sweep = swept(ScriptedEngine(done("Gladly.", f"resp_{run.id}")), clock)

    assert sweep.metrics == {"RunsRecovered": 1, "OldestOpenRunSeconds": 120}


def test_that_nothing_is_due_is_measured_too(clock: FakeClock) -> None:
    sweep = swept(ScriptedEngine(), clock)

    assert sweep.answer == NOTHING
    assert sweep.metrics == {"RunsRecovered": 0, "OldestOpenRunSeconds": 0}


def test_a_run_that_goes_on_waits_and_is_not_due_again_at_once(
    world: World, clock: FakeClock
) -> None:
    run = left(world)
    engine = ScriptedEngine(working(f"resp_{run.id}"))

    assert swept(engine, clock).answer == NOTHING | {"waiting": 1}
    assert swept(engine, clock).answer == NOTHING
    engine.assert_complete()


def test_a_run_that_was_never_begun_is_begun(world: World, clock: FakeClock) -> None:
    run = left(world, bound=False)

    swept(ScriptedEngine(done("Gladly.")), clock)

    stored = world.runs.get(run.user_id, run.id)
    assert (stored.state, stored.attempt) == (RunState.COMPLETED, run.attempt + 1)


def test_one_that_fails_leaves_the_others_their_turn(world: World, clock: FakeClock) -> None:
    runs = [left(world) for _ in range(3)]
    replies: list[Reply | Exception] = [done("Gladly.", f"resp_{run.id}") for run in runs]
    engine = ScriptedEngine(replies[0], LostUpstreamError(canary("error")), replies[2])

    sweep = swept(engine, clock)

    assert sweep.answer == NOTHING | {"recovered": 2, "failed": 1}
    line = sweep.line("failed")
    assert line["error"] == "LostUpstreamError"
    assert (line["user_id"], line["run_id"]) in {(run.user_id, run.id) for run in runs}
    assert line["where"]


def test_no_run_is_begun_with_when_the_time_is_up(world: World, clock: FakeClock) -> None:
    left(world)

    sweep = swept(ScriptedEngine(), clock, seconds_left=LAST_STEP.total_seconds())

    assert sweep.answer == NOTHING | {"unfinished": 1}
    assert sweep.metrics["OldestOpenRunSeconds"] == 120


def test_a_sweeper_that_finds_nothing_out_fails_without_a_word(
    aws: Wiretap, clock: FakeClock
) -> None:
    with (
        aws.breaking("Query", refusing("AccessDeniedException")),
        pytest.raises(JobFailedError) as caught,
    ):
        swept(ScriptedEngine(), clock)

    assert str(caught.value) == "sweep"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_due_uploads_are_queued_again(world: World, clock: FakeClock) -> None:
    upload, now = an_upload(world), bootstrap.now()
    due, later = (
        an_entry(upload, number, lease_until=now + timedelta(hours=hours))
        for number, hours in enumerate((-1, 1))
    )
    world.uploads.open(upload, [due, later])

    sweep = swept(ScriptedEngine(), clock)

    assert sweep.answer == NOTHING | {"uploads": 1}
    queue = boto3.client("sqs").receive_message(QueueUrl=settings().ingest_queue_url)
    (message,) = queue["Messages"]
    assert json.loads(message["Body"]) == {
        "user_id": due.user_id,
        "upload_id": due.upload_id,
        "number": due.number,
    }
    (measured,) = (line for line in sweep.lines if "UploadsRecovered" in line)
    assert measured["UploadsRecovered"] == [1.0]


@pytest.mark.parametrize(
    ("index", "other"), [("DueUploads", "swept"), ("DueRuns", "swept uploads")]
)
def test_what_cannot_be_swept_keeps_nothing_else_from_it(
    aws: Wiretap, index: str, other: str
) -> None:
    refuse = refusing("AccessDeniedException")

    def fault(event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        assert isinstance(request.body, bytes)
        is_of_index = json.loads(request.body).get("IndexName") == index
        return refuse(event_name, request) if is_of_index else undisturbed(event_name, request)

    with overheard() as log, aws.breaking("Query", fault), pytest.raises(JobFailedError):
        function_module("sweeper").lambda_handler(EVENT, Context())

    messages = [json.loads(line).get("message") for line in log.getvalue().splitlines()]
    assert messages.count("failed") == 1
    assert other in messages


def test_a_poll_says_when_to_look_again(world: World, clock: FakeClock) -> None:
    run = left(world)

    poll = polled(run, ScriptedEngine(working(f"resp_{run.id}")), clock)

    assert poll.answer == {"is_over": False, "wait_seconds": 18}
    line = poll.line("polled")
    assert line.items() >= {"user_id": run.user_id, "run_id": run.id, **poll.answer}.items()
    assert line["level"] == "INFO"


def test_a_poll_says_that_a_run_is_over(world: World, clock: FakeClock) -> None:
    run = left(world)

    poll = polled(run, ScriptedEngine(done("Gladly.", f"resp_{run.id}")), clock)
    again = polled(run, ScriptedEngine(), clock)

    assert poll.answer == again.answer == {"is_over": True, "wait_seconds": 0}


def test_a_run_that_is_not_there_is_over(world: World, clock: FakeClock) -> None:
    thread, _ = settled(world).thread()

    assert polled(a_run(thread), ScriptedEngine(), clock).answer["is_over"] is True


def test_a_poll_that_fails_says_no_word_of_why_but_in_the_log(
    world: World, clock: FakeClock
) -> None:
    run = left(world)
    engine = ScriptedEngine(LostUpstreamError(canary("error")))

    with pytest.raises(JobFailedError) as caught, overheard() as log:
        polled(run, engine, clock)

    assert str(caught.value) == "poll"
    assert not leaks(log.getvalue())
