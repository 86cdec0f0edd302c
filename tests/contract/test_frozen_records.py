"""Records that were written once are read by today's code, whoever has written them.

What is in `frozen` is never changed: a new shape gets files of its own beside it.
"""

from collections.abc import Iterator

import pytest

from afterglow.adapters.dynamodb.limits import check_room_for
from afterglow.adapters.dynamodb.login_failures import DynamoLoginFailureRepository
from afterglow.adapters.dynamodb.open_runs import check_room
from afterglow.adapters.dynamodb.sealed_keys import DynamoSealedKeyRepository
from afterglow.adapters.dynamodb.seats import DynamoSeatRepository
from afterglow.domain.errors import ConflictError, NotFoundError, RateLimitError
from afterglow.domain.login_failures import LoginFailures
from afterglow.domain.models import IdempotencyRecord, Upload, UploadKind
from afterglow.ports.deletions import LeftFile, LeftRun
from afterglow.ports.files import Shelf
from afterglow.ports.uploads import DueUpload
from tests.contract import first_shapes as said
from tests.contract.frozen_records import MODELS, as_written, frozen, store, unversioned
from tests.contract.worlds import World, deployed
from tests.fakes.clock import NOON
from tests.tables import empty_tables


@pytest.fixture(scope="module", params=[as_written, unversioned], ids=lambda each: each.__name__)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Return the adapters over what is frozen. Nobody writes."""
    request.getfixturevalue("aws")
    store(request.param)
    yield deployed()
    empty_tables()


@pytest.mark.parametrize("name", MODELS)
def test_every_attribute_is_frozen(name: str) -> None:
    seen = {attribute for item in frozen(name) for attribute in item}

    assert seen >= set(MODELS[name].get_attributes())


def test_users(world: World) -> None:
    assert world.accounts.get(42) == said.USER
    assert world.accounts.find("admin") == said.ADMIN
    assert world.accounts.get(44) is None
    assert world.accounts.signed_in(42, said.COOKIE.token_hash) == (said.USER, said.COOKIE)
    assert world.sessions.list(42) == [said.BEARER, said.COOKIE]
    assert sorted(user.id for user in world.directory.users()) == [42, 43]
    assert world.configuration.assistant_limit() == said.ASSISTANT_LIMIT


@pytest.mark.usefixtures("world")
def test_sealed_keys() -> None:
    keys = DynamoSealedKeyRepository()
    assert keys.find(42, "version-0") == b"sealed \x00\xff zero"
    assert keys.find(42, "version-1") == b"sealed \x00\xff one"


def test_assistants(world: World) -> None:
    assert list(world.assistants.list(42)) == [said.ASSISTANT, said.IDLE]
    assert world.assistants.find(42, "asst_two") == said.IDLE


def test_threads(world: World) -> None:
    assert list(world.threads.list(42)) == [said.EMPTY, said.THREAD]
    assert world.threads.find(42, "thread_two") == said.EMPTY
    with pytest.raises(NotFoundError):
        world.threads.get(42, said.GONE.id)
    there = {thread.id: thread for _, thread in world.threads_of_all.list()}
    assert there == {1: said.THREAD, 2: said.EMPTY}


def test_messages(world: World) -> None:
    told = [said.QUESTION, said.ANSWER, said.AGAIN, said.PARTIAL, said.LAST]

    assert list(world.threads.messages(42, 1)) == told


def test_runs(world: World) -> None:
    assert list(world.runs.list(said.THREAD)) == [said.OPEN, said.FAILED, said.COMPLETED]
    assert world.runs.get(42, "run_failed") == said.FAILED
    (due,) = world.runs.open()
    assert (due.user_id, due.id, due.lease_until) == (42, "run_open", said.LATER)
    check_room(42, 2)
    with pytest.raises(RateLimitError):
        check_room(42, 1)


def test_keys_of_requests(world: World) -> None:
    made = IdempotencyRecord(said.CLAIM.fingerprint, "run_completed")

    assert world.idempotency.find(said.CLAIM) == made


def test_files(world: World) -> None:
    assert list(world.files.list(42)) == [said.FILE, said.UNSENT]
    assert world.files.find(42, said.FILE.path, said.FILE.sha256) == said.FILE
    assert world.files.by_upstream_ids(42, ["file-upstream1"]) == {"file-upstream1": said.FILE}
    assert world.files.attached_ids(42) == {1: ["file-one"]}
    assert world.files.code_files(42, 1, most=9) == []
    assert world.files.library(42) == said.LIBRARY
    assert world.files.shelf(42, 1) == Shelf(said.STORE, is_pending=True)
    assert world.files.stores(42) == [said.STORE]


def test_uploads(world: World) -> None:
    assert list(world.uploads.list(42)) == [said.FOLDER, said.FORMS]
    assert list(world.uploads.files(42, "upload_1")) == [
        said.DONE,
        said.REFUSED,
        said.TAKEN,
        said.AWAITED,
    ]
    assert set(world.uploads.due()) == {
        DueUpload(42, "upload_1", 2, said.LATER),
        DueUpload(42, "upload_2", None, said.LATER),
    }
    assert world.uploads.staged(42, "") == [said.BYTES, said.OURS]


def test_unfinished_uploads_are_counted(world: World) -> None:
    another = Upload("upload_4", 42, UploadKind.FORMS, NOON, NOON)

    with pytest.raises(ConflictError):
        world.uploads.open(another, [], most=1)


@pytest.mark.usefixtures("world")
def test_seats_are_taken() -> None:
    assert DynamoSeatRepository(lambda: NOON).take(42, 1, said.LATER) is None


@pytest.mark.usefixtures("world")
def test_what_was_done_is_counted() -> None:
    with pytest.raises(RateLimitError):
        check_room_for(said.USE)


@pytest.mark.usefixtures("world")
def test_wrong_passwords_are_remembered() -> None:
    def seen(failures: LoginFailures | None) -> LoginFailures:
        assert failures == said.FAILURES
        raise NotFoundError("Nothing is to be stored")

    with pytest.raises(NotFoundError):
        DynamoLoginFailureRepository().change("username#" + "0" * 64, seen)


def test_what_is_deleted(world: World) -> None:
    assert sorted(world.deletions.pending(), key=lambda each: each.name, reverse=True) == [
        said.DELETIONS[1],
        said.DELETIONS[0],
        said.DELETIONS[2],
    ]
    assert list(world.remains.runs(42)) == [
        LeftRun(42, "run_completed", "resp_1", None),
        LeftRun(42, "run_failed", "resp_3", None),
        LeftRun(42, "run_open", None, said.LATER),
    ]
    assert list(world.file_remains.files(42))[-1] == LeftFile(
        42, "file-three", frozenset({"file-upstream3"})
    )
