"""Whatever ends a pass, and wherever: later ones finish it, and nothing is left.

To end after a call is to end before the next one, so each call is a place to end only once.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.secretsmanager.models import secretsmanager_backends

from afterglow.adapters.dynamodb import remains
from afterglow.adapters.dynamodb.contents import MAX_ITEM_BYTES
from afterglow.adapters.dynamodb.records.conversations import message_item
from afterglow.adapters.dynamodb.records.runs import run_item
from afterglow.adapters.dynamodb.tables.conversations import MessageItem, RunItem
from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import RunState, Thread
from afterglow.services.clearing import LAST_REQUESTS
from tests.buckets import bucket_snapshot, empty_bucket, kept_texts
from tests.contract.worlds import World, deployed
from tests.departures import Customer, one_pass, reaper, settled
from tests.examples import a_question, a_run, a_session, a_user, an_answer
from tests.fakes.clock import FakeClock
from tests.fakes.engine import ScriptedEngine
from tests.mortality import Life
from tests.tables import empty_tables, items, snapshot
from tests.wiretap import Wiretap

LONG = "!" * (MAX_ITEM_BYTES + 1)


@dataclass
class Mortal:
    """The reaper in processes that end, at AWS or upstream; `kept` is what upstream still has."""

    aws: Wiretap
    world: World
    clock: FakeClock = field(default_factory=FakeClock)
    kept: set[str] = field(default_factory=set)

    def pass_with(self, life: Life) -> bool:
        """Have a pass that may be killed, and tell whether it was not."""
        engine = MortalEngine(self, life)
        mortal = reaper(self.world, engine.opened_with, self.clock)
        return self.aws.outlived(life, lambda: one_pass(mortal))

    def last_pass(self) -> None:
        """Have a pass that nothing happens to."""
        assert self.pass_with(Life(1_000_000))


class MortalEngine(ScriptedEngine):
    """An engine that counts as a call to the outside, like those to AWS."""

    def __init__(self, mortal: Mortal, life: Life) -> None:
        super().__init__()
        self.mortal = mortal
        self.life = life

    def delete(self, response_id: str) -> None:
        """Stop the work if it goes on, and have it gone; what is gone already is no error."""
        self.life.through(lambda: self.mortal.kept.discard(response_id))


@pytest.fixture
def mortal(aws: Wiretap) -> Mortal:
    """Return a world on DynamoDB in which passes may be killed."""
    empty_tables()
    empty_bucket()
    return Mortal(aws, deployed())


def talkative(customer: Customer, turns: int) -> tuple[Thread, set[str]]:
    """Open a thread of some turns, a long answer, and a run that goes on."""
    thread, responses = customer.thread(turns)
    long = customer.take_turn(thread.id, text=LONG)
    return thread, responses | {long, customer.ask(thread.id)}


def stored() -> Callable[[], None]:
    """Return what makes tables and bucket as they are now."""
    restore_tables, restore_bucket = snapshot(), bucket_snapshot()

    def restore() -> None:
        restore_tables()
        restore_bucket()

    return restore


def owned(customer: Customer) -> list[str]:
    """Return where there is something of a customer."""
    number, name = f"{customer.user.id:016d}", customer.user.username
    texts = [key for key in kept_texts() if number in key]
    return texts + [
        item["table"] for item in items() if f"U#{number}" in str(item) or name in str(item)
    ]


def traces(thread: Thread, responses: set[str]) -> list[str]:
    """Return what is left of a thread in tables and bucket, its tombstone and its place too."""
    stored = str([item for item in items() if item["table"] != "afterglow-idempotency"])
    number = f"{thread.id:016d}"
    texts = [key for key in kept_texts() if f"/{number}/" in key]
    names = [f"T#{number}", thread.openai_thread_id, *responses]
    return texts + [each for each in names if each in stored]


def run_ids(thread: Thread) -> set[str]:
    """Return the ids of a thread's runs."""
    found = [item for item in items() if item.get("thread_id") == {"N": str(thread.id)}]
    return {item["id"]["S"] for item in found if item["table"] == "afterglow-runs"}


def assert_unreadable(world: World, thread: Thread) -> None:
    """Check that nobody sees a thread, however much of it is left."""
    with pytest.raises(NotFoundError):
        world.threads.get(thread.user_id, thread.id)
    with pytest.raises(NotFoundError):
        world.threads.find(thread.user_id, thread.openai_thread_id)
    assert thread.id not in {each.id for each in world.threads.list(thread.user_id)}


def boundaries(mortal: Mortal, restore: Callable[[], None]) -> int:
    """Return how many calls an undisturbed pass makes, and undo it."""
    life = Life(1_000_000)
    assert mortal.pass_with(life)
    restore()
    return 1_000_000 - life.calls


def test_a_thread_killed_at_every_call(mortal: Mortal, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = settled(mortal.world)
    # More messages than a batch.
    monkeypatch.setattr(remains, "_FEW", 4)
    thread, responses = talkative(customer, turns=2)
    kept, untouched = customer.thread(turns=1)
    customer.take_turn(kept.id, next(iter(untouched)), text=LONG)
    kept = mortal.world.threads.get(customer.user.id, kept.id)
    left_behind = responses | run_ids(thread)
    mortal.world.threads.delete(customer.user.id, thread.id, mortal.clock() - LAST_REQUESTS)
    restore = stored()
    calls = boundaries(mortal, restore)
    assert calls > 3 * 4 + 2 * 3

    for call in range(calls):
        restore()
        mortal.kept = responses | untouched
        assert not mortal.pass_with(Life(call))
        assert_unreadable(mortal.world, thread)
        mortal.last_pass()

        assert mortal.kept == untouched, call
        assert not traces(thread, left_behind)
    assert mortal.world.threads.get(customer.user.id, kept.id) == kept
    texts = [message.content for message in mortal.world.threads.messages(kept.user_id, kept.id)]
    assert (len(texts), texts[3]) == (4, LONG)


def test_a_thread_of_sixty_messages_killed_again_and_again(mortal: Mortal) -> None:
    thread, responses = settled(mortal.world).thread(turns=30)
    mortal.world.threads.delete(thread.user_id, thread.id, mortal.clock() - LAST_REQUESTS)
    mortal.kept = set(responses)

    kills = 0
    while not mortal.pass_with(Life(kills)):
        assert_unreadable(mortal.world, thread)
        kills += 1

    assert kills > 10
    assert mortal.kept == set()
    assert not traces(thread, responses)


def test_a_user_killed_at_every_call(mortal: Mortal) -> None:
    leaver, other = settled(mortal.world), settled(mortal.world)
    responses = talkative(leaver, turns=1)[1] | leaver.thread(turns=1)[1]
    _, untouched = talkative(other, turns=0)
    theirs = sorted(owned(other))
    mortal.world.accounts.delete(leaver.user.id, mortal.clock())
    mortal.clock.advance(LAST_REQUESTS)
    restore, before = _with_secrets(stored()), _secrets()
    calls = boundaries(mortal, restore)

    for call in range(calls):
        restore()
        mortal.kept = responses | untouched
        assert not mortal.pass_with(Life(call))
        assert mortal.world.accounts.find(leaver.user.username) is None
        mortal.last_pass()

        assert (mortal.kept, owned(leaver)) == (untouched, []), call
        assert sorted(owned(other)) == theirs
        assert _secrets() == before - {f"/afterglow/local/openai/{leaver.user.id:014x}"}


def test_a_name_that_somebody_took_meanwhile_is_theirs(mortal: Mortal) -> None:
    leaver = settled(mortal.world)
    mortal.world.accounts.delete(leaver.user.id, mortal.clock())
    mortal.clock.advance(LAST_REQUESTS)
    newcomer, calls = a_user(username=leaver.user.username), 0
    # The name is free before its last owner is quite gone.
    while mortal.world.accounts.find(leaver.user.username) is None and _is_taken(leaver):
        assert not mortal.pass_with(Life(calls))
        calls += 1
    assert "afterglow-users" in owned(leaver)
    mortal.world.accounts.create(newcomer, a_session(newcomer))

    mortal.last_pass()

    assert mortal.world.accounts.find(newcomer.username) == newcomer
    assert mortal.world.remains.key_version(leaver.user.id) is None


def test_a_thousand_messages_killed_twenty_times(mortal: Mortal) -> None:
    customer = settled(mortal.world)
    thread, _ = customer.thread()
    mortal.kept = _fill(thread, turns=500)
    mortal.world.threads.delete(customer.user.id, thread.id, mortal.clock() - LAST_REQUESTS)
    chance = random.Random(16)  # noqa: S311 - where it ends is no secret

    kills = 0
    while kills < 20:
        life = Life(chance.randrange(60), unanswered=chance.random() < 0.5)
        assert not mortal.pass_with(life)
        assert_unreadable(mortal.world, thread)
        kills += 1
    left = len(mortal.kept)
    mortal.last_pass()

    assert 0 < left < 500
    assert mortal.kept == set()
    assert {item["table"] for item in items()} == {
        f"afterglow-{name}" for name in ("users", "sessions", "assistants")
    }


def _fill(thread: Thread, turns: int) -> set[str]:
    """Store turns without their transactions, of which each would take moto as long as all."""
    runs = [a_run(thread, message_id=2 * turn + 1) for turn in range(turns)]
    with RunItem.batch_write() as stored, MessageItem.batch_write() as messages:
        for run in runs:
            item = run_item(run)
            item.response_id, item.state = f"resp_{run.id}", RunState.COMPLETED.value
            item.lease_until, item.due_shard = None, None
            stored.save(item)
            messages.save(message_item(a_question(run)))
            messages.save(message_item(an_answer(run)))
    return {f"resp_{run.id}" for run in runs}


def _secrets() -> set[str]:
    return set(secretsmanager_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].secrets)


def _with_secrets(restore_tables: Callable[[], None]) -> Callable[[], None]:
    secrets = secretsmanager_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].secrets
    kept = dict(secrets)

    def restore() -> None:
        restore_tables()
        secrets.update(kept)

    return restore


def _is_taken(customer: Customer) -> bool:
    name = f"N#{customer.user.username}"
    return any(item["owner"].get("S") == name for item in items())
