"""`afterglow restore`: everybody's data as it was, on moto."""

import itertools
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.models import botocore_stubber
from typer.testing import CliRunner, Result

from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.adapters.dynamodb.records.accounts import profile_of
from afterglow.adapters.dynamodb.sealed_keys import DynamoSealedKeyRepository
from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.domain.models import Role, User
from afterglow_cli import restored_tables, restoring
from afterglow_cli.app import app
from afterglow_cli.restored_tables import COPIED, EMPTIED
from tests.cli.conftest import Afterglow, Stack
from tests.examples import a_session, a_user
from tests.tables import fingerprint
from tests.template.document import TABLES
from tests.wiretap import Fault, Wiretap, answering, refusing

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

SUFFIX = "-restored"


def table(kind: str, suffix: str = "") -> "Table":
    return boto3.resource("dynamodb").Table(os.environ[f"{kind.upper()}_TABLE"] + suffix)


def put(kind: str, owner: str, item: str, **attributes: Any) -> None:
    table(kind).put_item(Item={"owner": owner, "item": item} | attributes)


def stored(kind: str, user: User) -> dict[str, dict[str, Any]]:
    """Return a user's items of a table by key, those of parts of theirs as well."""
    own = user_key(user.id)
    items = table(kind).scan(ConsistentRead=True)["Items"]
    return {
        f"{item['owner']!s} {item['item']!s}".removeprefix(own).strip(): item
        for item in items
        if str(item["owner"]).startswith(own)
    }


def copy_tables() -> None:
    """Do what AWS does when it restores tables to this moment."""
    for kind in COPIED:
        with table(kind, SUFFIX).batch_writer() as batch:
            for item in table(kind).scan(ConsistentRead=True)["Items"]:
                batch.put_item(Item=item)


@pytest.fixture(autouse=True)
def _copies(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # Each part costs moto a look at the whole table.
    monkeypatch.setattr(restoring, "SEGMENTS", 2)
    client = boto3.client("dynamodb")
    for kind in COPIED:
        shape = TABLES[f"{kind.title()}Table"]
        keys = {each["AttributeName"] for each in shape["KeySchema"]}
        client.create_table(
            TableName=table(kind, SUFFIX).name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=shape["KeySchema"],
            AttributeDefinitions=[
                each for each in shape["AttributeDefinitions"] if each["AttributeName"] in keys
            ],
        )
    yield
    assert stack.variables
    existing = set(client.list_tables()["TableNames"])
    for kind in COPIED:
        if (name := table(kind, SUFFIX).name) in existing:
            client.delete_table(TableName=name)


def registered(name: str, **attributes: Any) -> User:
    user = a_user(username=name, **attributes)
    DynamoAccountRepository().create(user, a_session(user))
    return user


def talk(user: User, *texts: str) -> None:
    """Store a thread and its messages."""
    own = user_key(user.id)
    put("threads", own, "T#1", head=texts[-1])
    put("runs", own, "R#1", state="COMPLETED")
    for number, text in enumerate(texts):
        put("messages", f"{own}#T#1", f"M#{number}", text=text)


def test_what_was_lost_or_changed_is_as_it_was(afterglow: Afterglow) -> None:
    ada = registered("ada")
    talk(ada, "hello", "goodbye")
    copy_tables()
    then = {kind: stored(kind, ada) for kind in COPIED if kind != "users"}
    table("messages").delete_item(Key={"owner": f"{user_key(ada.id)}#T#1", "item": "M#0"})
    talk(ada, "something", "else", "altogether")
    put("threads", user_key(ada.id), "T#2", head="new")
    put("idempotency", user_key(ada.id), "K#1")

    done = afterglow("restore", "--yes")

    assert done.exit_code == 0, done.stderr
    assert {kind: stored(kind, ada) for kind in COPIED if kind != "users"} == then
    assert [stored(kind, ada) for kind in EMPTIED] == [{}, {}]
    assert DynamoAccountRepository().find("ada") == replace(ada, session_epoch=1)
    assert '"action": "restore"' in done.stderr
    assert "1 users as they were; 0 newer ones stay." in done.stdout


def test_once_done_there_is_nothing_left_to_do(afterglow: Afterglow) -> None:
    talk(registered("ada"), "hello")
    copy_tables()
    table("threads").delete_item(Key=_keys("threads")[0])
    assert _counts(afterglow("restore", "--yes")) == {
        **dict.fromkeys((*COPIED, *EMPTIED), (0, 0)),
        "threads": (1, 0),
        "users": (1, 0),
        "sessions": (0, 1),
    }
    before = fingerprint()

    again = afterglow("restore", "--yes")

    assert set(_counts(again).values()) == {(0, 0)}
    assert fingerprint() == before


def test_a_dry_run_counts_and_changes_nothing(afterglow: Afterglow) -> None:
    talk(registered("ada"), "hello")
    copy_tables()
    table("threads").delete_item(Key=_keys("threads")[0])
    put("files", _keys("runs")[0]["owner"], "F#1")
    before = fingerprint()

    counted = afterglow("restore", "--dry-run")

    assert fingerprint() == before
    assert "to be written" in counted.stdout
    counts = _counts(counted)
    assert (counts["threads"], counts["files"], counts["runs"]) == ((1, 0), (0, 1), (0, 0))


def test_who_was_deleted_since_does_not_come_back(afterglow: Afterglow) -> None:
    ada, bob, cyd = registered("ada"), registered("bob"), registered("cyd")
    for user in (ada, bob, cyd):
        talk(user, "hello")
    copy_tables()
    accounts = DynamoAccountRepository()
    # One is being cleared away, one is gone for good, of one the name is taken again.
    accounts.delete(ada.id, datetime.now(UTC))
    _clear(bob)
    _clear(cyd)
    registered("cyd")
    before = fingerprint()

    done = afterglow("restore", "--yes")

    assert fingerprint() == before
    assert "Not restored: ada (deleted since)" in done.stderr
    assert "Not restored: bob (no profile now)" in done.stderr
    assert "Not restored: cyd (the name is somebody else's now)" in done.stderr

    brought_back = afterglow("restore", "--yes", "--bring-back-absent")

    assert "0 users" in done.stdout
    assert "1 users" in brought_back.stdout
    assert accounts.find("bob") == bob
    assert stored("messages", bob)
    assert accounts.get(ada.id) is None
    assert accounts.get(cyd.id) is None


def test_who_has_come_since_is_left_alone(afterglow: Afterglow) -> None:
    registered("ada")
    copy_tables()
    bob = registered("bob")
    talk(bob, "hello")
    kinds = (*COPIED, *EMPTIED)
    before = {kind: stored(kind, bob) for kind in kinds}

    done = afterglow("restore", "--yes")

    assert "1 newer ones stay" in done.stdout
    assert {kind: stored(kind, bob) for kind in kinds} == before
    assert before["sessions"]


def test_nobody_may_more_than_now(afterglow: Afterglow) -> None:
    accounts = DynamoAccountRepository()
    ada = registered("ada", role=Role.ADMIN, password_hash="then", session_epoch=3)
    bob = registered("bob")
    copy_tables()
    accounts.set_role(ada.id, Role.USER)
    accounts.disable(ada.id)
    accounts.disable(ada.id)
    accounts.set_role(bob.id, Role.ADMIN)

    afterglow("restore", "--yes")

    now = accounts.get(ada.id)
    assert now is not None
    assert (now.role, now.is_disabled, now.password_hash) == (Role.USER, True, "then")
    assert now.session_epoch == 5
    assert accounts.get(bob.id) == replace(bob, session_epoch=1)


def test_which_key_the_vault_holds_stays_as_it_is(afterglow: Afterglow) -> None:
    ada = registered("ada")
    sealed = DynamoSealedKeyRepository()
    sealed.store(ada.id, "first", b"1")
    _name_key(ada, "old1")
    copy_tables()
    sealed.store(ada.id, "second", b"2")
    _name_key(ada, "new2")

    afterglow("restore", "--yes")

    profile = stored("users", ada)["PROFILE"]
    assert profile["key_last4"] == "new2"
    assert sealed.find(ada.id, "second") == b"2"


def test_a_lost_key_comes_back_with_who_is_brought_back(afterglow: Afterglow) -> None:
    ada = registered("ada")
    sealed = DynamoSealedKeyRepository()
    sealed.store(ada.id, "first", b"1")
    copy_tables()
    _clear(ada)

    afterglow("restore", "--yes", "--bring-back-absent")

    assert sealed.find(ada.id, "first") == b"1"


def test_an_interrupted_restore_is_begun_again(afterglow: Afterglow, aws: Wiretap) -> None:
    ada = registered("ada")
    # Both parts of the table are written in pieces of 25.
    talk(ada, *(str(number) for number in range(120)))
    copy_tables()
    then = stored("messages", ada)
    for key in _keys("messages"):
        table("messages").delete_item(Key=key)
    with aws.breaking("BatchWriteItem", _refusing_from_the_fourth_on()):
        broken = afterglow("restore", "--yes")
    assert (broken.exit_code, '"restore"' in broken.stderr) == (1, False)
    assert 0 < len(stored("messages", ada)) < len(then)

    assert afterglow("restore", "--yes").exit_code == 0
    assert stored("messages", ada) == then


def test_items_are_read_a_hundred_at_a_time_and_again_where_dynamodb_read_none(
    aws: Wiretap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restored_tables, "_AT_ONCE", 2)
    for number in range(5):
        put("messages", "U#1", f"M#{number}", text=str(number))
    name, keys = table("messages").name, [("U#1", f"M#{number}") for number in range(6)]

    def unprocessed(event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        assert isinstance(request.body, bytes)
        asked = json.loads(request.body)["RequestItems"]
        return answering(json.dumps({"Responses": {}, "UnprocessedKeys": asked}))(
            event_name, request
        )

    with aws.spoiling("BatchGetItem", unprocessed, unprocessed):
        read = restored_tables.found(restored_tables.opened(), name, keys)

    assert [read[key]["text"] for key in keys[:5]] == ["0", "1", "2", "3", "4"]
    assert len(read) == 5


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_it_asks_first(answer: str) -> None:
    talk(registered("ada"), "hello")
    copy_tables()
    table("threads").delete_item(Key=_keys("threads")[0])
    before = fingerprint()

    asked = CliRunner().invoke(app, ["restore"], input=answer)

    is_no = answer == "n\n"
    assert asked.exit_code == (1 if is_no else 130)
    assert ("Nothing was changed." in asked.stderr) == is_no
    assert "Does nothing else write into afterglow-dev" in asked.stderr
    assert fingerprint() == before


def test_every_copy_has_to_be_there_and_alike(afterglow: Afterglow) -> None:
    client, name = boto3.client("dynamodb"), table("deletions", SUFFIX).name
    client.delete_table(TableName=name)
    ada = registered("ada")
    before = fingerprint()

    missing = afterglow("restore", "--yes")
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "owner", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "owner", "AttributeType": "S"}],
    )
    other = afterglow("restore", "--yes")
    itself = afterglow("restore", "--yes", "--from-suffix", "")

    assert missing.stderr == f"Error: There is no table {name}.\n"
    assert other.stderr == (
        f"Error: {name} has another key than {os.environ['DELETIONS_TABLE']}.\n"
    )
    assert itself.stderr == "Error: Without a suffix a table would be its own copy.\n"
    assert {missing.exit_code, other.exit_code, itself.exit_code} == {1}
    assert fingerprint() == before
    assert profile_of(ada).username == "ada"


def _refusing_from_the_fourth_on() -> Fault:
    count = itertools.count(1)

    def fault(event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        if next(count) >= 4:
            return refusing("AccessDeniedException")(event_name, request)
        answer = botocore_stubber(event_name, request)
        assert answer is not None
        return answer

    return fault


def _keys(kind: str) -> list[dict[str, Any]]:
    items = table(kind).scan(ConsistentRead=True)["Items"]
    return [{"owner": item["owner"], "item": item["item"]} for item in items]


def _counts(result: Result) -> dict[str, tuple[int, int]]:
    """Return what was written and deleted, by table."""
    assert result.exit_code == 0, result.stderr
    rows = [line.split() for line in result.stdout.splitlines()]
    return {
        row[0]: (int(row[1]), int(row[2])) for row in rows if row and row[0] in (*COPIED, *EMPTIED)
    }


def _clear(user: User) -> None:
    """Have everything of a user gone, as the reaper does in the end, or an accident."""
    for kind in (*COPIED, *EMPTIED):
        for item in stored(kind, user).values():
            table(kind).delete_item(Key={"owner": item["owner"], "item": item["item"]})
    table("users").delete_item(Key={"owner": f"N#{user.username}", "item": "NAME"})


def _name_key(user: User, last4: str) -> None:
    table("users").update_item(
        Key={"owner": user_key(user.id), "item": "PROFILE"},
        UpdateExpression="SET key_last4 = :last4",
        ExpressionAttributeValues={":last4": last4},
    )
