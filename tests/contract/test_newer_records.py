"""Records of a shape that only later code reads: refused, never guessed at."""

import json
from collections.abc import Callable
from typing import ClassVar

import pytest
from pynamodb.attributes import NumberAttribute

from afterglow.adapters.dynamodb.assistant_presence import present_assistants
from afterglow.adapters.dynamodb.limits import DynamoRateLimiter
from afterglow.adapters.dynamodb.login_failures import DynamoLoginFailureRepository
from afterglow.adapters.dynamodb.open_runs import check_room
from afterglow.adapters.dynamodb.sealed_keys import DynamoSealedKeyRepository
from afterglow.adapters.dynamodb.seats import DynamoSeatRepository
from afterglow.adapters.dynamodb.tables.base import NewerRecordError, user_key
from afterglow.adapters.dynamodb.tables.uploads import SeatsItem
from afterglow.domain.models import Upload, UploadKind
from afterglow.domain.rates import Period, Window
from tests.contract import first_shapes as said
from tests.contract.frozen_records import MODELS, Freezer, Raw, stored, unversioned
from tests.contract.worlds import World, deployed
from tests.delivery import overheard
from tests.fakes.clock import NOON
from tests.tables import items

ROOM = [Window(Period.MINUTE, 9), Window(Period.DAY, 500)]
ACCOUNT = "username#" + "0" * 64
ANOTHER = Upload("upload_4", 42, UploadKind.FORMS, NOON, NOON)
# One way to each kind of record that is read.
READERS: dict[str, Callable[[World], object]] = {
    "ProfileItem": lambda world: world.accounts.get(42),
    "SealedKeyItem": lambda _: DynamoSealedKeyRepository().find(42, "version-1"),
    "UsernameItem": lambda world: world.accounts.find("admin"),
    "SessionItem": lambda world: world.sessions.list(42),
    "AssistantLimitItem": lambda world: world.configuration.assistant_limit(),
    "AssistantItem": lambda world: list(world.assistants.list(42)),
    "AssistantPointerItem": lambda world: world.assistants.find(42, "asst_two"),
    "ThreadItem": lambda world: world.threads.get(42, 1),
    "ThreadPointerItem": lambda world: world.threads.find(42, "thread_two"),
    "MessageItem": lambda world: list(world.threads.messages(42, 1)),
    "RunItem": lambda world: world.runs.get(42, "run_open"),
    "OpenRunsItem": lambda _: check_room(42, 9),
    "IdempotencyItem": lambda world: world.idempotency.find(said.CLAIM),
    "LibraryItem": lambda world: world.files.library(42),
    "FileItem": lambda world: list(world.files.list(42)),
    "FilePointerItem": lambda world: world.files.find(42, said.FILE.path, said.FILE.sha256),
    "AttachmentItem": lambda world: world.files.attached_to(42, 1),
    "StoreItem": lambda world: world.files.store(42, 1),
    "PendingItem": lambda world: world.files.shelf(42, 1),
    "UploadItem": lambda world: world.uploads.get(42, "upload_1"),
    "UploadFileItem": lambda world: list(world.uploads.files(42, "upload_1")),
    "StagedItem": lambda world: world.uploads.staged(42, ""),
    "SeatsItem": lambda _: DynamoSeatRepository(lambda: NOON).take(42, 9, said.LATER),
    "UnfinishedItem": lambda world: world.uploads.open(ANOTHER, [], most=9),
    "DeletionItem": lambda world: world.deletions.pending(),
    "LoginFailuresItem": lambda _: DynamoLoginFailureRepository().change(
        ACCOUNT, lambda _: said.FAILURES
    ),
}
# Another is met before these.
BEFORE = {"PendingItem": "StoreItem"}
# Of these nothing is read but that they are there, or what an update makes of them.
UNREAD = {"AttachmentCountItem", "CountersItem", "OpeningItem", "RatesItem"}


def newer(item: Raw) -> Raw:
    """Return an item of the next shape."""
    return item | {"v": {"N": "2"}}


@pytest.fixture
def world(request: pytest.FixtureRequest, freezer: Freezer) -> World:
    """Return the adapters over what is frozen, changed as the test asks."""
    freezer.store(request.param)
    return deployed()


def test_every_kind_has_a_reader() -> None:
    assert READERS.keys() | UNREAD == MODELS.keys()


@pytest.mark.parametrize("world", [newer], indirect=True)
@pytest.mark.parametrize("name", READERS)
def test_what_is_beyond_us_is_refused_and_logged(world: World, name: str) -> None:
    with overheard() as log, pytest.raises(NewerRecordError, match=r"^\w+Item 2$"):
        READERS[name](world)

    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    (told,) = [line for line in lines if line["message"] == "newer record"]
    assert (told["level"], told["record"], told["v"]) == ("ERROR", BEFORE.get(name, name), 2)


PARTLY: dict[str, Callable[[World], object]] = {
    "the runs of a thread": lambda world: list(world.runs.list(said.THREAD)),
    "the runs of the deleted": lambda world: list(world.remains.runs(42)),
    "the threads of the deleted": lambda world: list(world.remains.thread_ids(42)),
    "the messages of the deleted": lambda world: world.remains.messages(42, 1),
    "the files of the deleted": lambda world: list(world.file_remains.files(42)),
    "what the deleted used": lambda world: list(world.file_remains.used_by(42, 1)),
    "which assistants are there": lambda _: present_assistants(42, [1]),
}


@pytest.mark.parametrize("world", [newer], indirect=True)
@pytest.mark.parametrize("read", PARTLY.values(), ids=PARTLY.keys())
def test_what_is_beyond_us_is_not_read_in_part(
    world: World, read: Callable[[World], object]
) -> None:
    with pytest.raises(NewerRecordError):
        read(world)


def test_what_an_update_begins_says_its_version(freezer: Freezer) -> None:
    freezer.clear()
    world = deployed()

    world.assistants.next_id(42)
    world.configuration.set_assistant_limit(9)
    world.files.unsettle(42)
    world.uploads.open(ANOTHER, [], most=9)
    DynamoSeatRepository(lambda: NOON).take(42, 9, said.LATER)
    DynamoRateLimiter(lambda: NOON).take(said.USE.subject, said.USE.action, ROOM)
    DynamoLoginFailureRepository().change(ACCOUNT, lambda _: said.FAILURES)

    begun = items()
    # The upload is one, and the marker of its beginning has gone with it.
    assert len(begun) == 8
    assert all(item["v"] == {"N": "1"} for item in begun)


@pytest.mark.parametrize("world", [newer], indirect=True)
def test_what_is_counted_keeps_its_version(world: World) -> None:
    world.assistants.next_id(42)
    DynamoRateLimiter(lambda: NOON).take(said.USE.subject, said.USE.action, ROOM)
    world.configuration.set_assistant_limit(9)

    for name in ("CountersItem", "RatesItem", "AssistantLimitItem"):
        assert [item["v"] for item in stored(name)] == [{"N": "2"}]


@pytest.mark.parametrize("world", [unversioned], indirect=True)
def test_what_had_no_version_gets_one_where_it_may_be_new(world: World) -> None:
    world.threads.next_id(42)

    assert [item["v"] for item in stored("CountersItem")] == [{"N": "1"}]


class LaterSeatsItem(SeatsItem):
    """Seats of the next shape, read with those of ours."""

    class Meta(SeatsItem.Meta):
        pass

    newest: ClassVar[int] = 2
    v = NumberAttribute(default=2)


@pytest.mark.parametrize("world", [newer, unversioned], indirect=True)
def test_later_code_reads_both_shapes(world: World, request: pytest.FixtureRequest) -> None:
    assert world
    found = LaterSeatsItem.get(user_key(42), "SEATS")

    is_newer = "newer" in request.node.name
    assert (found.v, LaterSeatsItem().v) == (2 if is_newer else 1, 2)
