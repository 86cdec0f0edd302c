"""What a key has made is noted with it, or not at all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.adapters.dynamodb.idempotency import DynamoIdempotencyRepository
from afterglow.domain.errors import ConflictError, LimitExceededError
from afterglow.domain.models import IdempotencyClaim, IdempotencyRecord, Thread
from afterglow.ports.conversations import Terms
from tests.contract.turns import MANY
from tests.contract.worlds import World, deployed
from tests.examples import a_question, a_run, a_thread, an_assistant
from tests.fakes.clock import NOON
from tests.tables import empty_tables


@pytest.fixture
def claim(world: World) -> IdempotencyClaim:
    """Return the claim of a request of the test's user."""
    return IdempotencyClaim(world.user_id, "k" * 64, "a request", NOON + timedelta(hours=24))


def test_a_key_that_has_made_nothing_is_not_known(world: World, claim: IdempotencyClaim) -> None:
    assert world.idempotency.find(claim) is None


def test_a_turn_is_what_its_key_has_made(
    world: World, thread: Thread, claim: IdempotencyClaim
) -> None:
    run = a_run(thread)
    world.ledger.accept(thread, run, a_question(run), Terms(MANY, claim=claim))

    assert world.idempotency.find(claim) == IdempotencyRecord("a request", run.id)
    assert world.idempotency.find(replace(claim, user_id=claim.user_id + 1)) is None
    assert world.idempotency.find(replace(claim, key="other")) is None


def test_a_second_turn_with_the_key_is_not_taken(
    world: World, thread: Thread, claim: IdempotencyClaim
) -> None:
    first = a_thread(id=9, user_id=world.user_id)
    run = a_run(first)
    world.ledger.open(first, run, a_question(run), Terms(MANY, claim=claim))
    second = a_run(thread)

    with pytest.raises(ConflictError):
        world.ledger.accept(thread, second, a_question(second), Terms(MANY, claim=claim))

    assert world.threads.get(world.user_id, thread.id) == thread
    assert world.idempotency.find(claim) == IdempotencyRecord("a request", run.id)


def test_a_thread_is_made_once(world: World, claim: IdempotencyClaim) -> None:
    first, second = (a_thread(id=number, user_id=world.user_id) for number in (1, 2))
    world.threads.add(first, claim=claim)

    with pytest.raises(ConflictError):
        world.threads.add(second, claim=claim)

    assert list(world.threads.list(world.user_id)) == [first]
    assert world.idempotency.find(claim) == IdempotencyRecord("a request", "1")


def test_an_assistant_is_made_once(world: World, claim: IdempotencyClaim) -> None:
    first, second = (an_assistant(world.user_id, number) for number in (1, 2))
    world.assistants.add(first, limit=2, claim=claim)

    with pytest.raises(ConflictError):
        world.assistants.add(second, limit=2, claim=claim)

    assert list(world.assistants.list(world.user_id)) == [first]


def test_what_is_refused_for_another_reason_leaves_the_key_free(
    world: World, claim: IdempotencyClaim
) -> None:
    world.assistants.add(an_assistant(world.user_id, 1), limit=1)

    with pytest.raises(LimitExceededError):
        world.assistants.add(an_assistant(world.user_id, 2), limit=1, claim=claim)

    assert world.idempotency.find(claim) is None


@pytest.mark.usefixtures("aws")
def test_after_its_day_a_key_is_free_even_if_dynamodb_still_has_it() -> None:
    empty_tables()
    world, tomorrow = deployed(), NOON + timedelta(days=1)
    claim = IdempotencyClaim(world.user_id, "k" * 64, "a request", tomorrow)
    world.threads.add(a_thread(user_id=world.user_id), claim=claim)
    again = replace(claim, fingerprint="another", expires_at=tomorrow + timedelta(days=1))

    assert DynamoIdempotencyRepository(lambda: tomorrow).find(claim) is None
    world.threads.add(a_thread(id=2, user_id=world.user_id, created_at=tomorrow), claim=again)

    found = DynamoIdempotencyRepository(lambda: tomorrow).find(again)
    assert found == IdempotencyRecord("another", "2")
