"""What the cost model is fed with: one request, message or pass of each kind."""

from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from typing import Any

from afterglow import bootstrap
from afterglow.adapters.s3.staging import staging_key
from afterglow.bootstrap import ports
from benchmarks.capacity.reading import reading
from benchmarks.capacity.scenes import Scene, swept, turn
from benchmarks.capacity.stages import expected, someone
from tests.browser import Browser
from tests.events import Answer
from tests.fakes.engine import ScriptedEngine, done, working
from tests.fakes.upstream_files import InMemoryUpstream
from tests.ingests import called, told, uploading_to, worked_off
from tests.integration.later import BUDGET, post_late
from tests.integration.people import user_id_of
from tests.pollers import looked_after_by
from tests.tables import empty_tables
from tests.uploading import announce, upload

# Of a run that is polled: older than its request waited.
AGE = BUDGET * 2


def kinds(engine: ScriptedEngine) -> Iterator[Scene]:
    """Return every kind, of somebody who has talked before."""
    empty_tables()
    yield "sweep", reading(swept)
    yield "reap", reading(lambda: called("reaper", {}))
    user = someone(engine)
    yield "turn", reading(lambda: turn(user, engine))
    yield from _late(user, engine)
    upstream = InMemoryUpstream()
    with uploading_to(upstream.opened_with):
        yield from _uploads(user)
    empty_tables()


def _late(user: Browser, engine: ScriptedEngine) -> Iterator[Scene]:
    """A turn that its request does not see the end of, and who asks after it."""
    engine.then(working())
    taken = partial(post_late, user, "/api/chat", {"threadId": 1, "message": "Hello?"})
    run_ids: list[str] = []

    def begin() -> Answer:
        answer = expected(taken(), HTTPStatus.ACCEPTED)
        run_ids.append(answer.body["runId"])
        return answer

    yield "turn taken", reading(begin)
    (run_id,) = run_ids
    yield "run asked after", reading(lambda: user.get(f"/api/runs/{run_id}"))
    event = {"user_id": user_id_of(user), "run_id": run_id}
    for name, step in (("poll", working()), ("last poll", done("An answer."))):
        engine.then(step)
        yield name, reading(partial(_poll, engine, event))


def _poll(engine: ScriptedEngine, event: dict[str, Any]) -> None:
    now = bootstrap.now
    with looked_after_by(engine.opened_with, lambda: now() + AGE, lambda _: None):
        called("poller", event)


def _sent(user: Browser, name: str) -> Answer:
    return expected(upload(user, name, f"{name} is not long.".encode(), 1), HTTPStatus.OK)


def _uploads(user: Browser) -> Iterator[Scene]:
    """A small file in a form of ours, and one in a form of S3's: announced, sent, taken in."""
    # The first makes the assistant's vector store.
    _sent(user, "first.txt")
    yield "upload", reading(lambda: _sent(user, "pump.txt"))
    file = {"path": "valve.txt", "size": 7}
    announced: list[str] = []

    def ask() -> Answer:
        answer = expected(announce(user, file, assistant_id=1), HTTPStatus.CREATED)
        announced.append(answer.body["id"])
        return answer

    yield "form asked for", reading(ask)
    entry = ports.uploads().file(user_id_of(user), announced[0], 0)
    ports.staging().put(entry, b"A text.")
    yield "form taken in", reading(lambda: worked_off(told(staging_key(entry))))
