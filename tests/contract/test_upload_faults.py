"""Files and uploads where AWS or a process fails, or another is faster: only adapters meet that."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from afterglow.adapters.dynamodb import upload_writing
from afterglow.adapters.dynamodb.records.uploads import upload_item
from afterglow.adapters.dynamodb.transactions import ContentionError
from afterglow.domain.errors import ConflictError, NotFoundError
from afterglow.domain.models import (
    IdempotencyClaim,
    IdempotencyRecord,
    Upload,
    UploadFile,
    UploadKind,
    UploadState,
    VectorStore,
)
from afterglow.ports.deletions import LeftFile
from tests.contract.upload_deaths import is_waited_for, killed_at_every_call, work_off
from tests.contract.uploading import (
    LATER,
    QUOTA,
    a_file,
    added,
    an_entry,
    an_upload,
    assistant,
    attached,
    claimed,
    counted,
    opened,
)
from tests.contract.worlds import World, deployed
from tests.fakes.clock import NOON
from tests.mortality import Life
from tests.tables import empty_tables, items
from tests.wiretap import Fault, Wiretap, conflicting, losing_the_reply, refusing, undisturbed

TRANSACTION, UPDATE = "TransactWriteItems", "UpdateItem"
DONE, FAILED = UploadState.COMPLETED, UploadState.FAILED
PLANNED = 5


@pytest.fixture
def world(aws: Wiretap) -> World:
    """Return the adapters, and nothing stored."""
    assert aws is not None
    empty_tables()
    return deployed()


def preceded_by(work: Callable[[], object]) -> Fault:
    """Return what has another process be faster than the call."""

    def fault(event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        work()
        return undisturbed(event_name, request)

    return fault


def ready(world: World) -> tuple[UploadFile, Callable[[], None]]:
    """Return the end of a file of an upload that is to be attached, and what attaches it."""
    ada = assistant(world)
    file = added(world)
    entry = replace(claimed(world, ada), file_id=file.id).ended(DONE)
    return entry, lambda: world.files.attach(entry, file, QUOTA)


def assert_attached_once(world: World, entry: UploadFile) -> None:
    """Check that a file is in use, and counted and pending as such."""
    assert world.files.attached_to(world.user_id, 1) == [entry.file_id]
    assert counted(world, entry.upload_id) == (1, 0, 0, 0)
    assert not world.files.shelf(world.user_id, 1).is_pending


def test_an_attachment_whose_reply_is_lost_counts_once(world: World, aws: Wiretap) -> None:
    entry, attach = ready(world)

    with aws.spoiling(TRANSACTION, losing_the_reply):
        attach()

    assert_attached_once(world, entry)


def test_an_attachment_that_meets_another_transaction_is_tried_again(
    world: World, aws: Wiretap
) -> None:
    entry, attach = ready(world)

    with aws.spoiling(TRANSACTION, conflicting(), conflicting()):
        attach()

    assert_attached_once(world, entry)


def test_an_attachment_that_never_gets_through_writes_nothing(world: World, aws: Wiretap) -> None:
    entry, attach = ready(world)

    with aws.breaking(TRANSACTION, conflicting()), pytest.raises(ContentionError):
        attach()

    assert world.files.attached_to(world.user_id, 1) == []
    assert counted(world, entry.upload_id) == (0, 0, 0, 0)


def test_of_two_uploads_of_a_file_at_once_both_end_well(world: World, aws: Wiretap) -> None:
    entry, attach = ready(world)
    file = world.files.get(world.user_id, entry.file_id or "")
    quota = replace(QUOTA, files_per_assistant=2)

    with aws.spoiling(TRANSACTION, preceded_by(lambda: attached(world, file, 1, quota))):
        attach()

    assert_attached_once(world, entry)
    # It takes one place.
    attached(world, added(world, 1), 1, quota)


def test_a_file_of_an_upload_that_was_never_opened_is_not_attached(world: World) -> None:
    ada = assistant(world)
    file = added(world)
    entry = claimed(world, ada)
    upload_item(an_upload(world, id=entry.upload_id)).delete()

    with pytest.raises(NotFoundError, match="Upload not found"):
        world.files.attach(entry.ended(DONE), file, QUOTA)

    assert world.files.attached_to(world.user_id, ada) == []


def test_a_file_that_comes_into_use_meanwhile_is_not_deleted(world: World, aws: Wiretap) -> None:
    entry, attach = ready(world)
    file = world.files.get(world.user_id, entry.file_id or "")

    with aws.spoiling(TRANSACTION, preceded_by(attach)):
        assert not world.files.discard(file, NOON)

    assert_attached_once(world, entry)
    assert world.files.find(world.user_id, file.path, file.sha256) is not None


def test_a_file_that_is_bound_meanwhile_is_deleted_with_that(world: World, aws: Wiretap) -> None:
    file = world.files.add(a_file(world), QUOTA)

    with aws.spoiling(
        TRANSACTION, preceded_by(lambda: world.files.bind(file, "file-A", 0)), losing_the_reply
    ):
        assert world.files.discard(file, NOON)

    # What is left of it can be cleared away upstream.
    (tombstone,) = (item for item in items() if item["table"] == "afterglow-deletions")
    assert tombstone["item"] == {"S": f"F#{file.id}"}
    assert "file-A" in str(tombstone)
    left = LeftFile(world.user_id, file.id, frozenset({"file-A"}))
    assert list(world.file_remains.files(world.user_id)) == [left]
    world.file_remains.clear_file(left)
    (library,) = (item["item"] for item in items())
    assert library == {"S": "LIBRARY"}
    assert world.files.library(world.user_id).files == 0


def test_steps_of_files_whose_replies_are_lost_count(world: World, aws: Wiretap) -> None:
    ada = assistant(world)
    file, store = a_file(world), VectorStore(world.user_id, ada, "vs_1", 0)

    with aws.spoiling(TRANSACTION, losing_the_reply):
        assert world.files.add(file, QUOTA) == file
    with aws.spoiling(TRANSACTION, losing_the_reply):
        assert world.files.bind(file, "file-A", 0).upstream_id == "file-A"
    with aws.spoiling(TRANSACTION, losing_the_reply):
        assert world.files.put_store(store) == store

    assert world.files.library(world.user_id).files == 1


def test_of_two_who_add_the_same_at_once_both_get_one(world: World, aws: Wiretap) -> None:
    first, second = a_file(world), a_file(world)

    with aws.spoiling(TRANSACTION, preceded_by(lambda: world.files.add(first, QUOTA))):
        assert world.files.add(second, QUOTA) == first

    assert list(world.files.list(world.user_id)) == [first]
    assert world.files.library(world.user_id).files == 1


def test_of_two_who_make_a_store_at_once_both_get_one(world: World, aws: Wiretap) -> None:
    first = VectorStore(world.user_id, assistant(world), "vs_1", 0)

    with aws.spoiling(TRANSACTION, preceded_by(lambda: world.files.put_store(first))):
        assert world.files.put_store(replace(first, upstream_id="vs_2")) == first


def test_a_first_file_that_comes_while_the_key_changes_is_looked_at(
    world: World, aws: Wiretap
) -> None:
    late = preceded_by(lambda: world.files.add(a_file(world), QUOTA))

    with aws.spoiling(UPDATE, undisturbed, late):
        assert world.files.unsettle(world.user_id)

    assert not world.files.library(world.user_id).is_settled


def test_a_key_change_gets_through_to_a_library_at_work(world: World, aws: Wiretap) -> None:
    added(world)
    conflict = refusing("TransactionConflictException")

    with aws.spoiling(UPDATE, conflict, conflict):
        assert world.files.unsettle(world.user_id)
    with aws.spoiling(UPDATE, conflict):
        world.files.settle(world.files.library(world.user_id), generation=1)

    assert world.files.library(world.user_id).generation == 1


def test_steps_of_uploads_whose_replies_are_lost_count_once(world: World, aws: Wiretap) -> None:
    with aws.spoiling(TRANSACTION, losing_the_reply):
        upload, (entry,) = opened(world, state=UploadState.AWAITING, assistant_id=1)
    with aws.spoiling(TRANSACTION, losing_the_reply):
        entry = world.uploads.receive(replace(entry, state=UploadState.IN_PROGRESS))
    with aws.spoiling(UPDATE, losing_the_reply):
        entry = world.uploads.claim(entry, LATER)
    with aws.spoiling(UPDATE, losing_the_reply):
        world.uploads.update(replace(entry, file_id="file-1"))
    with aws.spoiling(TRANSACTION, losing_the_reply):
        world.uploads.end(entry.ended(FAILED))

    stored = world.uploads.file(world.user_id, upload.id, 0)
    assert (stored.attempt, stored.state) == (1, FAILED)
    assert counted(world, upload.id) == (0, 1, 0, 0)


def test_an_upload_whose_reply_is_lost_is_what_its_key_has_made(world: World, aws: Wiretap) -> None:
    claim = IdempotencyClaim(world.user_id, "k" * 64, "a request", LATER)

    with aws.spoiling(TRANSACTION, losing_the_reply):
        upload, entries = opened(world, 2, claim=claim)

    assert world.idempotency.find(claim) == IdempotencyRecord("a request", upload.id)
    assert list(world.uploads.files(world.user_id, upload.id)) == entries


def test_an_upload_that_never_gets_through_leaves_nothing(world: World, aws: Wiretap) -> None:
    with aws.breaking(TRANSACTION, conflicting()), pytest.raises(ConflictError):
        opened(world, 30, assistant_id=1)

    assert list(world.uploads.due()) == []
    assert items() == []


def test_an_end_that_meets_the_opening_of_its_upload_is_counted(world: World, aws: Wiretap) -> None:
    upload = an_upload(world, total=1)
    entry = an_entry(upload)
    assert not aws.outlived(Life(2), lambda: world.uploads.open(upload, [entry]))
    opening = preceded_by(upload_item(upload).save)

    with aws.spoiling(TRANSACTION, undisturbed, opening):
        world.uploads.end(entry.ended(FAILED))

    assert counted(world, upload.id) == (0, 1, 0, 0)


def unplanned(world: World) -> tuple[Upload, list[UploadFile]]:
    """Return an upload that is to be planned, and its plan: more than one transaction."""
    upload = an_upload(world, kind=UploadKind.MOVE, is_planned=False)
    world.uploads.open_unplanned(upload)
    plan = [an_entry(upload, n, assistant_id=1, file_id=f"file-{n}") for n in range(PLANNED)]
    return upload, plan


def assert_planned(world: World, upload: Upload, plan: list[UploadFile]) -> None:
    """Check that every file of a plan is there once, with numbers that leave no gap."""
    files = list(world.uploads.files(world.user_id, upload.id))
    assert [file.number for file in files] == list(range(len(plan)))
    assert sorted(file.path for file in files) == sorted(file.path for file in plan)
    stored = world.uploads.get(world.user_id, upload.id)
    assert (stored.is_planned, stored.total) == (True, len(plan))


def test_a_plan_that_dies_anywhere_is_gone_on_with(
    world: World, aws: Wiretap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_writing, "_AT_A_TIME", 2)
    upload, plan = unplanned(world)
    # As it is found the second time, with one file more.
    longer = [an_entry(upload, assistant_id=1, path="new.md", file_id="file-x"), *plan]
    seen: Counter[int] = Counter()

    def check() -> None:
        there = list(world.uploads.files(world.user_id, upload.id))
        seen[len(there)] += 1
        moved_on = [world.uploads.claim(file, LATER) for file in there[:1]]
        assert is_waited_for(world) == bool(there)
        assert not is_waited_for(world, timedelta(hours=26))
        is_planned = world.uploads.get(world.user_id, upload.id).is_planned
        world.uploads.plan(upload, longer)
        assert_planned(world, upload, plan if is_planned else longer)
        assert list(world.uploads.files(world.user_id, upload.id))[: len(moved_on)] == moved_on
        work_off(world)
        assert not is_waited_for(world)

    killed_at_every_call(aws, lambda: world.uploads.plan(upload, plan), check)

    assert seen.keys() == {0, 2, 4, PLANNED}


@pytest.mark.parametrize("before", [0, 1, 2])
def test_two_who_plan_at_once_write_every_file_once(
    world: World, aws: Wiretap, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    monkeypatch.setattr(upload_writing, "_AT_A_TIME", 2)
    upload, plan = unplanned(world)
    at_work: list[UploadFile] = []

    def be_faster() -> None:
        world.uploads.plan(upload, plan)
        entry = world.uploads.file(world.user_id, upload.id, 2 * before)
        at_work.append(world.uploads.claim(entry, LATER))

    with aws.spoiling(TRANSACTION, *[undisturbed] * before, preceded_by(be_faster)):
        planned = world.uploads.plan(upload, plan)

    assert_planned(world, upload, plan)
    assert planned.total == len(plan)
    # What is written anew would be begun anew.
    assert [world.uploads.file(world.user_id, upload.id, 2 * before)] == at_work


def test_what_is_planned_stays_so_whoever_is_late(world: World, aws: Wiretap) -> None:
    upload, plan = unplanned(world)
    longer = [*plan, an_entry(upload, PLANNED, assistant_id=1, file_id="file-x")]

    with aws.spoiling(UPDATE, preceded_by(lambda: world.uploads.plan(upload, longer))):
        planned = world.uploads.plan(upload, plan)

    assert planned.total == len(longer)
    assert_planned(world, upload, longer)


def test_what_runs_ask_of_files_takes_one_trip(world: World, aws: Wiretap) -> None:
    ada = assistant(world)
    world.files.put_store(VectorStore(world.user_id, ada, "vs_1", 0))
    for number in range(3):
        attached(world, added(world, number), ada)
        opened(world, assistant_id=ada)
    wanted = [(file.path, file.sha256) for file in world.files.list(world.user_id)]

    def trips(work: Callable[[], object]) -> list[str]:
        return [call.operation for call in aws.during(work)]

    assert trips(lambda: world.files.shelf(world.user_id, ada)) == ["Query"]
    assert trips(lambda: world.files.attached_ids(world.user_id)) == ["Query"]
    # A third for the assistants that use them.
    assert trips(lambda: world.files.find_known(world.user_id, wanted)) == ["BatchGetItem"] * 3


def test_what_users_see_of_their_files_takes_a_trip_more_for_their_assistants(
    world: World, aws: Wiretap
) -> None:
    used = [added(world, number) for number in range(3)]
    for file in used:
        attached(world, file, assistant(world))
    for number in range(3, 6):
        added(world, number)

    def trips(page_size: int | None) -> list[str]:
        calls = aws.during(lambda: list(world.files.list(world.user_id, page_size=page_size)))
        return [call.operation for call in calls]

    assert trips(None) == ["Query", "BatchGetItem"]
    # Of files that nobody uses nothing is asked.
    assert trips(3) == ["Query", "BatchGetItem", "Query", "Query"]


def test_every_item_is_its_owners_and_carries_its_version(world: World) -> None:
    ada = assistant(world)
    world.files.unsettle(world.user_id)
    before = len(items())
    attached(world, added(world), ada)
    world.files.put_store(VectorStore(world.user_id, ada, "vs_1", 1))
    opened(world, assistant_id=ada)
    upload, plan = unplanned(world)
    world.uploads.plan(upload, plan)

    ours = [item for item in items() if item["table"] in {"afterglow-files", "afterglow-uploads"}]
    assert len(ours) > before
    for item in ours:
        assert item["v"] == {"N": "1"}, item
        assert item["owner"]["S"].startswith(f"U#{world.user_id:016d}")
        runs_out = item["table"] == "afterglow-uploads" or "#P#" in item["item"]["S"]
        assert ("expires_at" in item) == runs_out, item
