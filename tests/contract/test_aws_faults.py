"""What the adapters make of AWS at its worst; only they can meet it."""

import json

import pytest
from pynamodb.exceptions import TransactWriteError

from afterglow.adapters.dynamodb.reading import UnprocessedError
from afterglow.adapters.dynamodb.transactions import ContentionError
from afterglow.domain.errors import ConflictError, SupersededError
from afterglow.domain.models import Run, RunState, Thread
from tests.contract.turns import accepted, completed, contents, failed, new_thread
from tests.contract.worlds import World, deployed
from tests.examples import a_session, a_user, an_answer
from tests.fakes.clock import NOON
from tests.tables import dump
from tests.wiretap import Wiretap, answering, conflicting, losing_the_reply, refusing

TRANSACTION = "TransactWriteItems"


@pytest.fixture
def world(aws: Wiretap) -> World:
    """Return the adapters."""
    assert aws is not None
    return deployed()


def bound(world: World, thread: Thread) -> Run:
    """Return a run that upstream works on."""
    return world.ledger.bind(accepted(world, thread), "resp_1")


def lock(world: World, thread: Thread) -> str | None:
    """Return which run holds the thread."""
    return world.threads.get(thread.user_id, thread.id).active_run_id


def test_a_transaction_that_meets_another_is_tried_again(
    world: World, thread: Thread, aws: Wiretap
) -> None:
    with aws.spoiling(TRANSACTION, conflicting(), conflicting()):
        run = accepted(world, thread)

    assert lock(world, thread) == run.id
    assert contents(world, thread) == ["Can you help me?"]


def test_an_accept_that_never_gets_through_is_a_conflict(
    world: World, thread: Thread, aws: Wiretap
) -> None:
    with aws.breaking(TRANSACTION, conflicting()), pytest.raises(ConflictError):
        accepted(world, thread)

    assert lock(world, thread) is None
    assert contents(world, thread) == []


def test_a_commit_that_never_gets_through_says_so_and_writes_nothing(
    world: World, thread: Thread, aws: Wiretap
) -> None:
    run = bound(world, thread)

    with aws.breaking(TRANSACTION, conflicting()), pytest.raises(ContentionError):
        world.ledger.commit(completed(run), an_answer(run))

    assert lock(world, thread) == run.id
    assert contents(world, thread) == ["Can you help me?"]


def test_a_commit_whose_reply_is_lost_counts(world: World, thread: Thread, aws: Wiretap) -> None:
    run = bound(world, thread)

    with aws.spoiling(TRANSACTION, losing_the_reply):
        world.ledger.commit(completed(run), an_answer(run))

    assert lock(world, thread) is None
    assert world.run(run.user_id, run.id).state is RunState.COMPLETED
    assert contents(world, thread) == ["Can you help me?", "I'd be happy to."]


def test_a_release_whose_reply_is_lost_counts(world: World, thread: Thread, aws: Wiretap) -> None:
    run = bound(world, thread)

    with aws.spoiling(TRANSACTION, losing_the_reply):
        world.ledger.release(failed(run))

    assert lock(world, thread) is None
    assert world.run(run.user_id, run.id).error_code == "openai_unavailable"


def test_a_change_that_meets_a_transaction_is_tried_again(
    world: World, thread: Thread, aws: Wiretap
) -> None:
    run = accepted(world, thread)
    conflict = refusing("TransactionConflictException")

    with aws.spoiling("UpdateItem", conflict, conflict):
        bound = world.ledger.bind(run, "resp_1")

    assert world.runs.get(run.user_id, run.id) == bound


def test_a_claim_whose_reply_is_lost_counts(world: World, thread: Thread, aws: Wiretap) -> None:
    run = accepted(world, thread)

    with aws.spoiling("UpdateItem", losing_the_reply):
        claimed = world.ledger.claim(run, NOON)

    assert world.runs.get(run.user_id, run.id) == claimed
    with pytest.raises(SupersededError):
        world.ledger.claim(run, NOON)


def test_a_binding_whose_reply_is_lost_counts(world: World, thread: Thread, aws: Wiretap) -> None:
    run = accepted(world, thread)

    with aws.spoiling("UpdateItem", losing_the_reply):
        bound = world.ledger.bind(run, "resp_1")

    assert world.runs.get(run.user_id, run.id) == bound
    with pytest.raises(SupersededError):
        world.ledger.bind(run, "resp_2")


def test_a_transaction_is_sent_again_with_the_same_token(
    world: World, thread: Thread, aws: Wiretap
) -> None:
    run = bound(world, thread)

    with aws.spoiling(TRANSACTION, losing_the_reply):
        calls = aws.during(lambda: world.ledger.release(failed(run)))

    sent = [call for call in calls if call.operation == TRANSACTION]
    tokens = [call.parameters["ClientRequestToken"] for call in sent]
    assert len(tokens) == 2
    assert len(set(tokens)) == 1


def test_what_dynamodb_cannot_take_is_no_conflict(
    world: World, thread: Thread, aws: Wiretap
) -> None:
    with (
        aws.spoiling(TRANSACTION, refusing("ValidationException")),
        pytest.raises(TransactWriteError),
    ):
        accepted(world, thread)

    assert lock(world, thread) is None


def test_a_name_costs_the_same_reads_whether_or_not_it_is_taken(world: World, aws: Wiretap) -> None:
    user = a_user()
    world.accounts.create(user, a_session(user))

    known = aws.during(lambda: world.accounts.find(user.username))
    unknown = aws.during(lambda: world.accounts.find("nobody at all"))

    assert [call.operation for call in known] == ["GetItem", "GetItem"]
    assert [_shape(call.parameters) for call in known] == [
        _shape(call.parameters) for call in unknown
    ]


def test_every_read_of_a_session_and_its_user_is_consistent(world: World, aws: Wiretap) -> None:
    user = a_user()
    session = a_session(user)
    world.accounts.create(user, session)

    calls = aws.during(
        lambda: (
            world.sessions.get(session.user_id, session.token_hash),
            world.accounts.get(user.id),
        )
    )

    assert [call.parameters["ConsistentRead"] for call in calls] == [True, True]


def test_who_is_signed_in_is_one_consistent_read(world: World, aws: Wiretap) -> None:
    user = a_user()
    session = a_session(user)
    world.accounts.create(user, session)

    (call,) = aws.during(lambda: world.accounts.signed_in(user.id, session.token_hash))

    assert call.operation == "BatchGetItem"
    of_tables = call.parameters["RequestItems"].values()
    assert [each["ConsistentRead"] for each in of_tables] == [True, True]


def test_what_a_busy_table_did_not_read_is_read_again(world: World, aws: Wiretap) -> None:
    user = a_user()
    session = a_session(user)
    world.accounts.create(user, session)
    left = {"afterglow-sessions": {"Keys": [{"owner": {"S": "?"}, "item": {"S": "?"}}]}}
    half = answering(json.dumps({"Responses": {}, "UnprocessedKeys": left}))

    with aws.spoiling("BatchGetItem", half, half):
        assert world.accounts.signed_in(user.id, session.token_hash) == (user, session)
    with aws.spoiling("BatchGetItem", half, half, half), pytest.raises(UnprocessedError):
        world.accounts.signed_in(user.id, session.token_hash)


def test_a_session_that_has_ended_leaves_nothing_behind(world: World) -> None:
    session = a_session(a_user())
    world.sessions.add(session)
    before = dump()

    world.sessions.delete(session)

    assert session.token_hash in before
    assert session.token_hash not in dump()


def test_every_id_is_new_when_the_reply_of_a_counter_is_lost(world: World, aws: Wiretap) -> None:
    def add() -> int:
        return new_thread(world).id

    first = add()
    with aws.spoiling("UpdateItem", losing_the_reply):
        second = add()

    assert first < second < add()


def _shape(parameters: dict[str, object]) -> dict[str, object]:
    return parameters | {"Key": sorted(parameters["Key"])}  # type: ignore[call-overload]
