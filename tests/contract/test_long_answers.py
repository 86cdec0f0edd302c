"""Answers that no item can hold: they come back whole, and go with their thread."""

from dataclasses import replace
from itertools import islice
from unittest.mock import patch

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ClientError
from pynamodb.exceptions import TransactWriteError

from afterglow.adapters.dynamodb.contents import MAX_ITEM_BYTES, ClearingFailedError
from afterglow.adapters.dynamodb.tables.conversations import MessageItem
from afterglow.domain.errors import SupersededError
from afterglow.domain.models import Message, Run, Thread
from afterglow.services.answers import MAX_ANSWER_BYTES
from tests.buckets import empty_bucket, keep_text, kept_texts
from tests.contract.turns import LATER, accepted, completed, contents, failed
from tests.contract.worlds import World, deployed
from tests.examples import a_thread, an_answer
from tests.fakes.clock import NOON
from tests.tables import empty_tables, items
from tests.wiretap import Wiretap, answering, losing_the_reply, refusing, undisturbed

LONG = "é" * (MAX_ITEM_BYTES // 2) + "!"


@pytest.fixture
def cloud(aws: Wiretap) -> World:
    """Return the adapters, with nothing stored."""
    assert aws is not None
    empty_tables()
    empty_bucket()
    return deployed()


def a_thread_in(world: World, thread_id: int = 1) -> Thread:
    """Return a new thread of the test's user."""
    thread = a_thread(user_id=world.user_id, id=thread_id)
    world.threads.add(thread)
    return thread


def bound(world: World, thread: Thread, response_id: str = "resp_1") -> Run:
    """Return a run on a thread's next message that upstream works on."""
    latest = world.threads.get(thread.user_id, thread.id)
    return world.ledger.bind(accepted(world, latest), response_id)


def answered(world: World, thread: Thread, text: str = LONG) -> Message:
    """Return the answer to a thread's next message."""
    run = bound(world, thread)
    answer = an_answer(run, text)
    world.ledger.commit(completed(run), answer)
    return answer


def key_of(run: Run) -> str:
    """Return where a run's answer is to be kept."""
    return f"answers/{run.user_id:016d}/{run.thread_id:016d}/{run.id}/{run.attempt}"


@pytest.mark.parametrize("size", [MAX_ITEM_BYTES, MAX_ITEM_BYTES + 2, 2**20, MAX_ANSWER_BYTES])
def test_an_answer_comes_back_whole(world: World, thread: Thread, size: int) -> None:
    answer = answered(world, thread, "é" * (size // 2))

    assert world.threads.message(thread.user_id, thread.id, 2) == answer
    assert list(world.threads.messages(thread.user_id, thread.id))[1:] == [answer]


def test_what_there_was_of_a_long_one_comes_back_whole(world: World, thread: Thread) -> None:
    run = bound(world, thread)
    partial = replace(an_answer(run, LONG), is_partial=True)

    world.ledger.release(failed(run), partial)

    assert world.threads.message(thread.user_id, thread.id, 2) == partial


def test_an_item_has_only_the_key_of_a_long_text(cloud: World) -> None:
    thread = a_thread_in(cloud)
    short = answered(cloud, thread, LONG[:-1])
    run = bound(cloud, thread)
    cloud.ledger.commit(completed(run), an_answer(run, LONG))

    stored = [item for item in items() if item["table"] == MessageItem.Meta.table_name]

    by_id = {int(item["id"]["N"]): item for item in stored}
    assert by_id[2]["content"] == {"S": short.content}
    assert "content_key" not in by_id[2]
    assert (by_id[4]["content"], by_id[4]["content_key"]) == ({"S": ""}, {"S": key_of(run)})
    assert kept_texts() == {key_of(run): LONG}


def test_texts_are_read_as_they_are_asked_for(cloud: World, aws: Wiretap) -> None:
    thread = a_thread_in(cloud)
    for _ in range(4):
        answered(cloud, thread)
    messages = cloud.threads.messages(thread.user_id, thread.id)

    calls = aws.during(lambda: list(islice(messages, 4)))

    assert [call.operation for call in calls] == ["Query", "GetObject", "GetObject"]


def test_storing_twice_is_storing_once(cloud: World) -> None:
    thread = a_thread_in(cloud)
    run = bound(cloud, thread)
    answer = an_answer(run, LONG)
    cloud.ledger.commit(completed(run), answer)

    cloud.ledger.commit(completed(run), answer)

    assert kept_texts() == {key_of(run): LONG}
    assert contents(cloud, thread)[1:] == [LONG]


def test_a_lost_reply_of_either_store_changes_nothing(cloud: World, aws: Wiretap) -> None:
    thread = a_thread_in(cloud)
    run = bound(cloud, thread)

    with (
        aws.spoiling("PutObject", losing_the_reply),
        aws.spoiling("TransactWriteItems", losing_the_reply),
    ):
        cloud.ledger.commit(completed(run), an_answer(run, LONG))

    assert contents(cloud, thread)[1:] == [LONG]


def test_an_answer_whose_text_could_not_be_stored_is_not_stored(cloud: World, aws: Wiretap) -> None:
    thread = a_thread_in(cloud)
    run = bound(cloud, thread)

    with aws.breaking("PutObject", refusing("AccessDenied", 403)), pytest.raises(ClientError):
        cloud.ledger.commit(completed(run), an_answer(run, LONG))

    assert len(contents(cloud, thread)) == 1
    assert not cloud.runs.get(run.user_id, run.id).is_over
    cloud.ledger.commit(completed(run), an_answer(run, LONG))
    assert contents(cloud, thread)[1:] == [LONG]


def test_whoever_is_late_changes_no_text_of_the_others(cloud: World, aws: Wiretap) -> None:
    thread = a_thread_in(cloud)
    late = bound(cloud, thread)
    claimed = cloud.ledger.bind(cloud.ledger.claim(late, LATER), "resp_2")

    def overtaken(event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        cloud.ledger.commit(completed(claimed), an_answer(claimed, LONG))
        return undisturbed(event_name, request)

    with aws.spoiling("PutObject", overtaken), pytest.raises(SupersededError):
        cloud.ledger.commit(completed(late), an_answer(late, LONG.upper()))

    assert contents(cloud, thread)[1:] == [LONG]
    cloud.remains.clear_thread(thread.user_id, thread.id)
    assert kept_texts() == {}


@pytest.mark.parametrize("is_cleared", [False, True])
def test_of_a_deleted_thread_no_text_is_stored(cloud: World, *, is_cleared: bool) -> None:
    thread = a_thread_in(cloud)
    run = bound(cloud, thread)
    cloud.threads.delete(thread.user_id, thread.id, NOON)
    if is_cleared:
        cloud.remains.clear_thread(thread.user_id, thread.id)

    with pytest.raises(SupersededError):
        cloud.ledger.commit(completed(run), an_answer(run, LONG))
    cloud.ledger.release(failed(run), an_answer(run, LONG))

    assert kept_texts() == {}


def test_a_text_whose_item_was_never_stored_goes_with_the_thread(
    cloud: World, aws: Wiretap
) -> None:
    thread = a_thread_in(cloud)
    run = bound(cloud, thread)
    refused = refusing("AccessDeniedException")
    with aws.breaking("TransactWriteItems", refused), pytest.raises(TransactWriteError):
        cloud.ledger.commit(completed(run), an_answer(run, LONG))
    cloud.threads.delete(thread.user_id, thread.id, NOON)
    assert kept_texts() == {key_of(run): LONG}

    cloud.remains.clear_thread(thread.user_id, thread.id)

    assert kept_texts() == {}


def test_a_thread_takes_its_own_texts_along_and_no_others(cloud: World) -> None:
    neighbour = replace(cloud, user_id=cloud.user_id + 1)
    threads = [a_thread_in(cloud, 1), a_thread_in(cloud, 11), a_thread_in(neighbour, 1)]
    for thread in threads:
        answered(cloud, thread)

    cloud.remains.clear_thread(cloud.user_id, 1)
    left = kept_texts()
    cloud.remains.clear_account(cloud.user_id)

    assert len(left) == 2
    assert list(kept_texts()) == [key for key in left if f"/{neighbour.user_id:016d}/" in key]


def test_more_texts_than_a_page_are_cleared_away(cloud: World) -> None:
    thread = a_thread_in(cloud)
    for number in range(1_001):
        keep_text(f"answers/{thread.user_id:016d}/{thread.id:016d}/run_{number}/1", "text")

    cloud.remains.clear_thread(thread.user_id, thread.id)

    assert kept_texts() == {}


def test_a_text_that_s3_did_not_delete_keeps_the_thread(cloud: World, aws: Wiretap) -> None:
    thread = a_thread_in(cloud)
    answered(cloud, thread)
    refused = answering(
        "<DeleteResult><Error><Key>k</Key><Code>InternalError</Code></Error></DeleteResult>"
    )

    with aws.spoiling("DeleteObjects", refused), pytest.raises(ClearingFailedError):
        cloud.remains.clear_thread(thread.user_id, thread.id)

    assert list(cloud.remains.thread_ids(thread.user_id)) == [thread.id]
    cloud.remains.clear_thread(thread.user_id, thread.id)
    assert (kept_texts(), list(cloud.remains.thread_ids(thread.user_id))) == ({}, [])


def test_no_client_is_made_for_what_fits_into_items(cloud: World) -> None:
    thread = a_thread_in(cloud)

    with patch("afterglow.adapters.dynamodb.contents._client", side_effect=AssertionError):
        answered(cloud, thread, "Short.")
        assert contents(cloud, thread)[1:] == ["Short."]
