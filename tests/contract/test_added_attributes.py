"""What later code has added to records of our shape is not in the way, and is left alone."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from afterglow.adapters.dynamodb.limits import DynamoRateLimiter
from afterglow.adapters.dynamodb.login_failures import DynamoLoginFailureRepository
from afterglow.adapters.dynamodb.sealed_keys import DynamoSealedKeyRepository
from afterglow.adapters.dynamodb.seats import DynamoSeatRepository
from afterglow.domain.models import Role, Upload, UploadKind, UploadState
from afterglow.domain.rates import Period, Window
from afterglow.ports.files import Quota
from tests.contract import first_shapes as said
from tests.contract.frozen_records import MODELS, Freezer, Raw, stored
from tests.contract.worlds import World, deployed
from tests.examples import a_session
from tests.fakes.clock import NOON

QUOTA = Quota(files=100, size=10_000, files_per_assistant=100)
ROOM = [Window(Period.MINUTE, 9), Window(Period.DAY, 500)]
ACCOUNT = "username#" + "0" * 64
# Attributes that hold JSON with fields of ours.
NESTED = {"spec", "error"}


def extended(item: Raw) -> Raw:
    """Return an item of our shape with something more in it, and in what it holds as JSON."""
    more = {name: _with_more(value["S"]) for name, value in item.items() if name in NESTED}
    return item | {"later": {"S": "kept"}} | {name: {"S": text} for name, text in more.items()}


def _with_more(text: str) -> str:
    content = json.loads(text)
    tools = [tool | {"later": 1} for tool in content.get("tools", ())]
    return json.dumps(content | {"later": 1} | ({"tools": tools} if tools else {}))


@pytest.fixture
def world(request: pytest.FixtureRequest, freezer: Freezer) -> World:
    """Return the adapters over what is frozen, changed as the test asks."""
    freezer.store(request.param)
    return deployed()


@pytest.mark.parametrize("world", [extended], indirect=True)
def test_what_is_added_is_not_in_the_way(world: World) -> None:
    assert world.accounts.get(42) == said.USER
    assert list(world.assistants.list(42)) == [said.ASSISTANT, said.IDLE]
    assert list(world.runs.list(said.THREAD)) == [said.OPEN, said.FAILED, said.COMPLETED]
    assert list(world.files.list(42)) == [said.FILE, said.UNSENT]
    assert list(world.uploads.files(42, "upload_1"))[:2] == [said.DONE, said.REFUSED]


def write_of_accounts(world: World) -> None:
    """Change users, sessions and what admins set."""
    world.accounts.set_role(42, Role.ADMIN)
    world.accounts.disable(43)
    world.accounts.change_password(said.USER, "another hash", a_session(said.USER))
    world.accounts.set_default_assistant(42, 2)
    world.accounts.clear_api_key(42, said.KEY.version)
    DynamoSealedKeyRepository().store(42, "version-2", b"sealed")
    world.sessions.touch(said.COOKIE, said.LATER)
    world.configuration.set_assistant_limit(9)
    DynamoRateLimiter(lambda: NOON).take(said.USE.subject, said.USE.action, ROOM)
    DynamoLoginFailureRepository().change(ACCOUNT, lambda _: replace(said.FAILURES, in_a_row=9))


def write_of_conversations(world: World) -> None:
    """Change assistants, and answer what is open."""
    world.assistants.next_id(42)
    world.assistants.change(said.IDLE, replace(said.IDLE, is_active=True, updated_at=NOON))
    world.threads.change(42, 2, title="Another", is_archived=False, now=NOON)
    run = world.ledger.bind(world.ledger.claim(said.OPEN, said.LATER), "resp_5")
    answer = replace(said.ANSWER, id=6, openai_message_id="msg_6", run_id=run.id)
    world.ledger.commit(run.ended(said.COMPLETED.state, said.ENDED), answer)
    for deletion in world.deletions.pending():
        world.deletions.count_failure(deletion)


def write_of_files(world: World) -> None:
    """Move files and uploads on."""
    world.files.bind(said.UNSENT, "file-upstream2", 0)
    world.files.settle(world.files.library(42), generation=0)
    world.uploads.update(replace(said.TAKEN, file_id="file-two"))
    ended = replace(said.TAKEN, file_id="file-two").ended(UploadState.COMPLETED)
    world.files.attach(ended, world.files.get(42, "file-two"), QUOTA)
    world.uploads.receive(replace(said.AWAITED, state=UploadState.IN_PROGRESS))
    world.uploads.end(
        replace(said.AWAITED, state=UploadState.IN_PROGRESS).ended(UploadState.FAILED)
    )
    world.uploads.keep_staged(replace(said.TAKEN, path="docs/c.md"), "file-one")
    world.uploads.plan(said.FOLDER, [])
    world.uploads.open(Upload("upload_4", 42, UploadKind.FORMS, NOON, NOON), [], most=9)
    DynamoSeatRepository(lambda: NOON).take(42, 2, said.LATER)


@pytest.mark.parametrize("world", [extended], indirect=True)
@pytest.mark.parametrize("write", [write_of_accounts, write_of_conversations, write_of_files])
def test_what_is_added_is_left_alone(world: World, write: Callable[[World], None]) -> None:
    before = {name: len(stored(name)) for name in MODELS}

    write(world)

    for name in MODELS:
        items = stored(name)
        assert all(item["later"] == {"S": "kept"} for item in items), name
        # Of what is frozen only a file's marker goes.
        assert len(items) == before[name] - (name == "PendingItem" and write is write_of_files)
