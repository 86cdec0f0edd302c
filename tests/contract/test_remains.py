"""Deletions and what they left: what fake and adapter both promise."""

from dataclasses import replace

import pytest

from afterglow.domain.errors import NotFoundError, RateLimitError, SupersededError
from afterglow.domain.models import IdempotencyClaim, RunState
from afterglow.ports.conversations import Terms
from afterglow.ports.deletions import Deletion, DeletionKind
from tests.contract.worlds import World
from tests.departures import MINUTE, settled
from tests.examples import a_question, a_run, a_session, a_thread, a_user, an_answer
from tests.fakes.clock import NOON

LATER = NOON + MINUTE


def test_nothing_is_pending_where_nothing_is_deleted(world: World) -> None:
    settled(world).thread(turns=1)

    assert list(world.deletions.pending()) == []


def test_deletions_of_users_and_threads_are_pending(world: World) -> None:
    customer, leaver = settled(world), settled(world)
    thread, _ = customer.thread()
    world.threads.delete(customer.user.id, thread.id, NOON)
    world.accounts.delete(leaver.user.id, LATER)

    assert sorted(world.deletions.pending(), key=lambda each: each.requested_at) == [
        Deletion(customer.user.id, DeletionKind.THREAD, str(thread.id), NOON),
        Deletion(leaver.user.id, DeletionKind.USER, "", LATER),
    ]


def test_failures_are_counted_until_a_deletion_is_finished(world: World) -> None:
    leaver = settled(world)
    thread, _ = leaver.thread()
    world.threads.delete(leaver.user.id, thread.id, NOON)
    world.accounts.delete(leaver.user.id, LATER)
    of_thread, of_user = sorted(world.deletions.pending(), key=lambda each: each.requested_at)

    world.deletions.count_failure(of_user)
    world.deletions.count_failure(of_user)
    world.deletions.finish(of_thread)
    world.deletions.finish(of_thread)
    world.deletions.count_failure(of_thread)

    assert list(world.deletions.pending()) == [replace(of_user, attempts=2)]


def test_the_key_of_a_deleted_user_is_still_known(world: World) -> None:
    leaver, keyless = settled(world), a_user()
    world.accounts.create(keyless, a_session(keyless))
    here = world.remains.key_version(leaver.user.id)
    world.accounts.delete(leaver.user.id, NOON)

    version = world.remains.key_version(leaver.user.id)

    assert version is not None
    assert version == here
    assert world.vault.get(leaver.user.id, version) == leaver.api_key
    assert world.remains.key_version(keyless.id) is None
    assert world.remains.key_version(keyless.id + 1) is None


def test_messages_come_a_few_at_a_time_with_the_runs_that_are_left(world: World) -> None:
    customer = settled(world)
    thread, responses = customer.thread(turns=13)
    customer.thread(turns=1)
    user_id = customer.user.id

    left = world.remains.messages(user_id, thread.id)
    world.remains.clear_run(left.runs[0])
    without = world.remains.messages(user_id, thread.id)
    world.remains.clear_messages(without)
    world.remains.clear_messages(without)
    rest = world.remains.messages(user_id, thread.id)

    assert list(left.message_ids) == list(range(1, 26))
    assert {run.response_id for run in left.runs} == responses
    assert {run.id for run in without.runs} == {run.id for run in left.runs[1:]}
    assert list(rest.message_ids) == [26]
    assert list(world.remains.messages(user_id + 1, thread.id).message_ids) == []


def test_only_an_open_run_has_a_lease(world: World) -> None:
    customer = settled(world)
    thread, (over,) = customer.thread(turns=1)
    working = customer.ask(thread.id)
    queued, _ = customer.thread()
    customer.ask(queued.id, bound=False)

    leases = {run.response_id: run.lease_until for run in world.remains.runs(customer.user.id)}

    assert leases.keys() == {over, working, None}
    assert leases[over] is None
    assert [lease for lease in leases.values() if lease is not None and lease > NOON] == [
        leases[working],
        leases[None],
    ]


def test_a_run_that_goes_on_gives_its_place_back_and_is_gone_for_whoever_is_at_work_on_it(
    world: World,
) -> None:
    customer = settled(world)
    (thread, _), (other, _) = customer.thread(), customer.thread()
    working = customer.ask(thread.id)
    world.threads.delete(customer.user.id, thread.id, NOON)
    (left,) = world.remains.runs(customer.user.id)
    late = world.runs.get(customer.user.id, left.id)
    following = a_run(other)
    with pytest.raises(RateLimitError):
        world.ledger.accept(other, following, a_question(following), Terms(1))

    for _ in range(2):
        world.remains.clear_run(left)

    assert left.response_id == working
    world.ledger.accept(other, following, a_question(following), Terms(1))
    for late_step in (
        lambda: world.ledger.commit(late.ended(RunState.COMPLETED, LATER), an_answer(late)),
        lambda: world.ledger.release(late.ended(RunState.FAILED, LATER)),
        lambda: world.ledger.renew(late, LATER),
        lambda: world.ledger.claim(late, LATER),
    ):
        with pytest.raises(SupersededError):
            late_step()
    with pytest.raises(NotFoundError):
        world.runs.get(late.user_id, late.id)


def test_what_a_deleted_users_requests_have_made_is_forgotten(world: World) -> None:
    claims = {}
    for user_id in (world.user_id, world.user_id + 1):
        claims[user_id] = IdempotencyClaim(user_id, "k" * 64, "f" * 64, LATER)
        world.threads.add(a_thread(user_id=user_id), claim=claims[user_id])

    world.remains.clear_account(world.user_id)

    assert world.idempotency.find(claims[world.user_id]) is None
    assert world.idempotency.find(claims[world.user_id + 1]) is not None


def test_runs_and_threads_are_the_owners(world: World) -> None:
    customer, other = settled(world), settled(world)
    thread, _ = customer.thread(turns=2)
    deleted, _ = customer.thread()
    other.thread(turns=1)
    world.threads.delete(customer.user.id, deleted.id, NOON)

    ids = list(world.remains.thread_ids(customer.user.id))
    for run in world.remains.runs(customer.user.id):
        world.remains.clear_run(run)

    assert ids == [thread.id, deleted.id]
    assert list(world.remains.runs(customer.user.id)) == []
    assert len(list(world.remains.runs(other.user.id))) == 1


def test_a_thread_is_cleared_away_once_or_twice(world: World) -> None:
    customer = settled(world)
    thread, _ = customer.thread()
    kept, _ = customer.thread()
    for _ in range(2):
        world.remains.clear_thread(customer.user.id, thread.id)

    assert list(world.remains.thread_ids(customer.user.id)) == [kept.id]


def test_an_account_is_cleared_away_with_its_name_once(world: World) -> None:
    leaver, other = settled(world), settled(world)
    world.accounts.delete(leaver.user.id, NOON)
    world.remains.clear_account(leaver.user.id)
    newcomer = a_user(username=leaver.user.username)
    world.accounts.create(newcomer, a_session(newcomer))

    world.remains.clear_account(leaver.user.id)

    assert world.accounts.find(newcomer.username) == newcomer
    assert world.remains.key_version(leaver.user.id) is None
    assert list(world.sessions.list(leaver.user.id)) == []
    assert list(world.assistants.list(leaver.user.id)) == []
    assert world.accounts.find(other.user.username) is not None
    assert len(world.sessions.list(other.user.id)) == 1
    assert len(list(world.assistants.list(other.user.id))) == 1
